import { type Summary, summarize } from '@advml/core';
import { coefficients } from './coefficients.ts';
import { innerProduct } from './inner-product.ts';
import { type Matrix, type MatrixLike, type Rows, readMatrix } from './matrix.ts';

/** The nearest row of another matrix, for each row of a matrix. Arrays have one entry a row. */
export interface BestCosines {
  /** Largest cosine, sign counted; NaN where the row is zero, or all of the other matrix. */
  readonly cosine: Float64Array;
  /** Which row of the other matrix has it; -1 where there is none. */
  readonly match: Int32Array;
  /** Share of all rows whose largest cosine is above $1/\sqrt2$. */
  readonly share: number;
  /** The cosines in brief, without those that are NaN. */
  readonly summary: Summary;
}

/** The rows divided by their sizes; rows of zero stay. */
export function unitRows({ rows, columns, data }: Rows): Matrix & { readonly data: Float64Array } {
  const result = Float64Array.from(data);
  for (let row = 0; row < rows; row++) {
    const own = result.subarray(row * columns, (row + 1) * columns);
    const size = Math.sqrt(innerProduct(own, 0, own, 0, columns));
    if (size > 0) for (let j = 0; j < columns; j++) own[j] /= size;
  }
  return { shape: [rows, columns], data: result };
}

/** Whether each row has an entry other than zero. */
export function aliveRows({ rows, columns, data }: Rows): readonly boolean[] {
  return Array.from({ length: rows }, (_, row) => innerProduct(data, row * columns, data, row * columns, columns) > 0);
}

/**
 * For each row of one matrix the row of another that points most nearly in its direction.
 *
 * ```math
 * \max_j \frac{\langle a_i, b_j \rangle}{\|a_i\| \, \|b_j\|}
 * ```
 *
 * Neurons of networks that started apart come in any order; this is how near they are at best. Several rows may have one match, so
 * no assignment of rows to rows gives larger cosines. Random rows give `randomCosine(columns, rows of b).best` on average.
 *
 * @param a - [rows, columns].
 * @param b - Any number of rows, of the same length.
 * @returns Cosines and matches; the products run in single precision on the current backend.
 * @throws InputError if the rows differ in length or an entry is not finite.
 * @example
 * ```ts
 * const { cosine, match } = bestCosines(filters, otherFilters);
 * ```
 */
export function bestCosines(a: MatrixLike, b: MatrixLike): BestCosines {
  const [rows, others] = [readMatrix('a', a), readMatrix('b', b)];
  const { data } = coefficients(unitRows(rows), unitRows(others)); // [rows, rows of b]
  const [alive, aliveOthers] = [aliveRows(rows), aliveRows(others)];
  const cosine = new Float64Array(rows.rows).fill(Number.NaN);
  const match = new Int32Array(rows.rows).fill(-1);
  for (let i = 0; i < rows.rows; i++) {
    if (!alive[i]) continue;
    for (let j = 0; j < others.rows; j++) {
      const value = data[i * others.rows + j];
      if (aliveOthers[j] && !(value <= cosine[i])) [cosine[i], match[i]] = [value, j];
    }
  }
  const share = cosine.filter((value) => value > Math.SQRT1_2).length / rows.rows;
  const summary = summarize(cosine.filter((value) => !Number.isNaN(value)));
  return Object.freeze({ cosine, match, share, summary });
}
