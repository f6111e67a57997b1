import { gather, matMul, reshape, type Tensor, type Tensor2D, tensor1d, transpose } from '@tensorflow/tfjs-core';

/** Entries along one axis, in the given order; some may be left out or repeated. */
export const picked = (x: Tensor, axis: number, indices: Int32Array) => gather(x, tensor1d(indices, 'int32'), axis);

/**
 * Whole numbers made one by one, such as indices.
 *
 * @param length - How many.
 * @param at - Gives each of them.
 */
export const indicesOf = (length: number, at: (place: number) => number) =>
  Int32Array.from({ length }, (_, place) => at(place));

/**
 * A matrix applied along one axis.
 *
 * @param x - Any shape.
 * @param axis - The axis.
 * @param matrix - [out, length of the axis].
 */
export function multipliedAlong(x: Tensor, axis: number, matrix: Tensor2D): Tensor {
  const order = [...x.shape.map((_, at) => at).filter((at) => at !== axis), axis];
  const turned = transpose(x, order);
  const rows = reshape(turned, [-1, x.shape[axis]]) as Tensor2D;
  const product = reshape(matMul(rows, matrix, false, true), [...turned.shape.slice(0, -1), matrix.shape[0]]);
  return transpose(
    product,
    order.map((_, at) => order.indexOf(at)),
  );
}
