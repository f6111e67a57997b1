import { mul, type Tensor, type Tensor1D, tensor, tidy } from '@tensorflow/tfjs-core';
import type { Bounds } from './norm.ts';
import { alongRows } from './rows.ts';
import { signOf } from './sign-of.ts';

/**
 * A batch in which `shorten` has changed the absolute value of each example's entries, in double precision on the host.
 *
 * @param batch - [batch, ...]; read back from the backend.
 * @param bounds - Range of each entry, which contains 0; none if there is no box.
 * @param shorten - Gets one example's absolute values, which it changes in place, how large each may be, and its row.
 */
export function mapSizes(
  batch: Tensor,
  bounds: Bounds | undefined,
  shorten: (sizes: Float64Array, rooms: Float64Array, row: number) => void,
): Tensor {
  const values = batch.dataSync<'float32'>();
  const [low, high] = [bounds?.low.dataSync<'float32'>(), bounds?.high.dataSync<'float32'>()];
  const result = new Float32Array(values.length);
  const width = batch.shape[0] === 0 ? 0 : batch.size / batch.shape[0];
  const [sizes, rooms] = [new Float64Array(width), new Float64Array(width).fill(Infinity)];
  for (let start = 0, row = 0; start < values.length; start += width, row++) {
    for (let at = 0; at < width; at++) {
      const value = values[start + at];
      sizes[at] = Math.abs(value);
      if (low && high) rooms[at] = Math.max(value < 0 ? -low[start + at] : high[start + at], 0);
    }
    shorten(sizes, rooms, row);
    for (let at = 0; at < width; at++) result[start + at] = values[start + at] < 0 ? -sizes[at] : sizes[at];
  }
  return tensor(result, batch.shape);
}

/**
 * Steps on which linear functions rise by given amounts, in double precision on the host.
 *
 * @param gradient - [batch, ...]; read back from the backend.
 * @param rise - Amounts [batch]; where one is negative the function is to fall.
 * @param bounds - Range of each entry, which contains 0; none if there is no box.
 * @param spend - Turns the sizes of one example's slopes, in place, into the sizes of its step, given how large each may be
 * and the amount.
 */
export function mapRises(
  gradient: Tensor,
  rise: Tensor1D,
  bounds: Bounds | undefined,
  spend: (slopes: Float64Array, rooms: Float64Array, rise: number) => void,
): Tensor {
  const amounts = rise.dataSync<'float32'>();
  return tidy(() => {
    const uphill = mul(gradient, alongRows(signOf(rise) as Tensor1D, gradient));
    return mapSizes(uphill, bounds, (slopes, rooms, row) => spend(slopes, rooms, Math.abs(amounts[row])));
  });
}
