import { equal, onesLike, sqrt, square, sum, type Tensor, where } from '@tensorflow/tfjs-core';

/** Entries with 1 in the place of zeros. */
export const withoutZeros = (x: Tensor) => where(equal(x, 0), onesLike(x), x);

/** The l2 norm along some axes. Its slope at 0 is 0, as in PyTorch, where that of the root would be infinite. */
export function euclidean(x: Tensor, axes: number[], keepDims: boolean): Tensor {
  const squares = sum(square(x), axes, keepDims);
  return where(equal(squares, 0), squares, sqrt(withoutZeros(squares)));
}
