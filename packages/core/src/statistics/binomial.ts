import { betaQuantile, incompleteBeta } from './incomplete-beta.ts';

/**
 * The share at which so many successes or more would be seen with a small probability only: the one-sided limit of Clopper and Pearson.
 *
 * ```math
 * I_{\text{limit}}(s,\, n - s + 1) = \text{tail}
 * ```
 *
 * @param successes - s.
 * @param trials - n.
 * @param tail - The probability, between 0 and 1.
 * @returns A lower limit of the true share, wrong with that probability at most.
 * @example
 * ```ts
 * binomialLowerLimit(100, 100, 0.001); // 0.001 ** (1 / 100)
 * ```
 * @see Clopper, Pearson: The Use of Confidence or Fiducial Limits Illustrated in the Case of the Binomial, 1934.
 */
export function binomialLowerLimit(successes: number, trials: number, tail: number): number {
  return successes === 0 ? 0 : betaQuantile(tail, successes, trials - successes + 1);
}

/**
 * How probable it is that one of two equally likely outcomes comes at least as much more often as the one that was seen did.
 *
 * ```math
 * \min\bigl(1,\; 2\, P(X \ge s)\bigr), \qquad X \sim \text{Binomial}(n, \tfrac12)
 * ```
 *
 * @param successes - s, at least half of the trials.
 * @param trials - n.
 * @returns The p-value of the two-sided binomial test.
 * @example
 * ```ts
 * binomialTest(10, 10); // 2 ** -9
 * ```
 */
export function binomialTest(successes: number, trials: number): number {
  return successes === 0 ? 1 : Math.min(1, 2 * incompleteBeta(0.5, successes, trials - successes + 1));
}
