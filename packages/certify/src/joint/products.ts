import { matMul, type Tensor2D, tensor2d, tidy, transpose } from '@tensorflow/tfjs-core';
import type { Spectrum } from './spectrum.ts';

/** Products with $`B = W V^\top`$ in single precision, many vectors at a time on the backend. */
export interface Products {
  /**
   * $`B^\top g`$ for each of some vectors.
   *
   * @param vectors - g, [m] each.
   */
  toBasis(vectors: readonly Float64Array[]): Float64Array[];
  /**
   * $`B c`$ for each of some vectors: the moves of the neurons.
   *
   * @param points - c, [d] each.
   */
  toNeurons(points: readonly Float64Array[]): Float64Array[];
  /** Gives the memory back. */
  dispose(): void;
}

/**
 * The products with one matrix, which is put on the backend until they are disposed.
 *
 * @param spectrum - Of the weights.
 * @returns See {@link Products}.
 */
export function productsWith({ turned, neurons, inputs }: Spectrum): Products {
  const b = tensor2d(Float32Array.from(turned), [neurons, inputs]);
  const transposed = transpose(b); // products of few vectors go faster with its rows
  const times = (vectors: readonly Float64Array[], matrix: Tensor2D): Float64Array[] => {
    const [from, to] = matrix.shape;
    const rows = new Float32Array(vectors.length * from);
    for (const [at, vector] of vectors.entries()) rows.set(vector, at * from);
    const product = tidy(() => matMul(tensor2d(rows, [vectors.length, from]), matrix) as Tensor2D);
    const values = product.dataSync();
    product.dispose();
    return vectors.map((_, at) => Float64Array.from(values.subarray(at * to, (at + 1) * to)));
  };
  return {
    toBasis: (vectors) => times(vectors, b),
    toNeurons: (points) => times(points, transposed),
    dispose: () => {
      b.dispose();
      transposed.dispose();
    },
  };
}
