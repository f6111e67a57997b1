import { type Params, summarize } from '@advml/core';
import {
  div,
  greater,
  matMul,
  max,
  mul,
  norm,
  oneHot,
  range,
  slice,
  sub,
  type Tensor2D,
  tidy,
  where,
} from '@tensorflow/tfjs-core';

/** Neurons compared at a time. */
const CHUNK = 256;

/** Rows divided by their sizes; rows of zero stay. */
const unit = (weight: Tensor2D): Tensor2D =>
  tidy(() => {
    const size = norm(weight, 2, 1, true); // [m, 1]
    return div(weight, where(greater(size, 0), size, 1));
  });

/**
 * How near neurons of one network come to another neuron of a second one, in the median: the nearest but that of the same place.
 *
 * Neurons start independently and alike, so those of other places are what a network from another initialization would have.
 *
 * @param before - Weights, [m, d].
 * @param after - Weights of the same shape.
 * @returns Median of the largest cosines.
 */
export function nearestOther({ weight: before }: Params, { weight: after }: Params): number {
  const [neurons] = before.shape;
  const found: number[] = [];
  tidy(() => {
    const [all, others] = [before, after].map((weight) => unit(weight as Tensor2D));
    for (let from = 0; from < neurons; from += CHUNK)
      found.push(...largestOther(slice(all, [from, 0], [Math.min(CHUNK, neurons - from), -1]), others, from));
  });
  return summarize(Float64Array.from(found)).median;
}

/** The largest cosine of each row with the others, but that at its own place. */
const largestOther = (rows: Tensor2D, others: Tensor2D, from: number): Iterable<number> =>
  tidy(() => {
    const cosines = matMul(rows, others, false, true); // [rows, m]
    const itself = oneHot(range(from, from + rows.shape[0], 1, 'int32'), others.shape[0]); // [rows, m]
    return max(sub(cosines, mul(itself, 2)), 1).dataSync();
  });
