import type { Pace } from '../pace.ts';
import { addProduct, byRows, transposeOf } from './add-product.ts';

/** Rows of the first factor that are multiplied at a time: few enough to let others work in between, many enough to pack b for. */
const BLOCK = 512;
/** The same of a Gram matrix, of which blocks on the diagonal are computed whole. */
const GRAM_BLOCK = 128;

/**
 * Inner products of the rows of `a` with the rows of `b`, in double precision: `a b^T`, [rowsA, rowsB].
 *
 * @param a - Entries, row after row.
 * @param b - Entries, row after row; rows as long as those of a.
 * @param length - Entries of a row.
 * @param pace - Told of every row of a.
 * @returns The products, row after row.
 */
export async function rowProducts(a: Float64Array, b: Float64Array, length: number, pace: Pace): Promise<Float64Array> {
  const [rowsA, columns] = [a.length / length, b.length / length];
  const result = new Float64Array(rowsA * columns);
  const right = transposeOf(byRows(b, length));
  for (let row = 0; row < rowsA; row += BLOCK) {
    const rows = Math.min(BLOCK, rowsA - row);
    const [left, to] = [byRows(a, length, row * length), byRows(result, columns, row * columns)];
    addProduct({ rows, columns, depth: length }, left, right, to);
    await pace(rows);
  }
  return result;
}

/**
 * Inner products of the rows of a matrix with each other, in double precision: `a a^T`, of which one half is computed.
 *
 * @param a - Entries, row after row.
 * @param length - Entries of a row.
 * @param pace - Told of every row.
 * @returns The products, row after row.
 */
export async function gramOfRows(a: Float64Array, length: number, pace: Pace): Promise<Float64Array> {
  const count = a.length / length;
  const gram = new Float64Array(count * count);
  const right = transposeOf(byRows(a, length));
  for (let row = 0; row < count; row += GRAM_BLOCK) {
    const rows = Math.min(GRAM_BLOCK, count - row);
    const [left, to] = [byRows(a, length, row * length), byRows(gram, count, row * count)];
    addProduct({ rows, columns: row + rows, depth: length }, left, right, to);
    await pace(rows);
  }
  for (let i = 0; i < count; i++) for (let j = i + 1; j < count; j++) gram[i * count + j] = gram[j * count + i];
  return gram;
}
