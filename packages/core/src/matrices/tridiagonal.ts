import { hasExtraKernel, runExtraKernel } from '../extra-kernels.ts';
import type { Pace } from '../pace.ts';
import { multiplySymmetric } from './multiply-symmetric.ts';
import { type PendingUpdate, pendingUpdate } from './pending-update.ts';

/** A symmetric matrix as `Q T Q^T`, T tridiagonal, Q a product of reflectors. */
export interface Tridiagonal {
  /** Diagonal of T. */
  readonly diagonal: Float64Array;
  /** Entries beside the diagonal: entry i stands between i and i + 1; the last is 0. */
  readonly beside: Float64Array;
  /** Half the square of each reflector's vector, 0 where there is none. Reflector i turns the first i coordinates. */
  readonly halves: Float64Array;
}

/** Rows that are reduced before the rest of the matrix learns of them. */
const PANEL = 32;

/** Rows from which the kernel saves more than the way to it costs. */
const MANY = 64;

/**
 * Householder's reduction of a symmetric matrix to a tridiagonal one, from the last row up, a panel of rows at a time.
 *
 * Only the lower triangle is read. Half of the work is a product of the matrix and a vector for each row, the other half one
 * product of matrices for each panel: (4/3) n^3 operations. Panels of large matrices go through the kernel `ReducePanel` where the current
 * backend has it.
 *
 * @param a - Entries, row after row, [size, size]; overwritten: row i begins with the i numbers of its reflector's vector.
 * @param size - Number of rows.
 * @param pace - Awaited before every panel.
 * @see Dongarra, Sorensen, Hammarling: Block reduction of matrices to condensed forms for eigenvalue computations, 1989.
 */
export async function tridiagonal(a: Float64Array, size: number, pace: Pace): Promise<Tridiagonal> {
  const made = { diagonal: new Float64Array(size), beside: new Float64Array(size), halves: new Float64Array(size) };
  for (let end = size; end > 0; end -= PANEL) {
    const begin = Math.max(0, end - PANEL);
    const update = pendingUpdate(end - begin, end);
    await pace(end - begin);
    if (end >= MANY && hasExtraKernel('ReducePanel'))
      runExtraKernel('ReducePanel', {}, { a, size, begin, end, pairs: update.pairs, ...made });
    else reducePanel(a, size, begin, end, update, made);
    update.takeFromRows(a, size, begin);
  }
  return made;
}

/** Reduces the rows of a panel, from the last one up; the rows before it have yet to get the update. */
function reducePanel(
  a: Float64Array,
  size: number,
  begin: number,
  end: number,
  update: PendingUpdate,
  { diagonal, beside, halves }: Tridiagonal,
): void {
  for (let row = end - 1; row >= begin; row--) {
    const entries = a.subarray(row * size, row * size + row + 1);
    update.takeFromRow(entries, row);
    diagonal[row] = entries[row];
    const v = entries.subarray(0, row);
    halves[row] = row === 0 ? 0 : toReflector(v, beside, row);
    if (halves[row] > 0) update.add(v, partner(a, size, update, v, halves[row]));
  }
}

/** Turns a row into the vector of the reflector that leaves only its last entry, which goes to `beside`. */
function toReflector(v: Float64Array, beside: Float64Array, row: number): number {
  const last = row - 1;
  let square = 0;
  for (let j = 0; j < last; j++) square += v[j] * v[j];
  if (square === 0) {
    beside[last] = v[last];
    return 0;
  }
  square += v[last] * v[last];
  beside[last] = v[last] > 0 ? -Math.sqrt(square) : Math.sqrt(square);
  const half = square - v[last] * beside[last];
  v[last] -= beside[last];
  return half;
}

/** The w for which the reflector on both sides takes `v^T w + w^T v` away from the matrix. */
function partner(a: Float64Array, size: number, update: PendingUpdate, v: Float64Array, half: number): Float64Array {
  const w = multiplySymmetric(a, size, v);
  update.takeFromProduct(w, v);
  let along = 0;
  for (let j = 0; j < w.length; j++) {
    w[j] /= half;
    along += w[j] * v[j];
  }
  for (let j = 0; j < w.length; j++) w[j] -= (along / (2 * half)) * v[j];
  return w;
}
