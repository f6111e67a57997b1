import { InputError } from '@advml/core';
import { matMul, Tensor, type Tensor2D, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { type Matrix, type MatrixLike, readMatrix } from './matrix.ts';

const asTensor = (matrix: MatrixLike): Tensor2D =>
  matrix instanceof Tensor ? matrix : tensor2d(Float32Array.from(matrix.data), [matrix.shape[0], matrix.shape[1]]);

/**
 * The coefficients of neurons over a dictionary of features: how much of each feature a neuron carries.
 *
 * ```math
 * \alpha_{ij} = \langle w_i, M_j \rangle, \qquad w_i = \sum_j \alpha_{ij} M_j \text{ if } M \text{ is orthonormal}
 * ```
 *
 * For a dictionary that is not orthonormal these are correlations: the least-squares coefficients are then
 * $W M (M^\top M)^{-1}$, or one choice among many if there are more features than inputs.
 *
 * @param weight - Neurons, [neurons, inputs].
 * @param dictionary - Features, one a row, [features, inputs].
 * @returns Coefficients [neurons, features], in single precision; the product runs on the current backend.
 * @throws InputError if the numbers of inputs differ or an entry is not finite.
 * @example
 * ```ts
 * const alpha = coefficients(w, dictionary); // one row a neuron
 * ```
 */
export function coefficients(weight: MatrixLike, dictionary: MatrixLike): Matrix {
  const [neurons, features] = [readMatrix('weight', weight), readMatrix('dictionary', dictionary)];
  if (neurons.columns !== features.columns)
    throw new InputError(
      `weight and dictionary must have one number of inputs, got [${weight.shape}] and [${dictionary.shape}]`,
    );
  const product = tidy(() => matMul(asTensor(weight), asTensor(dictionary), false, true)); // [neurons, features]
  const data = product.dataSync().slice();
  product.dispose();
  return Object.freeze({ shape: [neurons.rows, features.rows], data });
}
