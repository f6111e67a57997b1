import { InputError } from '@advml/core';
import { ones } from '@tensorflow/tfjs-core';
import type { Value } from './graph.ts';
import { affineImage, bendImage, biasOf, type Interval, maxImage, numbersFrom, sumImage } from './intervals.ts';
import type { Region } from './region.ts';
import { requireTranspose } from './require-transpose.ts';

/** What is known of a network's values for some examples. */
export interface Trace {
  /** Number of examples. */
  readonly batch: number;
  /** The values, in order. */
  readonly values: readonly Value[];
  /** Inputs, [batch, size]. */
  readonly x: ArrayLike<number>;
  /** Where each input may move. */
  readonly regions: readonly Region[];
  /** Constants of affine steps, by the number of their value. */
  readonly bias: readonly (Float64Array | undefined)[];
  /** Ranges of the values, as far as they are known; refined in place. */
  readonly intervals: Interval[];
  /** See {@link AffineImage.scale}, by the number of an affine step's value. */
  readonly scale: (Float64Array | undefined)[];
}

/**
 * The constants of all affine steps, once it is sure that their weights are finite and their transposes are that.
 *
 * @throws InputError that names the layer of which that is not so.
 */
export function biasesOf(values: readonly Value[]): (Float64Array | undefined)[] {
  return values.map(({ step, from }) => {
    if (step?.kind !== 'affine') return undefined;
    const { shape } = values[from[0]];
    const bias = biasOf(step);
    const sums = numbersFrom(() => step.absolute.apply(ones([1, ...shape])));
    const bad = [...sums, ...bias].find((number) => !Number.isFinite(number));
    if (bad !== undefined)
      throw new InputError(`weights of layer '${step.name}' must be finite, got ${bad} among their sums`);
    requireTranspose(step, shape, sums);
    return bias;
  });
}

/** Intervals of a value from those that go into it. */
export function imageOf(values: readonly Value[], at: number, intervals: readonly Interval[], bias?: Float64Array) {
  const { step, from } = values[at];
  const [first] = from;
  switch (step?.kind) {
    case 'affine':
      return affineImage(step, bias as Float64Array, values[first], intervals[first]);
    case 'bend':
      return bendImage(step, intervals[first]);
    case 'max':
      return maxImage(step, values[first].size, intervals[first]);
    default:
      return sumImage(from.map((value) => intervals[value]));
  }
}

/** How far an entry goes at least, for a room: farther by what rounding may take of either. */
const outwards = (room: number, x: number) => (room > 0 ? room * (1 + 2 ** -50) + Math.abs(x) * 2 ** -51 : 0);

/** The intervals of the inputs. */
export function inputInterval(x: ArrayLike<number>, regions: readonly Region[], size: number): Interval {
  const [low, high] = [new Float64Array(x.length), new Float64Array(x.length)];
  for (const [example, { below, above }] of regions.entries()) {
    for (let at = 0; at < size; at++) {
      const entry = example * size + at;
      low[entry] = x[entry] - outwards(below[at], x[entry]);
      high[entry] = x[entry] + outwards(above[at], x[entry]);
    }
  }
  return { low, high };
}

/** Narrows intervals in place where others are narrower. */
export function narrow(interval: Interval, entry: number, low: number, high: number): void {
  if (low > interval.low[entry]) interval.low[entry] = low;
  if (high < interval.high[entry]) interval.high[entry] = high;
}
