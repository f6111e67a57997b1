import { key } from '@advml/core';
import { add, type Tensor, tensor } from '@tensorflow/tfjs-core';

/** As the backend computes it, not as it was uploaded: where texels reach beyond a tensor, something is there. */
const computed = (values: Float32Array, shape: readonly number[]): Tensor =>
  add(
    tensor(
      values.map((value) => value - 1),
      [...shape],
    ),
    1,
  );

const sizeOf = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1);

/** Numbers of a range, none within 0.03 of a multiple of 0.5, where functions may bend. */
export function within(low: number, high: number, shape: readonly number[] = [3, 4], seed = 1): Tensor {
  const values = key('inputs', seed).uniform(sizeOf(shape), low, high);
  const away = Float32Array.from(values, (value) => {
    const corner = Math.round(value * 2) / 2;
    return Math.abs(value - corner) < 0.03 ? corner + (value < corner ? -0.03 : 0.03) : value;
  });
  return computed(away, shape);
}

/** Numbers around zero, away from corners. */
export const any = (shape: readonly number[], seed = 1): Tensor => within(-2, 2, shape, seed);
/** Numbers above zero, away from corners. */
export const positive = (shape: readonly number[], seed = 1): Tensor => within(0.3, 2, shape, seed);
/** The numbers given. */
export const exactly = (...values: number[]): Tensor => tensor(values);

/** Different numbers, no two closer than 0.05, in random order. */
export function distinct(shape: readonly number[], seed = 1): Tensor {
  const values = key('inputs', seed).uniform(sizeOf(shape), 0, 1);
  const order = Array.from(values.keys()).sort((a, b) => values[a] - values[b]);
  const result = new Float32Array(values.length);
  for (const [rank, at] of order.entries()) result[at] = 0.05 * (rank - values.length / 2);
  return computed(result, shape);
}
