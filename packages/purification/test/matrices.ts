import { key } from '@advml/core';
import type { Matrix } from '../src/index.ts';

/** A matrix from rows of numbers. */
export const matrix = (...rows: readonly (readonly number[])[]): Matrix => ({
  shape: [rows.length, rows[0].length],
  data: rows.flat(),
});

/** Independent normal numbers. */
export const gaussian = (name: string, rows: number, columns: number): Matrix => ({
  shape: [rows, columns],
  data: Float64Array.from(key('matrices', name).normal(rows * columns)),
});

/** One row of a matrix. */
export const rowOf = ({ shape, data }: Matrix, row: number): number[] =>
  Array.from({ length: shape[1] }, (_, j) => data[row * shape[1] + j]);

/** The rows of a matrix. */
export const rowsOf = (source: Matrix): number[][] =>
  Array.from({ length: source.shape[0] }, (_, row) => rowOf(source, row));

export const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, at) => sum + value * b[at], 0);

/** A random orthonormal basis, one vector a row, by Gram and Schmidt. */
export function orthonormal(name: string, size: number): Matrix {
  const basis: number[][] = [];
  for (const start of rowsOf(gaussian(name, size, size))) {
    let rest = start;
    for (let pass = 0; pass < 2; pass++)
      for (const done of basis) {
        const along = dot(rest, done);
        rest = rest.map((value, at) => value - along * done[at]);
      }
    const length = Math.sqrt(dot(rest, rest));
    basis.push(rest.map((value) => value / length));
  }
  return matrix(...basis);
}

/** `a` times the transpose of `b`, in double precision. */
export const times = (a: Matrix, b: Matrix): Matrix =>
  matrix(...rowsOf(a).map((left) => rowsOf(b).map((right) => dot(left, right))));

/** The rows in another order. */
export const reorder = (source: Matrix, order: readonly number[]): Matrix =>
  matrix(...order.map((row) => rowOf(source, row)));

/** Every row times its own number. */
export const scaleRows = (source: Matrix, scales: readonly number[]): Matrix =>
  matrix(...rowsOf(source).map((row, at) => row.map((value) => value * scales[at])));
