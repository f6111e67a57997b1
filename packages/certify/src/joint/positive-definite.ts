import type { Pace } from '@advml/core/internal';

/**
 * Whether Cholesky's factorization of a symmetric matrix runs to its end in double precision. It proves that no eigenvalue is below
 * minus `1.01 (size + 2) u` times the trace, u being the rounding of one operation.
 *
 * @param a - Entries, row after row, [size, size]; the lower triangle is read and overwritten.
 * @param size - Number of rows.
 * @param pace - Told of every row.
 * @returns Whether all pivots are positive.
 * @see Rump: Verification of positive definiteness, BIT Numerical Mathematics 46, 2006.
 */
export async function isPositiveDefinite(a: Float64Array, size: number, pace: Pace): Promise<boolean> {
  let isPositive = true;
  for (let i = 0; i < size; i++) {
    const row = i * size;
    for (let j = 0; isPositive && j <= i; j++) {
      const other = j * size;
      let left = a[row + j];
      for (let k = 0; k < j; k++) left -= a[row + k] * a[other + k];
      if (j < i) a[row + j] = left / a[other + j];
      else if (left > 0) a[row + j] = Math.sqrt(left);
      else isPositive = false;
    }
    await pace(1);
  }
  return isPositive;
}
