import { InputError, type LoopOptions } from '@advml/core';
import {
  described,
  gramOfRows,
  paceOf,
  requireInteger,
  requireOptions,
  rowProducts,
  symmetricEigen,
  transposed,
} from '@advml/core/internal';
import { LOOP } from './loop.ts';
import { type Matrix, type MatrixLike, type Rows, readMatrix } from './matrix.ts';

/** A matrix as a sum of products of orthonormal vectors; those of the longer side are zero where the value is exactly zero. */
export interface SingularVectors {
  /** Singular values, min(rows, columns) of them, largest first. */
  readonly values: Float64Array;
  /** Left singular vectors, one a row, [values, rows]. */
  readonly left: Matrix;
  /** Right singular vectors, one a row, [values, columns]. */
  readonly right: Matrix;
}

/** The matrix or its transpose, whichever has no more columns than rows, its largest entry scaled to one. */
function tall({ rows, columns, data }: Rows) {
  let scale = 0;
  for (let at = 0; at < data.length; at++) scale = Math.max(scale, Math.abs(data[at]));
  const entries = new Float64Array(data.length);
  if (scale > 0) for (let at = 0; at < data.length; at++) entries[at] = data[at] / scale;
  const across = transposed(entries, rows, columns);
  const [long, short] = rows >= columns ? [entries, across] : [across, entries];
  return { scale, long, short, length: Math.max(rows, columns), count: Math.min(rows, columns) };
}

/**
 * The singular values of a matrix, largest first.
 *
 * They are the roots of the eigenvalues of $W^\top W$ (or $W W^\top$, whichever is smaller), by Householder's reduction and the QL
 * method in double precision. The error of $\sigma$ is near $10^{-16} \sigma_1^2 / \sigma$, so at most about $10^{-7} \sigma_1$, for
 * values that are zero: less than the roundings of a matrix in single precision. {@link singularVectors} gives small ones to more
 * digits.
 *
 * @param matrix - Any matrix, [rows, columns]; only read.
 * @param loop - Progress in rows worked on, and abort; it lets other work run about twenty times a second.
 * @returns min(rows, columns) numbers.
 * @throws InputError if an entry is not finite. AbortedError if the signal is aborted.
 * @example
 * ```ts
 * const [largest] = await singularValues(w);
 * ```
 */
export async function singularValues(matrix: MatrixLike, loop: LoopOptions = {}): Promise<Float64Array> {
  requireOptions<LoopOptions>('singularValues', loop, LOOP);
  const { scale, short, length, count } = tall(readMatrix('matrix', matrix));
  const pace = paceOf(loop, 3 * count);
  const { values } = await symmetricEigen(await gramOfRows(short, length, pace), count, false, pace);
  return values.map((value) => scale * Math.sqrt(Math.max(0, value)));
}

/**
 * The singular value decomposition of a matrix.
 *
 * ```math
 * W = \sum_i \sigma_i\, u_i v_i^\top, \qquad \sigma_1 \ge \sigma_2 \ge \dots \ge 0
 * ```
 *
 * The vectors of the shorter side are eigenvectors of its Gram matrix. The matrix times these gives the values, as sizes, to about
 * $10^{-12} \sigma_1$, and the vectors of the other side, as directions; directions whose value is below $10^{-8} \sigma_1$ are not
 * orthogonal to each other.
 *
 * @param matrix - Any matrix, [rows, columns]; only read.
 * @param loop - Progress in rows worked on, and abort; it lets other work run about twenty times a second.
 * @returns Values and vectors in double precision.
 * @throws InputError if an entry is not finite. AbortedError if the signal is aborted.
 * @example
 * ```ts
 * const { values, right } = await singularVectors(update);
 * const most = Array.from({ length: inputs }, (_, j) => right.data[j]); // the direction of inputs that changed most
 * ```
 * @see Golub, Van Loan: Matrix Computations, 4th edition, 2013, sections 8.3 and 8.6.
 */
export async function singularVectors(matrix: MatrixLike, loop: LoopOptions = {}): Promise<SingularVectors> {
  requireOptions<LoopOptions>('singularVectors', loop, LOOP);
  const read = readMatrix('matrix', matrix);
  const { scale, long, short, length, count } = tall(read);
  const pace = paceOf(loop, 5 * count);
  const gram = await gramOfRows(short, length, pace); // [count, count]
  const { vectors = new Float64Array() } = await symmetricEigen(gram, count, true, pace);
  const others = await rowProducts(vectors, long, count, pace); // [count, length]
  const sizes = normalizeRows(others, length);
  const order = Array.from(sizes.keys()).sort((i, j) => sizes[j] - sizes[i]);
  const ordered = (rows: Float64Array, columns: number): Matrix => {
    const data = new Float64Array(rows.length);
    for (const [to, from] of order.entries()) {
      data.set(rows.subarray(from * columns, (from + 1) * columns), to * columns);
    }
    return { shape: [count, columns], data };
  };
  const [ofShort, ofLong] = [ordered(vectors, count), ordered(others, length)];
  return {
    values: Float64Array.from(order, (at) => scale * sizes[at]),
    left: read.rows >= read.columns ? ofLong : ofShort,
    right: read.rows >= read.columns ? ofShort : ofLong,
  };
}

/** Gives every row the size one, but for rows of zero; returns the sizes that they had. */
function normalizeRows(data: Float64Array, columns: number): Float64Array {
  const sizes = new Float64Array(data.length / columns);
  for (let row = 0; row < sizes.length; row++) {
    const own = data.subarray(row * columns, (row + 1) * columns);
    sizes[row] = Math.sqrt(own.reduce((sum, value) => sum + value * value, 0));
    if (sizes[row] > 0) for (let j = 0; j < columns; j++) own[j] /= sizes[row];
  }
  return sizes;
}

/**
 * The matrix of a given rank that is nearest to another.
 *
 * ```math
 * W_r = \sum_{i \le r} \sigma_i\, u_i v_i^\top
 * ```
 *
 * @param vectors - What {@link singularVectors} makes of the matrix.
 * @param rank - How many terms, from 0 to the number of singular values.
 * @returns A matrix of the same shape, in double precision.
 * @throws InputError if the rank is not an integer in that range.
 * @example
 * ```ts
 * const mostly = truncated(await singularVectors(update), 64);
 * ```
 * @see Eckart, Young: The Approximation of One Matrix by Another of Lower Rank, 1936.
 */
export function truncated(vectors: SingularVectors, rank: number): Matrix {
  const { values, left, right } = Object(vectors) as SingularVectors;
  if (values === undefined || left === undefined || right === undefined)
    throw new InputError(`truncated takes what singularVectors gives, awaited, got ${described(vectors)}`);
  requireInteger({ rank });
  if (rank > values.length) throw new InputError(`rank must be at most ${values.length}, got ${rank}`);
  const [rows, columns] = [left.shape[1], right.shape[1]];
  const data = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    const out = data.subarray(i * columns, (i + 1) * columns);
    for (let term = 0; term < rank; term++) {
      const share = values[term] * left.data[term * rows + i];
      const at = term * columns;
      for (let j = 0; j < columns; j++) out[j] += share * right.data[at + j];
    }
  }
  return { shape: [rows, columns], data };
}
