import { InputError } from '@advml/core';
import { described, requireInteger } from '@advml/core/internal';

/** How many directions a matrix really has. */
export interface Spectrum {
  /** Exponential of the entropy of the singular values as shares of their sum. */
  readonly effectiveRank: number;
  /** Square of the Frobenius norm over the square of the largest singular value. */
  readonly stableRank: number;
}

/**
 * The effective and the stable rank that singular values make.
 *
 * ```math
 * \operatorname{erank} = \exp\Bigl(-\sum_i p_i \ln p_i\Bigr), \quad p_i = \frac{\sigma_i}{\sum_j \sigma_j}, \qquad
 * \operatorname{srank} = \frac{\sum_i \sigma_i^2}{\sigma_1^2}
 * ```
 *
 * Both are r for r equal singular values, and at most the rank. The stable rank tells how far the largest stands out, the
 * effective rank how many take part.
 *
 * @param values - Singular values, in any order, such as those of `singularValues`.
 * @returns Two numbers; 0 for a matrix of zeros.
 * @throws InputError if a value is negative or not finite, or there is none.
 * @example
 * ```ts
 * spectrum([3, 3, 0]); // { effectiveRank: 2, stableRank: 2 }
 * ```
 * @see Roy, Vetterli: The Effective Rank: A Measure of Effective Dimensionality, 2007; Rudelson, Vershynin: Sampling from Large
 * Matrices: An Approach through Geometric Functional Analysis, 2007 (arXiv:math/0503442), for the stable rank.
 */
export function spectrum(values: ArrayLike<number>): Spectrum {
  const { largest, sum } = requireValues(values);
  if (sum === 0) return Object.freeze({ effectiveRank: 0, stableRank: 0 });
  let [entropy, square] = [0, 0];
  for (let at = 0; at < values.length; at++) {
    const share = values[at] / sum;
    if (share > 0) entropy -= share * Math.log(share);
    square += (values[at] / largest) ** 2;
  }
  return Object.freeze({ effectiveRank: Math.exp(entropy), stableRank: square });
}

/**
 * The share of a matrix's square that its largest singular values hold.
 *
 * ```math
 * \frac{\sum_{i \le r} \sigma_i^2}{\sum_i \sigma_i^2}
 * ```
 *
 * @param values - Singular values, largest first.
 * @param rank - How many, r; more than there are count as all.
 * @returns A share from 0 to 1; 1 for a matrix of zeros, of which nothing is missing.
 * @throws InputError if a value is negative or not finite, there is none, or the rank is not an integer >= 0.
 * @example
 * ```ts
 * energyShare([3, 1], 1); // 0.9
 * ```
 */
export function energyShare(values: ArrayLike<number>, rank: number): number {
  requireInteger({ rank });
  const { largest } = requireValues(values);
  if (largest === 0) return 1;
  let [held, all] = [0, 0];
  for (let at = 0; at < values.length; at++) {
    const square = (values[at] / largest) ** 2;
    all += square;
    if (at < rank) held += square;
  }
  return held / all;
}

/** Refuses what cannot be singular values; their largest and their sum. */
function requireValues(values: ArrayLike<number>): { largest: number; sum: number } {
  if (!(Object(values).length > 0))
    // a promise has no length
    throw new InputError(
      `values must hold at least one singular value, got ${Object(values).length === 0 ? 'none' : described(values)}`,
    );
  let [largest, sum] = [0, 0];
  for (let at = 0; at < values.length; at++) {
    if (!(values[at] >= 0 && values[at] < Infinity))
      throw new InputError(`values must be finite and >= 0, got ${values[at]} at ${at}`);
    largest = Math.max(largest, values[at]);
    sum += values[at];
  }
  return { largest, sum };
}
