import { alongRows } from '@advml/core/internal';
import { add, mul, reshape, sub, sum, type Tensor, tensor, tensor1d, tidy } from '@tensorflow/tfjs-core';

/** Numbers of one example. */
export const widthOf = (batch: Tensor): number => batch.size / batch.shape[0];

/**
 * Some examples of a batch, in the given order.
 *
 * Rows are copied on the host: faster than `gather` on the wasm backend, and exact on all.
 *
 * @param batch - [batch, ...].
 * @param rows - Places in the batch; one may come more than once.
 * @returns [rows.length, ...], owned by the caller.
 */
export function takeRows<T extends Tensor>(batch: T, rows: readonly number[]): T {
  if (rows.length === batch.shape[0] && rows.every((row, at) => row === at)) return batch.clone();
  const width = widthOf(batch);
  const values = batch.dataSync();
  const length = rows.length * width;
  const taken = batch.dtype === 'int32' ? new Int32Array(length) : new Float32Array(length);
  for (const [at, row] of rows.entries()) taken.set(values.subarray(row * width, (row + 1) * width), at * width);
  return tensor(taken, [rows.length, ...batch.shape.slice(1)], batch.dtype) as T;
}

/**
 * A batch with some examples replaced.
 *
 * @param batch - [batch, ...].
 * @param rows - Places in the batch.
 * @param replacements - [rows.length, ...].
 * @returns A tensor like `batch`, owned by the caller.
 */
export function replaceRows(batch: Tensor, rows: readonly number[], replacements: Tensor): Tensor {
  const width = widthOf(batch);
  const values = batch.dataSync().slice();
  const others = replacements.dataSync();
  for (const [at, row] of rows.entries()) values.set(others.subarray(at * width, (at + 1) * width), row * width);
  return tensor(values, batch.shape);
}

/** One number an example against the batch's own shape. */
const along = (values: ArrayLike<number>, batch: Tensor) => alongRows(tensor1d(Float32Array.from(values)), batch);

/**
 * A batch with each example multiplied by a number.
 *
 * @param batch - [batch, ...].
 * @param factors - One number for all, or one an example.
 * @returns A tensor like `batch`, owned by the caller.
 */
export function scaleRows(batch: Tensor, factors: number | ArrayLike<number>): Tensor {
  if (typeof factors === 'number') return mul(batch, factors);
  const first = factors[0];
  if (Array.prototype.every.call(factors, (factor) => factor === first)) return mul(batch, first);
  return tidy(() => mul(batch, along(factors, batch)));
}

/**
 * Some examples of one batch and the rest of another, to the bit.
 *
 * @param old - [batch, ...].
 * @param next - [batch, ...].
 * @param mask - One boolean an example: true where `next` is taken.
 * @returns A tensor like both, owned by the caller.
 */
export function chooseRows(old: Tensor, next: Tensor, mask: readonly boolean[]): Tensor {
  if (!mask.includes(true)) return old.clone();
  if (!mask.includes(false)) return next.clone();
  return tidy(() => {
    const taken = along(mask.map(Number), old);
    return add(mul(next, taken), mul(old, sub(1, taken)));
  });
}

/**
 * Inner products of the examples of two batches.
 *
 * @param a - [batch, ...].
 * @param b - The same shape.
 * @returns One number an example.
 */
export const rowDots = (a: Tensor, b: Tensor): Float32Array =>
  tidy(() => sum(reshape(mul(a, b), [a.shape[0], widthOf(a)]), 1).dataSync<'float32'>());
