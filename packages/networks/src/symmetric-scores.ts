import { requireNonNegative } from '@advml/core/internal';
import { matMul, neg, relu, sub, sum, type Tensor, type Tensor1D, type Tensor2D, tidy } from '@tensorflow/tfjs-core';
import { smoothedRelu } from './smoothed-relu.ts';

/**
 * Scores of the symmetric two-layer network as plain tfjs operations, on any backend.
 *
 * ```math
 * f(x) = \sum_i r(\langle w_i, x\rangle - b) - r(-\langle w_i, x\rangle - b)
 * ```
 *
 * with `r` the rectifier, or its mean under Gaussian noise on the pre-activation ({@link smoothedRelu}). It is odd in `x`.
 *
 * @param x - Inputs [batch, d].
 * @param weight - Incoming weights, one row a neuron, [m, d].
 * @param threshold - b: a scalar, or one number an example and neuron, [batch, m].
 * @param smoothing - Standard deviation s of the noise that is averaged out, in units of a pre-activation. Default: 0.
 * @returns Scores [batch], owned by the caller; differentiable in all tensors.
 * @throws InputError if `smoothing` is negative or not finite.
 * @example
 * ```ts
 * symmetricScores(tensor2d([[3], [-3], [0.5]]), tensor2d([[1]]), scalar(1)); // [2, -2, 0]
 * ```
 * @see Allen-Zhu, Li: Feature Purification: How Adversarial Training Performs Robust Deep Learning, 2020
 * (arXiv:2005.10190), section 3.
 */
export function symmetricScores(x: Tensor2D, weight: Tensor2D, threshold: Tensor, smoothing = 0): Tensor1D {
  requireNonNegative({ smoothing }, 'units of a pre-activation');
  const r = (t: Tensor) => (smoothing > 0 ? smoothedRelu(t, smoothing) : relu(t));
  return tidy(() => {
    const u = matMul(x, weight, false, true); // [batch, m]
    return sum(sub(r(sub(u, threshold)), r(sub(neg(u), threshold))), 1) as Tensor1D;
  });
}
