import {
  abs,
  add,
  cast,
  equal,
  max,
  neg,
  reshape,
  step,
  sub,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tensor,
  tidy,
} from '@tensorflow/tfjs-core';
import type { Key } from './key.ts';

/** The batch as a matrix [batch, entries of an example]. */
export function asRows(batch: Tensor): Tensor2D {
  return reshape(batch, [batch.shape[0], batch.shape[0] === 0 ? 0 : batch.size / batch.shape[0]]) as Tensor2D;
}

/** One number an example against the batch's own shape: [batch] as [batch, 1, ..., 1]. */
export function alongRows(values: Tensor1D, like: Tensor): Tensor {
  return reshape(values, [values.shape[0], ...like.shape.slice(1).map(() => 1)]);
}

/** The same numbers with 1 in place of 0, so that they can be divided by. */
export function oneForZero(values: Tensor1D): Tensor1D {
  return tidy(() => add(values, cast(equal(values, 0), 'float32')));
}

/** Largest absolute entry of each example, with 1 in place of 0: [batch]. */
export function scaleOf(batch: Tensor): Tensor1D {
  return tidy(() => oneForZero(max(abs(asRows(batch)), 1) as Tensor1D));
}

/** The sign of each entry, however small; tfjs's own `sign` gives 0 below 1e-6 on the wasm backend. */
export function signOf(batch: Tensor): Tensor {
  return tidy(() => sub(step(batch), step(neg(batch))));
}

/**
 * A batch in which `change` has worked on each example's numbers in place, in double precision on the host.
 *
 * @param batch - [batch, ...]; read back from the backend.
 * @param change - Gets a copy of the example's entries and where they start in the batch.
 */
export function mapRows(batch: Tensor, change: (row: Float64Array, offset: number) => void): Tensor {
  const values = batch.dataSync();
  const result = new Float32Array(values.length);
  const width = batch.shape[0] === 0 ? 0 : batch.size / batch.shape[0];
  for (let offset = 0; offset < values.length; offset += width) {
    const row = Float64Array.from(values.subarray(offset, offset + width));
    change(row, offset);
    result.set(row, offset);
  }
  return tensor(result, batch.shape);
}

/** A batch drawn example by example: `draw` gives the entries of one. */
export function sampleRows(
  keys: readonly Key[],
  shape: readonly number[],
  draw: (key: Key, width: number) => ArrayLike<number>,
): Tensor {
  const width = shape.reduce((product, length) => product * length, 1);
  const values = new Float32Array(keys.length * width);
  for (const [at, key] of keys.entries()) values.set(draw(key, width), at * width);
  return tensor(values, [keys.length, ...shape]);
}

/** Sum of `term` over the numbers of a row. */
export function total(row: ArrayLike<number>, term: (value: number, at: number) => number): number {
  let sum = 0;
  for (let at = 0; at < row.length; at++) sum += term(row[at], at);
  return sum;
}

/** The root of a decreasing function on [0, high], to the last bit of a double. */
export function bisect(excess: (at: number) => number, high: number): number {
  let [low, top] = [0, high];
  for (let middle = top / 2; middle > low && middle < top; middle = (low + top) / 2) {
    if (excess(middle) > 0) low = middle;
    else top = middle;
  }
  return top;
}
