import { addProduct, byRows, transposeOf } from './add-product.ts';

/** What a symmetric matrix is to lose: the sum of `v^T w + w^T v` over pairs of rows. */
export interface PendingUpdate {
  /** v, w, v, w, ..., a row each; rows of zeros are no pairs. */
  readonly pairs: Float64Array;
  /** Adds a pair. */
  add(v: Float64Array, w: Float64Array): void;
  /** Takes it from the entries that begin a row of the matrix. */
  takeFromRow(entries: Float64Array, row: number): void;
  /** Takes it, times a vector, from the matrix times that vector. */
  takeFromProduct(product: Float64Array, vector: Float64Array): void;
  /** Takes it from the lower triangle of the first rows of the matrix; entries beside it in blocks on the diagonal change too. */
  takeFromRows(a: Float64Array, size: number, rows: number): void;
}

/** Rows that are brought up to date at a time. */
const BLOCK = 64;

/**
 * An update of a symmetric matrix that is put off, so that many can be made by one product of matrices.
 *
 * @param most - Pairs that it can hold.
 * @param length - Numbers of a row that it can hold.
 */
export function pendingUpdate(most: number, length: number): PendingUpdate {
  const pairs = new Float64Array(2 * most * length);
  const partnerOf = (k: number) => (k ^ 1) * length;
  let depth = 0;
  return {
    pairs,
    add: (v, w) => {
      pairs.set(v, depth * length);
      pairs.set(w, (depth + 1) * length);
      depth += 2;
    },
    takeFromRow: (entries, row) => {
      for (let k = 0; k < depth; k++) takeMultiple(entries, pairs[k * length + row], pairs, partnerOf(k));
    },
    takeFromProduct: (product, vector) => {
      for (let k = 0; k < depth; k++) takeMultiple(product, dot(vector, pairs, partnerOf(k)), pairs, k * length);
    },
    takeFromRows: (a, size, rows) => {
      const partners = new Float64Array(pairs.length);
      for (let k = 0; k < 2 * most; k++) partners.set(pairs.subarray(k * length, (k + 1) * length), partnerOf(k));
      for (let row = 0; row < rows; row += BLOCK) {
        const high = Math.min(BLOCK, rows - row);
        addProduct(
          { rows: high, columns: row + high, depth: 2 * most },
          transposeOf(byRows(pairs, length, row)),
          byRows(partners, length),
          byRows(a, size, row * size),
          -1,
        );
      }
    },
  };
}

function takeMultiple(from: Float64Array, factor: number, of: Float64Array, at: number): void {
  for (let j = 0; j < from.length; j++) from[j] -= factor * of[at + j];
}

function dot(vector: Float64Array, other: Float64Array, at: number): number {
  let sum = 0;
  for (let j = 0; j < vector.length; j++) sum += vector[j] * other[at + j];
  return sum;
}
