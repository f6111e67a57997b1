import type { Proportion } from './clopper-pearson.ts';

/** The difference of two shares, with an interval. */
export interface ProportionDifference {
  /** The difference itself, from -1 to 1. */
  readonly value: number;
  /** Lower end of the interval. */
  readonly low: number;
  /** Upper end of the interval. */
  readonly high: number;
}

/**
 * How much larger one share is than another, of other trials: the interval of Newcombe from the two own ones.
 *
 * ```math
 * a - b - \sqrt{(a - a_{\text{low}})^2 + (b_{\text{high}} - b)^2} \;\le\; p_a - p_b \;\le\;
 * a - b + \sqrt{(a_{\text{high}} - a)^2 + (b - b_{\text{low}})^2}
 * ```
 *
 * With the exact intervals of `clopperPearson` it covers about as often as they do, or more. The two counts must be independent;
 * for two networks on the same examples it is wider than need be.
 *
 * @param a - A share with its interval.
 * @param b - Another, of the same confidence.
 * @returns `a - b`; a frozen record.
 * @example
 * ```ts
 * proportionDifference(clopperPearson(20, 1000), clopperPearson(15, 1000)); // 0.005, from -0.0073 to 0.0176
 * ```
 * @see Newcombe: Interval Estimation for the Difference between Independent Proportions, 1998 (method 10, there with Wilson's
 * intervals in place of exact ones).
 */
export function proportionDifference(a: Proportion, b: Proportion): ProportionDifference {
  const value = a.value - b.value;
  return Object.freeze({
    value,
    low: value - Math.hypot(a.value - a.low, b.high - b.value),
    high: value + Math.hypot(a.high - a.value, b.value - b.low),
  });
}
