import { innerProduct } from './inner-product.ts';

/** A unit vector as near as this to the span of others adds nothing but roundings. */
export const NEARLY = 1e-6;

/** Rows of L, where `L L^T` is the Gram matrix of some unit vectors. */
export type Factor = readonly Float64Array[];

/**
 * The next row of a factor; its last entry is the distance of the unit vector from the span of those before.
 *
 * @param factor - The factor of `support`.
 * @param gram - Inner products of all vectors, [size, size].
 * @param size - How many there are.
 * @param support - Which are in the factor.
 * @param next - Which comes next.
 */
export function factorRow(
  factor: Factor,
  gram: Float64Array,
  size: number,
  support: readonly number[],
  next: number,
): Float64Array {
  const row = new Float64Array(support.length + 1);
  for (const [i, atom] of support.entries())
    row[i] = (gram[next * size + atom] - innerProduct(row, 0, factor[i], 0, i)) / factor[i][i];
  row[support.length] = Math.sqrt(Math.max(0, 1 - innerProduct(row, 0, row, 0, support.length)));
  return row;
}

/** Solves `L L^T c = b`. */
export function solve(factor: Factor, b: readonly number[]): Float64Array {
  const c = Float64Array.from(b);
  for (let i = 0; i < c.length; i++) c[i] = (c[i] - innerProduct(factor[i], 0, c, 0, i)) / factor[i][i];
  for (let i = c.length - 1; i >= 0; i--) {
    for (let k = i + 1; k < c.length; k++) c[i] -= factor[k][i] * c[k];
    c[i] /= factor[i][i];
  }
  return c;
}
