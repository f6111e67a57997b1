import { clone, type Tensor, type Tensor1D, tidy } from '@tensorflow/tfjs-core';
import type { Loss } from './loss.ts';
import { requireShape } from './require.ts';
import { requireLoss } from './require-loss.ts';
import { requireTensor } from './require-tensor.ts';

/**
 * What a loss gives for some outputs, once it is sure that it is a loss and gives one float32 number an example.
 *
 * The result is always a tensor of its own: a loss may be the output itself.
 *
 * @param loss - What the user calls a loss.
 * @param output - Scores [batch] or logits [batch, classes].
 * @param y - Labels [batch].
 * @returns Losses [batch], owned by the caller.
 * @throws {@link InputError} if the loss is no function, or gives a promise, a mean over the examples, or anything else but [batch].
 * @example
 * ```ts
 * const losses = lossOf(crossEntropy, output, y); // differentiable, like crossEntropy(output, y)
 * ```
 */
export function lossOf(loss: Loss, output: Tensor, y: Tensor1D): Tensor1D {
  requireLoss(loss);
  return tidy(() => {
    const losses = loss(output, y);
    requireTensor('what the loss gives', losses);
    requireShape('what the loss gives', losses, [output.shape[0]]);
    return clone(losses);
  });
}
