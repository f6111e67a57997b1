import { alongRows, hasExtraKernel, runExtraKernel } from '@advml/core/internal';
import { mul, reshape, sum, type Tensor, tensor, tensor1d, tidy } from '@tensorflow/tfjs-core';

/** Numbers of one example. */
export const widthOf = (batch: Tensor): number => batch.size / batch.shape[0];

/**
 * Examples of two batches, copied to the bit: faster than `gather` on the wasm backend.
 *
 * @param places - For each row of the result its place in `batch`, or -1 minus its place in `others`.
 */
function pickRows(batch: Tensor, others: Tensor, places: readonly number[]): Tensor {
  const sameType = batch.dtype === others.dtype && (batch.dtype === 'float32' || batch.dtype === 'int32');
  if (sameType && hasExtraKernel('PickRows')) return runExtraKernel('PickRows', { batch, others }, { places });
  const width = widthOf(batch);
  const [own, other] = [batch.dataSync(), others.dataSync()];
  const length = places.length * width;
  const picked = batch.dtype === 'int32' ? new Int32Array(length) : new Float32Array(length);
  for (const [at, place] of places.entries()) {
    const [from, row] = place >= 0 ? [own, place] : [other, -1 - place];
    picked.set(from.subarray(row * width, (row + 1) * width), at * width);
  }
  return tensor(picked, [places.length, ...batch.shape.slice(1)], batch.dtype);
}

/**
 * Some examples of a batch, in the given order.
 *
 * @param batch - [batch, ...].
 * @param rows - Places in the batch; one may come more than once.
 * @returns [rows.length, ...], owned by the caller.
 */
export function takeRows<T extends Tensor>(batch: T, rows: readonly number[]): T {
  if (rows.length === batch.shape[0] && rows.every((row, at) => row === at)) return batch.clone();
  return pickRows(batch, batch, rows) as T;
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
  const places = [...Array(batch.shape[0]).keys()];
  for (const [at, row] of rows.entries()) places[row] = -1 - at;
  return pickRows(batch, replacements, places);
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
  return pickRows(
    old,
    next,
    mask.map((isTaken, row) => (isTaken ? -1 - row : row)),
  );
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
