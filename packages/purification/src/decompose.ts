import { type Summary, summarize } from '@advml/core';
import { innerProduct } from './inner-product.ts';
import { type MatrixLike, type Rows, readPair } from './matrix.ts';
import { cosinesOf } from './row-cosines.ts';

/** Each neuron before purification as a multiple of itself afterwards, and what is left. Arrays have one entry a neuron. */
export interface Decomposition {
  /** The multiple; NaN for a dead neuron. */
  readonly beta: Float64Array;
  /** Cosine of the neuron before with the neuron after; NaN for a dead neuron. */
  readonly cosine: Float64Array;
  /** Size of what is left over the size of the multiple, $\|v\| / \|\beta w'\|$; NaN for a dead neuron. */
  readonly ratio: Float64Array;
  /** Whether the neuron is nonzero both before and after. */
  readonly alive: readonly boolean[];
  /**
   * The larger half of the neurons after, by size, in ascending order. In a deep network small ones, such as rectifiers that never fire, hardly
   * move and do little: a share of all neurons would count them as purified.
   */
  readonly larger: readonly number[];
  /** Share of all neurons with a cosine above $1/\sqrt2$; dead ones count as below. */
  readonly share: number;
  /** The same share of the neurons that are alive; NaN if none is. */
  readonly shareAlive: number;
  /** The neurons that are alive in brief. */
  readonly summary: {
    /** Of the multiples. */
    readonly beta: Summary;
    /** Of the cosines. */
    readonly cosine: Summary;
    /** Of the ratios. */
    readonly ratio: Summary;
  };
}

/** Square of the size of `a - beta b`, entry by entry, so that nothing cancels where the rows are nearly parallel. */
function squareOfRest(a: Rows, b: Rows, beta: number, at: number): number {
  let sum = 0;
  for (let j = at; j < at + a.columns; j++) sum += (a.data[j] - beta * b.data[j]) ** 2;
  return sum;
}

/** The larger half of some rows by size; of equal ones the first. */
function largerHalf({ rows, columns, data }: Rows): readonly number[] {
  const squares = Array.from({ length: rows }, (_, row) =>
    innerProduct(data, row * columns, data, row * columns, columns),
  );
  const largestFirst = [...squares.keys()].sort((a, b) => squares[b] - squares[a] || a - b);
  return largestFirst.slice(0, Math.ceil(rows / 2)).sort((a, b) => a - b);
}

/**
 * Feature purification, neuron by neuron: how much of `w` is a multiple of what adversarial training makes of it.
 *
 * ```math
 * w_i = \beta_i w'_i + v_i, \qquad \beta_i = \frac{\langle w_i, w'_i \rangle}{\|w'_i\|^2}, \qquad v_i \perp w'_i
 * ```
 *
 * The paper's claim $\|\beta_i w'_i\| > \|v_i\|$ with $\beta_i > 0$ is the same as $\cos(w_i, w'_i) > 1/\sqrt2$.
 *
 * @param w - Weights after clean training, [neurons, inputs].
 * @param wPrime - Weights after adversarial training from there, [neurons, inputs].
 * @returns Multiples, cosines and ratios in double precision; dead neurons (zero before or after) are told apart.
 * @throws InputError if the shapes differ or an entry is not finite.
 * @example
 * ```ts
 * const { shareAlive, summary } = decompose(w, wPrime);
 * console.log(`${100 * shareAlive} % of the neurons, median cosine ${summary.cosine.median}`);
 * ```
 * @see Allen-Zhu, Li: Feature Purification: How Adversarial Training Performs Robust Deep Learning, 2020 (arXiv:2005.10190).
 */
export function decompose(w: MatrixLike, wPrime: MatrixLike): Decomposition {
  const [before, after] = readPair(['w', 'wPrime'], w, wPrime);
  const { rows, columns } = before;
  const cosine = cosinesOf(before, after);
  const alive = Array.from(cosine, (value) => !Number.isNaN(value));
  const beta = new Float64Array(rows).fill(Number.NaN);
  const ratio = new Float64Array(rows).fill(Number.NaN);
  for (let row = 0; row < rows; row++) {
    if (!alive[row]) continue;
    const at = row * columns;
    const squareAfter = innerProduct(after.data, at, after.data, at, columns);
    beta[row] = innerProduct(before.data, at, after.data, at, columns) / squareAfter;
    ratio[row] = Math.sqrt(squareOfRest(before, after, beta[row], at) / squareAfter) / Math.abs(beta[row]);
  }

  const ofAlive = (values: Float64Array) => summarize(values.filter((_, row) => alive[row]));
  const purified = cosine.filter((value) => value > Math.SQRT1_2).length;
  return Object.freeze({
    beta,
    cosine,
    ratio,
    alive,
    larger: largerHalf(after),
    share: purified / rows,
    shareAlive: purified / alive.filter(Boolean).length,
    summary: { beta: ofAlive(beta), cosine: ofAlive(cosine), ratio: ofAlive(ratio) },
  });
}
