import { gramOfRows, type Pace, rowProducts, symmetricEigen, transposed } from '@advml/core/internal';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { curvaturesOf } from './curvatures.ts';

/** A matrix of weights in the basis in which its weighted Gram matrix $`W^\top D W`$ is diagonal. */
export interface Spectrum {
  /** Number of rows, m. */
  readonly neurons: number;
  /** Number of columns, d. */
  readonly inputs: number;
  /** The weights W, [m, d], row by row. */
  readonly weight: Float64Array;
  /** The diagonal of D, the neurons' shares of a curvature, > 0, [m]. */
  readonly curvatures: Float64Array;
  /** Eigenvalues of $`W^\top D W`$, largest first, >= 0, [d]. */
  readonly values: Float64Array;
  /** Their eigenvectors V, one a row, [d, d]. */
  readonly basis: Float64Array;
  /** $`W V^\top`$, [m, d], row by row. */
  readonly turned: Float64Array;
}

/** Decompositions that were made. The data of a variable may have changed since, so they are compared. */
const known = new WeakMap<Tensor2D, Spectrum>();

/**
 * The Gram matrix of the columns of weighted rows.
 *
 * @param rows - A, [m, d], row by row.
 * @param curvatures - Diagonal of D, >= 0, [m].
 * @param pace - Told of every column.
 * @returns $`A^\top D A`$, [d, d].
 */
export function weightedGram(rows: Float64Array, curvatures: Float64Array, pace: Pace): Promise<Float64Array> {
  const inputs = rows.length / curvatures.length;
  const scaled = rows.slice();
  for (const [i, curvature] of curvatures.entries()) {
    const scale = Math.sqrt(curvature);
    for (let at = i * inputs; at < (i + 1) * inputs; at++) scaled[at] *= scale;
  }
  return gramOfRows(transposed(scaled, curvatures.length, inputs), curvatures.length, pace);
}

function isSame(before: Float64Array, now: ArrayLike<number>): boolean {
  for (let at = 0; at < before.length; at++) if (before[at] !== now[at]) return false; // ten times as fast as every
  return before.length === now.length;
}

/**
 * The spectrum of some weights; that of a tensor is made once, as long as it holds the same numbers.
 *
 * @param given - W, [m, d].
 * @param pace - Awaited as the work goes on.
 * @returns See {@link Spectrum}.
 */
export async function spectrumOf(given: Tensor2D, pace: Pace): Promise<Spectrum> {
  const now = await given.data();
  const before = known.get(given);
  if (before && isSame(before.weight, now)) return before;
  const weight = Float64Array.from(now);
  const [neurons, inputs] = given.shape;
  const gram = await weightedGram(weight, new Float64Array(neurons).fill(1), pace);
  const curvatures = curvaturesOf(weight, await rowProducts(weight, gram, inputs, pace), inputs);
  const weighted = await weightedGram(weight, curvatures, pace);
  const { values, vectors = new Float64Array() } = await symmetricEigen(weighted, inputs, true, pace);
  const spectrum = {
    neurons,
    inputs,
    weight,
    curvatures,
    values: values.map((value) => Math.max(0, value)),
    basis: vectors,
    turned: await rowProducts(weight, vectors, inputs, pace), // [m, d]
  };
  known.set(given, spectrum);
  return spectrum;
}
