import type { Rows } from './matrix.ts';
import type { Pace } from './pace.ts';

/** The matrix with rows and columns exchanged, in double precision. */
export function transposed({ rows, columns, data }: Rows): Float64Array {
  const result = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) result[j * rows + i] = data[i * columns + j];
  return result;
}

/**
 * Inner products of the rows of `a` with the rows of `b`, in double precision: `a b^T`, [rowsA, rowsB].
 *
 * Four rows of b at a time, so that an entry of a is read once for four products.
 *
 * @param a - Entries, row after row.
 * @param b - Entries, row after row; rows as long as those of a.
 * @param length - Entries of a row.
 * @param pace - Awaited after every row of a.
 */
export async function rowProducts(a: Float64Array, b: Float64Array, length: number, pace: Pace): Promise<Float64Array> {
  const [rowsA, rowsB] = [a.length / length, b.length / length];
  const result = new Float64Array(rowsA * rowsB);
  const quads = rowsB - (rowsB % 4);
  for (let i = 0; i < rowsA; i++) {
    await pace();
    const [own, out] = [i * length, i * rowsB];
    for (let j = 0; j < quads; j += 4) {
      const [b0, b1, b2, b3] = [j * length, (j + 1) * length, (j + 2) * length, (j + 3) * length];
      let [s0, s1, s2, s3] = [0, 0, 0, 0];
      for (let k = 0; k < length; k++) {
        const value = a[own + k];
        s0 += value * b[b0 + k];
        s1 += value * b[b1 + k];
        s2 += value * b[b2 + k];
        s3 += value * b[b3 + k];
      }
      result[out + j] = s0;
      result[out + j + 1] = s1;
      result[out + j + 2] = s2;
      result[out + j + 3] = s3;
    }
    for (let j = quads; j < rowsB; j++) {
      let sum = 0;
      for (let k = 0; k < length; k++) sum += a[own + k] * b[j * length + k];
      result[out + j] = sum;
    }
  }
  return result;
}
