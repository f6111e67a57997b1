import { InputError } from '@advml/core';
import { binomialTest } from '@advml/core/internal';
import { requireConfidence } from './confidence.ts';

/** The median of independent draws, with an interval for the median of what they are drawn from. */
export interface MedianInterval {
  /** How many draws there are. */
  readonly count: number;
  /** Their median, in their own unit. */
  readonly median: number;
  /** Lower end of the interval; -Infinity where so few draws say nothing. */
  readonly low: number;
  /** Upper end of the interval; Infinity where so few draws say nothing. */
  readonly high: number;
  /** Probability with which such intervals cover the true median, at least. */
  readonly confidence: number;
}

/**
 * The exact interval of a median, whatever the distribution: between two of the sorted draws.
 *
 * A draw lies below the true median with probability 1/2, so the interval from the r-th smallest to the r-th largest of n draws covers it
 * unless fewer than r of them lie on one side.
 *
 * ```math
 * [x_{(r)},\, x_{(n + 1 - r)}] \quad\text{with the largest } r \text{ for which}\quad
 * 2\, P\bigl(\text{Binomial}(n, \tfrac12) < r\bigr) \le 1 - \text{confidence}
 * ```
 *
 * @param values - The draws, in any order; at least one. Fewer than six have no interval of 95%.
 * @param confidence - Coverage of the two-sided interval, at least. Default: 0.95.
 * @returns A frozen record.
 * @throws InputError if there are no values, one is NaN, or the confidence is not between 0 and 1.
 * @example
 * ```ts
 * medianInterval([3, 1, 4, 1, 5, 9, 2, 6, 5, 3]); // median 3.5, low 1, high 6
 * ```
 * @see Conover: Practical Nonparametric Statistics, 1999, section 3.2.
 */
export function medianInterval(values: ArrayLike<number>, confidence = 0.95): MedianInterval {
  requireConfidence(confidence);
  const count = values.length;
  if (count === 0) throw new InputError('values must hold at least one number, got none');
  const sorted = Float64Array.from(values).sort();
  if (sorted.some(Number.isNaN)) throw new InputError('values must be numbers, got NaN');
  let rank = 0;
  while (2 * rank < count && binomialTest(count - rank, count) <= 1 - confidence) rank++; // 2 P(fewer than rank + 1 on one side)
  const median = (sorted[(count - 1) >> 1] + sorted[count >> 1]) / 2;
  const [low, high] = rank > 0 ? [sorted[rank - 1], sorted[count - rank]] : [-Infinity, Infinity];
  return Object.freeze({ count, median, low, high, confidence });
}
