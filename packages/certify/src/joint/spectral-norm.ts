import { InputError, type LoopOptions } from '@advml/core';
import { paceOf, requireFinite, requireOptions, requireShape, requireTensor } from '@advml/core/internal';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { spectrumOf } from './spectrum.ts';
import { spectrumError } from './verified.ts';

/**
 * The largest singular value of a matrix, rounded up: by how much the matrix lengthens a vector at most.
 *
 * It is what a perturbation of size r can do to all pre-activations together: $`|W\delta| \le \sigma_{\max}(W)\, r`$. It comes from
 * the decomposition that {@link jointBound} works with, which is made once for a tensor, and is larger than the true value by about 1e-10 of it.
 *
 * @param weight - W, [m, d]; only read.
 * @param loop - Progress in rows worked on, and abort.
 * @returns sigma_max(W).
 * @throws InputError if it is no matrix or an entry is not finite. AbortedError if the signal is aborted.
 * @example
 * ```ts
 * await spectralNorm(tensor2d([[3, 0], [0, 4]])); // 4
 * ```
 */
export async function spectralNorm(weight: Tensor2D, loop: LoopOptions = {}): Promise<number> {
  requireOptions<LoopOptions>('spectralNorm', loop, { onProgress: true, signal: true });
  requireTensor('weight', weight);
  requireShape('weight', weight, [null, null]);
  if (weight.size === 0) throw new InputError(`weight must have at least one entry, got shape [${weight.shape}]`);
  requireFinite('weight', weight);
  const [neurons, inputs] = weight.shape;
  const pace = paceOf(loop, neurons + 6 * inputs);
  const spectrum = await spectrumOf(weight, pace);
  const { basis, turned, values } = await spectrumError(spectrum, pace);
  // W delta = W V^T c + W (I - V^T V) delta with c = V delta, and W V^T is B up to `turned`
  return ((Math.sqrt(spectrum.values[0] + values) + turned) * Math.sqrt(1 + basis)) / (1 - basis);
}
