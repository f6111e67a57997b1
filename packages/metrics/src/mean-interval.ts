import { InputError } from '@advml/core';
import { requireConfidence } from './confidence.ts';
import { studentQuantile } from './student-quantile.ts';

/** The mean of independent repetitions, such as seeds, with an interval for the mean of infinitely many. */
export interface MeanInterval {
  /** How many repetitions there are. */
  readonly count: number;
  /** Their mean, in their own unit. */
  readonly mean: number;
  /** Their standard deviation, with `count - 1` in the denominator. */
  readonly deviation: number;
  /** Lower end of the interval. */
  readonly low: number;
  /** Upper end of the interval. */
  readonly high: number;
  /** Probability with which such intervals cover the true mean. */
  readonly confidence: number;
}

/**
 * Student's interval of a mean over independent repetitions.
 *
 * Exact for normal repetitions, a good approximation for others that are not too skewed.
 *
 * ```math
 * \bar v \pm t_{n-1,\,1-\alpha/2} \frac{s}{\sqrt n}
 * ```
 *
 * @param values - One number a repetition; at least two, since one has no spread.
 * @param confidence - Coverage of the two-sided interval. Default: 0.95.
 * @returns A frozen record.
 * @throws InputError if there are fewer than two values, one is not finite, or the confidence is not between 0 and 1.
 * @example
 * ```ts
 * meanInterval([0.992, 0.996, 0.994, 0.994, 0.993]); // mean 0.9938, low 0.9920, high 0.9956
 * ```
 * @see Student: The Probable Error of a Mean, 1908.
 */
export function meanInterval(values: readonly number[], confidence = 0.95): MeanInterval {
  requireConfidence(confidence);
  const count = values.length;
  if (count < 2) throw new InputError(`an interval needs at least 2 values (seeds), got ${count}`);
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new InputError(`values must be finite, got ${values[bad]} at entry ${bad}`);

  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1));
  const reach = (studentQuantile((1 + confidence) / 2, count - 1) * deviation) / Math.sqrt(count);
  return Object.freeze({ count, mean, deviation, low: mean - reach, high: mean + reach, confidence });
}
