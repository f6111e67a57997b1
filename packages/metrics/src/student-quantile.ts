import { betaQuantile, requirePositive, requireShare } from '@advml/core/internal';

/**
 * Quantile of Student's t distribution.
 *
 * For $p > \tfrac12$, with $x$ the quantile of order $2(1 - p)$ of $\mathrm{Beta}(\tfrac\nu2, \tfrac12)$:
 *
 * ```math
 * t = \sqrt{\nu\,\frac{1 - x}{x}}
 * ```
 *
 * @param p - Probability; 0 and 1 give minus and plus infinity.
 * @param degrees - Degrees of freedom $\nu > 0$.
 * @returns The value that is exceeded with probability `1 - p`.
 * @throws InputError if `p` is not between 0 and 1 or `degrees` is not positive.
 * @example
 * ```ts
 * studentQuantile(0.975, 4); // 2.776
 * ```
 * @see Student: The Probable Error of a Mean, 1908.
 */
export function studentQuantile(p: number, degrees: number): number {
  requireShare({ p });
  requirePositive({ degrees });
  if (p === 0.5) return 0;
  const x = betaQuantile(2 * Math.min(p, 1 - p), degrees / 2, 0.5);
  return Math.sign(p - 0.5) * Math.sqrt((degrees * (1 - x)) / x);
}
