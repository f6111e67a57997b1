import { quantiles } from './quantiles.ts';

/** Some numbers in brief, in their own unit. Every field but `count` is NaN where there are no numbers. */
export interface Summary {
  /** How many numbers there are. */
  readonly count: number;
  /** Their mean. */
  readonly mean: number;
  /** The smallest. */
  readonly min: number;
  /** The tenth percentile. */
  readonly q10: number;
  /** The lower quartile. */
  readonly q25: number;
  /** The median. */
  readonly median: number;
  /** The upper quartile. */
  readonly q75: number;
  /** The ninetieth percentile. */
  readonly q90: number;
  /** The largest. */
  readonly max: number;
}

/**
 * Mean and quantiles of some numbers.
 *
 * @param values - The numbers, in any order; only read.
 * @returns A frozen record; its quantiles are those of `quantiles`.
 * @throws {@link InputError} if a number is NaN.
 * @example
 * ```ts
 * summarize([4, 1, 3, 2]).median; // 2.5
 * ```
 */
export function summarize(values: ArrayLike<number>): Summary {
  const [min, q10, q25, median, q75, q90, max] = quantiles(values, [0, 0.1, 0.25, 0.5, 0.75, 0.9, 1]);
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += values[at];
  return Object.freeze({
    count: values.length,
    mean: sum / values.length,
    min,
    q10,
    q25,
    median,
    q75,
    q90,
    max,
  });
}
