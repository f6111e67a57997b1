import type { Pace } from './pace.ts';

/** A symmetric matrix as `Q T Q^T`, T tridiagonal. */
export interface Tridiagonal {
  /** Diagonal of T. */
  readonly diagonal: Float64Array;
  /** Entries beside the diagonal: entry i stands between i and i + 1; the last is 0. */
  readonly beside: Float64Array;
  /** Writes the columns of Q as rows of a new matrix. */
  basis(): Promise<Float64Array>;
}

/**
 * Householder's reduction of a symmetric matrix to a tridiagonal one, from the last row up.
 *
 * Only the lower triangle is read and written, row by row, so that memory is walked in order: (4/3) n^3 operations.
 *
 * @param a - Entries, row after row, [size, size]; overwritten by the reflectors.
 * @param size - Number of rows.
 * @param pace - Awaited after every row, here and for the basis.
 */
export async function tridiagonal(a: Float64Array, size: number, pace: Pace): Promise<Tridiagonal> {
  const diagonal = new Float64Array(size);
  const beside = new Float64Array(size);
  const halves = new Float64Array(size); // half the square of each reflector's vector; 0 where there is none
  const q = new Float64Array(size);
  for (let row = size - 1; row >= 0; row--) {
    await pace();
    const v = a.subarray(row * size, row * size + row);
    diagonal[row] = a[row * size + row];
    if (row === 0) continue;
    halves[row] = toReflector(v, beside, row);
    if (halves[row] === 0) continue;
    q.fill(0, 0, row);
    multiplyLower(a, size, v, q);
    let along = 0;
    for (let j = 0; j < row; j++) {
      q[j] /= halves[row];
      along += q[j] * v[j];
    }
    for (let j = 0; j < row; j++) q[j] -= (along / (2 * halves[row])) * v[j];
    for (let i = 0; i < row; i++) {
      const [at, vi, qi] = [i * size, v[i], q[i]];
      for (let j = 0; j <= i; j++) a[at + j] -= vi * q[j] + qi * v[j];
    }
  }
  return { diagonal, beside, basis: () => accumulate(a, halves, size, pace) };
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

/** Adds the leading block of a symmetric matrix, given by its lower triangle, times `v` to `product`. */
function multiplyLower(a: Float64Array, size: number, v: Float64Array, product: Float64Array): void {
  for (let i = 0; i < v.length; i++) {
    const [at, vi] = [i * size, v[i]];
    let sum = a[at + i] * vi;
    for (let j = 0; j < i; j++) {
      sum += a[at + j] * v[j];
      product[j] += a[at + j] * vi;
    }
    product[i] += sum;
  }
}

/** The product of the reflectors, transposed: it grows by one row and column with each. */
async function accumulate(
  reflectors: Float64Array,
  halves: Float64Array,
  size: number,
  pace: Pace,
): Promise<Float64Array> {
  const basis = new Float64Array(size * size);
  for (let i = 0; i < size; i++) basis[i * size + i] = 1;
  for (let row = 0; row < size; row++) {
    await pace();
    if (halves[row] === 0) continue;
    const v = reflectors.subarray(row * size, row * size + row);
    for (let i = 0; i < row; i++) {
      const at = i * size;
      let along = 0;
      for (let j = 0; j < row; j++) along += basis[at + j] * v[j];
      along /= halves[row];
      for (let j = 0; j < row; j++) basis[at + j] -= along * v[j];
    }
  }
  return basis;
}
