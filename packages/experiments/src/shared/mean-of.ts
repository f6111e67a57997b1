import { meanInterval } from '@advml/metrics';

/** A mean with its 95% interval. */
export interface MeanWithInterval {
  /** The mean. */
  readonly mean: number;
  /** Lower end. */
  readonly low: number;
  /** Upper end. */
  readonly high: number;
}

/**
 * The mean of cosines or shares, with its interval.
 *
 * @param values - One number a neuron; those of dead ones are NaN, and left out.
 * @returns The mean; fewer than two numbers say nothing, and have the interval of all that such a number can be.
 */
export function meanOf(values: ArrayLike<number>): MeanWithInterval {
  const counted = Array.from(values).filter(Number.isFinite);
  if (counted.length < 2) return { mean: counted[0] ?? 0, low: -1, high: 1 };
  const { mean, low, high } = meanInterval(counted);
  return { mean, low, high };
}
