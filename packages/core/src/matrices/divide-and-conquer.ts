import type { Pace } from '../pace.ts';
import { mergeHalves } from './merge-halves.ts';
import { diagonalize } from './ql.ts';
import { turnRows } from './turn-rows.ts';

/** Rows of a matrix that is not halved further. */
const SMALL = 32;

/**
 * Eigenvalues and eigenvectors of a tridiagonal matrix: it is torn in halves, which are solved and put together again.
 *
 * @param diagonal - Becomes the eigenvalues, in no order.
 * @param beside - Entries beside the diagonal; the last is 0. Overwritten.
 * @param pace - Told of as many units as there are rows, most of them at the end.
 * @returns Orthonormal eigenvectors in the order of the values, one a row.
 * @see Cuppen: A divide and conquer method for the symmetric tridiagonal eigenproblem, 1981.
 */
export async function divideAndConquer(
  diagonal: Float64Array,
  beside: Float64Array,
  pace: Pace,
): Promise<Float64Array> {
  const size = diagonal.length;
  const vectors = new Float64Array(size * size);
  for (let i = 0; i < size; i++) vectors[i * size + i] = 1;
  await solve(0, size, pace);
  return vectors;

  async function solve(begin: number, end: number, own: Pace): Promise<void> {
    if (end - begin <= SMALL) return solveSmall(begin, end, own);
    const middle = begin + Math.floor((end - begin) / 2);
    const coupling = beside[middle - 1];
    diagonal[middle - 1] -= Math.abs(coupling);
    diagonal[middle] -= Math.abs(coupling);
    await solve(begin, middle, () => pace(0));
    await solve(middle, end, () => pace(0));
    await mergeHalves(vectors, diagonal, { begin, middle, end, coupling }, own);
  }

  async function solveSmall(begin: number, end: number, own: Pace): Promise<void> {
    const edges = beside.slice(begin, end);
    edges[end - begin - 1] = 0;
    const onRotation = (row: number, cosine: number, sine: number) =>
      turnRows(vectors, size, begin, end, begin + row, begin + row + 1, cosine, -sine);
    await diagonalize(diagonal.subarray(begin, end), edges, onRotation, own);
  }
}
