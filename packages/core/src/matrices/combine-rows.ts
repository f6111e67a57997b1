import type { Pace } from '../pace.ts';
import { addProduct, byRows } from './add-product.ts';

/** Columns of a matrix in which only some rows have entries. */
export interface Part {
  /** The rows that have. */
  readonly rows: readonly number[];
  /** Where their factors begin in a row of factors. */
  readonly first: number;
  /** First column. */
  readonly begin: number;
  /** First column after it. */
  readonly end: number;
}

/** New rows that are computed at a time. */
const BLOCK = 128;

/**
 * Replaces rows of a matrix by combinations of its rows.
 *
 * @param matrix - Entries, row after row.
 * @param stride - Numbers from one row to the next.
 * @param targets - Which rows are replaced.
 * @param factors - A row of factors for each of them, [targets, targets].
 * @param pace - Told of every new row.
 * @param parts - The columns, and what is combined in them.
 */
export async function combineRows(
  matrix: Float64Array,
  stride: number,
  targets: readonly number[],
  factors: Float64Array,
  pace: Pace,
  parts: readonly Part[],
): Promise<void> {
  const count = targets.length;
  const sources = parts.map(({ rows, begin, end }) => gather(matrix, stride, rows, begin, end));
  for (let from = 0; from < count; from += BLOCK) {
    const block = targets.slice(from, from + BLOCK);
    for (const [p, { rows, first, begin, end }] of parts.entries()) {
      const width = end - begin;
      const combined = new Float64Array(block.length * width);
      addProduct(
        { rows: block.length, columns: width, depth: rows.length },
        byRows(factors, count, from * count + first),
        byRows(sources[p], width),
        byRows(combined, width),
      );
      for (const [i, row] of block.entries())
        matrix.set(combined.subarray(i * width, (i + 1) * width), row * stride + begin);
    }
    await pace(block.length);
  }
}

/** Columns `begin` to `end` of some rows, one after the other. */
function gather(matrix: Float64Array, stride: number, rows: readonly number[], begin: number, end: number) {
  const gathered = new Float64Array(rows.length * (end - begin));
  for (const [i, row] of rows.entries())
    gathered.set(matrix.subarray(row * stride + begin, row * stride + end), i * (end - begin));
  return gathered;
}
