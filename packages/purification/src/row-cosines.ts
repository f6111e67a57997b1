import { type Summary, summarize } from '@advml/core';
import { innerProduct } from './inner-product.ts';
import { type MatrixLike, type Rows, readPair } from './matrix.ts';

/** Angles between the rows of two matrices. */
export interface RowCosines {
  /** Cosine of each row with its counterpart; NaN where one of the two is zero. */
  readonly cosine: Float64Array;
  /** Whether both rows are nonzero. */
  readonly alive: readonly boolean[];
  /** The sizes `|cosine|` of those that are alive, in brief: compare with {@link randomCosine}. */
  readonly size: Summary;
}

/** Cosine of each row with its counterpart, NaN where one of the two is zero. */
export function cosinesOf(a: Rows, b: Rows): Float64Array {
  const product = (first: Rows, second: Rows, at: number) =>
    innerProduct(first.data, at, second.data, at, first.columns);
  return Float64Array.from({ length: a.rows }, (_, row) => {
    const at = row * a.columns;
    return product(a, b, at) / Math.sqrt(product(a, a, at) * product(b, b, at));
  });
}

/**
 * Cosine of each row of one matrix with the same row of another.
 *
 * ```math
 * \frac{\langle a_i, b_i \rangle}{\|a_i\| \, \|b_i\|}
 * ```
 *
 * @param a - [neurons, inputs].
 * @param b - [neurons, inputs].
 * @returns One cosine a row, computed in double precision, and a summary of their sizes.
 * @throws InputError if the shapes differ or an entry is not finite.
 * @example
 * ```ts
 * const { size } = rowCosines(w, w0);
 * console.log(size.mean, 'random vectors give', randomCosine(1536).mean);
 * ```
 */
export function rowCosines(a: MatrixLike, b: MatrixLike): RowCosines {
  const cosine = cosinesOf(...readPair(['a', 'b'], a, b));
  return Object.freeze({
    cosine,
    alive: Array.from(cosine, (value) => !Number.isNaN(value)),
    size: summarize(cosine.filter((value) => !Number.isNaN(value)).map(Math.abs)),
  });
}
