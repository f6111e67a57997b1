import { addProduct, byRows, type Pace, transposeOf } from '@advml/core/internal';

/** Columns that are factored at a time, after one product has taken away what those before them come to. */
const BLOCK = 64;

/**
 * Whether Cholesky's factorization of a symmetric matrix runs to its end in double precision. It proves that no eigenvalue is below
 * minus `1.01 (size + 2) u` times the trace, u being the rounding of one operation.
 *
 * @param a - Entries, row after row, [size, size]; the lower triangle is read; overwritten.
 * @param size - Number of rows.
 * @param pace - Told of every row.
 * @returns Whether all pivots are positive.
 * @see Rump: Verification of positive definiteness, BIT Numerical Mathematics 46, 2006.
 */
export async function isPositiveDefinite(a: Float64Array, size: number, pace: Pace): Promise<boolean> {
  let isPositive = true;
  for (let first = 0; first < size; first += BLOCK) {
    const columns = Math.min(BLOCK, size - first);
    const rows = byRows(a, size, first * size);
    const block = byRows(a, size, first * size + first);
    if (isPositive) addProduct({ rows: size - first, columns, depth: first }, rows, transposeOf(rows), block, -1);
    for (let row = first; isPositive && row < size; row++) isPositive = factorRow(a, size, row, first, columns);
    await pace(columns);
  }
  return isPositive;
}

/** The factor's entries of one row in a block of columns; whether the pivot, if it is among them, is positive. */
function factorRow(a: Float64Array, size: number, row: number, first: number, columns: number): boolean {
  const at = row * size;
  for (let j = first; j < Math.min(first + columns, row + 1); j++) {
    const other = j * size;
    let left = a[at + j];
    for (let k = first; k < j; k++) left -= a[at + k] * a[other + k];
    if (j === row && !(left > 0)) return false;
    a[at + j] = j < row ? left / a[other + j] : Math.sqrt(left);
  }
  return true;
}
