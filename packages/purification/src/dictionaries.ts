import type { Key, LoopOptions } from '@advml/core';
import { requireInteger, requireKey, requireOptions } from '@advml/core/internal';
import { unitRows } from './best-cosines.ts';
import { innerProduct } from './inner-product.ts';
import { LOOP } from './loop.ts';
import { type Matrix, type MatrixLike, readMatrix } from './matrix.ts';
import { singularVectors } from './singular.ts';

/** The directions in which some rows vary most. */
export interface PrincipalComponents {
  /** Mean of the rows, [columns]. */
  readonly mean: Float64Array;
  /** Orthonormal directions, one a row, the one of the largest variance first: [components, columns]. */
  readonly components: Matrix;
  /** Variance along each, in squared units of the rows. */
  readonly variances: Float64Array;
}

/** Share of the largest deviation below which directions are roundings, and not orthogonal to each other. */
const LEAST = 1e-8;

/**
 * Principal components of some rows, such as patches of images: of all orthonormal dictionaries, the one whose first atoms leave
 * least.
 *
 * ```math
 * \frac1{n-1} \sum_i (x_i - \bar x)(x_i - \bar x)^\top = \sum_j \lambda_j\, u_j u_j^\top, \qquad
 * \lambda_1 \ge \lambda_2 \ge \dots \ge 0
 * ```
 *
 * @param rows - At least two, [rows, columns].
 * @param loop - Progress in rows worked on, and abort; it lets other work run about twenty times a second.
 * @returns The components along which rows vary by more than rounding (a deviation above 1e-8 of the largest), in double precision: at
 * most min(rows - 1, columns), and none where all rows are equal.
 * @throws InputError if there are fewer than two rows or an entry is not finite. AbortedError if the signal is aborted.
 * @example
 * ```ts
 * const { components, variances } = await principalComponents(patches);
 * ```
 * @see Pearson: On Lines and Planes of Closest Fit to Systems of Points in Space, 1901.
 */
export async function principalComponents(rows: MatrixLike, loop: LoopOptions = {}): Promise<PrincipalComponents> {
  requireOptions<LoopOptions>('principalComponents', loop, LOOP);
  const { rows: count, columns, data } = readMatrix('rows', rows);
  requireInteger({ 'number of rows': count }, 2);
  const mean = new Float64Array(columns);
  for (let at = 0; at < data.length; at++) mean[at % columns] += data[at] / count;
  const centered = Float64Array.from(data, (value, at) => value - mean[at % columns]);
  const { values, right } = await singularVectors({ shape: [count, columns], data: centered }, loop);
  const rounding = Number.EPSILON * count * Math.sqrt(innerProduct(data, 0, data, 0, data.length));
  const kept = values.filter((value) => value > Math.max(LEAST * values[0], rounding));
  const components = {
    shape: [kept.length, columns],
    data: Float64Array.from(right.data).slice(0, kept.length * columns),
  };
  return Object.freeze({ mean, components, variances: kept.map((value) => value ** 2 / (count - 1)) });
}

/**
 * A dictionary of random directions, uniform on the sphere: what any dictionary must beat.
 *
 * @param key - Decides them.
 * @param atoms - How many.
 * @param length - Entries of each.
 * @returns Unit vectors, one a row, [atoms, length].
 * @throws InputError if a number is not a positive integer.
 * @example
 * ```ts
 * const dictionary = randomDictionary(key('random', 0), 16, 25);
 * ```
 */
export function randomDictionary(key: Key, atoms: number, length: number): Matrix {
  requireKey('key', key);
  requireInteger({ atoms, length }, 1);
  return unitRows({ rows: atoms, columns: length, data: key.normal(atoms * length) });
}
