import type { Pace } from '../pace.ts';
import { divideAndConquer } from './divide-and-conquer.ts';
import { diagonalize } from './ql.ts';
import { reflectRows } from './reflect-rows.ts';
import { tridiagonal } from './tridiagonal.ts';

/** Eigenvalues of a symmetric matrix, largest first. */
export interface SymmetricEigen {
  /** Eigenvalues. */
  readonly values: Float64Array;
  /** Orthonormal eigenvectors in the order of the values, one a row; only where they were asked for. */
  readonly vectors?: Float64Array;
}

/**
 * Eigenvalues and eigenvectors of a symmetric matrix in double precision: Householder's reduction to a tridiagonal matrix in panels, then
 * divide and conquer, or the QL method where only values are wanted.
 *
 * Values are off by a few roundings of the largest, and so are `A v - value v` and the inner products of the vectors, whatever
 * the matrix is. Time goes with the third power of the size.
 *
 * @param a - Finite entries, row after row, [size, size]; the lower triangle is read, all of it overwritten.
 * @param size - Number of rows.
 * @param wanted - Whether eigenvectors are wanted, which takes about three times as long.
 * @param pace - Told of `2 size` units of work, or `3 size` with eigenvectors.
 * @returns The values, and the vectors if they are wanted.
 */
export async function symmetricEigen(
  a: Float64Array,
  size: number,
  wanted: boolean,
  pace: Pace,
): Promise<SymmetricEigen> {
  const scale = toModestSize(a, size);
  const { diagonal, beside, halves } = await tridiagonal(a, size, pace);
  if (!wanted) {
    await diagonalize(diagonal, beside, () => {}, pace);
    return {
      values: diagonal
        .sort()
        .reverse()
        .map((value) => value * scale),
    };
  }
  const vectors = await divideAndConquer(diagonal, beside, pace);
  await reflectRows(vectors, a, halves, pace);
  const order = Array.from(diagonal.keys()).sort((i, j) => diagonal[j] - diagonal[i]);
  const sorted = new Float64Array(size * size);
  for (const [to, from] of order.entries()) sorted.set(vectors.subarray(from * size, (from + 1) * size), to * size);
  return { values: Float64Array.from(order, (at) => diagonal[at] * scale), vectors: sorted };
}

/** Divides by a power of two, which costs no digit, so that the largest entry is near 1 and no square overflows. */
function toModestSize(a: Float64Array, size: number): number {
  let largest = 0;
  for (let i = 0; i < size; i++)
    for (let at = i * size; at <= i * size + i; at++) largest = Math.max(largest, Math.abs(a[at]));
  if (largest === 0) return 1;
  const scale = 2 ** Math.max(-1000, Math.floor(Math.log2(largest)));
  for (let at = 0; at < a.length; at++) a[at] /= scale;
  return scale;
}
