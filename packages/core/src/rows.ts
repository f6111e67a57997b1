import { reshape, type Tensor, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core';

/** The batch as a matrix [batch, entries of an example]. */
export function asRows(batch: Tensor): Tensor2D {
  return reshape(batch, [batch.shape[0], batch.shape[0] === 0 ? 0 : batch.size / batch.shape[0]]) as Tensor2D;
}

/** One number an example against the batch's own shape: [batch] as [batch, 1, ..., 1]. */
export function alongRows(values: Tensor1D, like: Tensor): Tensor {
  return reshape(values, [values.shape[0], ...like.shape.slice(1).map(() => 1)]);
}
