import { gramOfRows, type Pace, rowProducts, symmetricEigen, transposed } from '@advml/core/internal';
import type { Tensor2D } from '@tensorflow/tfjs-core';

/** A matrix of weights in the basis in which its Gram matrix is diagonal. */
export interface Spectrum {
  /** Number of rows, m. */
  readonly neurons: number;
  /** Number of columns, d. */
  readonly inputs: number;
  /** The weights W, [m, d], row by row. */
  readonly weight: Float64Array;
  /** Eigenvalues of $`W^\top W`$, largest first, >= 0, [d]. */
  readonly values: Float64Array;
  /** Their eigenvectors V, one a row, [d, d]. */
  readonly basis: Float64Array;
  /** $`W V^\top`$, [m, d], row by row. */
  readonly turned: Float64Array;
}

/** Decompositions that were made. The data of a variable may have changed since, so they are compared. */
const known = new WeakMap<Tensor2D, Spectrum>();

/**
 * The spectrum of some weights; that of a tensor is made once, as long as it holds the same numbers.
 *
 * @param given - W, [m, d].
 * @param pace - Awaited as the work goes on.
 * @returns See {@link Spectrum}.
 */
export async function spectrumOf(given: Tensor2D, pace: Pace): Promise<Spectrum> {
  const weight = Float64Array.from(await given.data());
  const before = known.get(given);
  if (before?.weight.every((entry, at) => entry === weight[at])) return before;
  const [neurons, inputs] = given.shape;
  const gram = await gramOfRows(transposed(weight, neurons, inputs), neurons, pace); // [d, d]
  const { values, vectors = new Float64Array() } = await symmetricEigen(gram, inputs, true, pace);
  const spectrum = {
    neurons,
    inputs,
    weight,
    values: values.map((value) => Math.max(0, value)),
    basis: vectors,
    turned: await rowProducts(weight, vectors, inputs, pace), // [m, d]
  };
  known.set(given, spectrum);
  return spectrum;
}
