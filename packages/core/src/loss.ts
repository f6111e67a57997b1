import {
  argMax,
  cast,
  logSumExp,
  mul,
  neg,
  oneHot,
  softplus,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import { InputError } from './errors.ts';

/**
 * A loss of each example, never averaged: from outputs and labels to [batch].
 *
 * Outputs are scores [batch] with labels -1 and +1, or logits [batch, classes] with class indices; never
 * probabilities, whose logarithm loses the gradient of confident examples.
 */
export type Loss = (output: Tensor, y: Tensor1D) => Tensor1D;

const chosen = (logits: Tensor, y: Tensor1D): Tensor2D =>
  cast(oneHot(cast(y, 'int32'), logits.shape[1] as number), 'float32') as Tensor2D;

/**
 * Logistic loss of scores, the loss of the feature-purification paper.
 *
 * ```math
 * \log\bigl(1 + e^{-y f(x)}\bigr)
 * ```
 *
 * @param output - Scores [batch].
 * @param y - Labels [batch], -1 or +1.
 * @returns Losses [batch], owned by the caller.
 * @throws {@link InputError} if the outputs are logits.
 * @example
 * ```ts
 * logistic(tensor1d([0]), tensor1d([1])); // [0.693]
 * ```
 */
export const logistic: Loss = (output, y) => {
  if (output.rank !== 1)
    throw new InputError(`logistic takes scores [batch], got shape [${output.shape}]; use crossEntropy for logits`);
  return softplus(neg(mul(y, output))) as Tensor1D;
};

/**
 * Cross-entropy of logits with the label; of scores, the {@link logistic} loss.
 *
 * ```math
 * \log \sum_k e^{z_k} - z_y
 * ```
 *
 * @param output - Logits [batch, classes] or scores [batch].
 * @param y - Labels [batch].
 * @returns Losses [batch], owned by the caller.
 * @example
 * ```ts
 * crossEntropy(tensor2d([[0, 0]]), tensor1d([1], 'int32')); // [0.693]
 * ```
 */
export const crossEntropy: Loss = (output, y) =>
  output.rank === 1
    ? logistic(output, y)
    : (sub(logSumExp(output, 1), sum(mul(output, chosen(output, y)), 1)) as Tensor1D);

/**
 * The margin by which the wrong side wins: negative where the label wins. It never saturates.
 *
 * ```math
 * -y f(x) \quad\text{or}\quad \max_{k \ne y} z_k - z_y
 * ```
 *
 * @param output - Scores [batch] or logits [batch, classes].
 * @param y - Labels [batch].
 * @returns Losses [batch], owned by the caller.
 * @example
 * ```ts
 * margin(tensor1d([0.3]), tensor1d([1])); // [-0.3]
 * ```
 */
export const margin: Loss = (output, y) => {
  if (output.rank === 1) return neg(mul(y, output)) as Tensor1D;
  const own = chosen(output, y);
  const others = sub(output, mul(own, 3e38));
  const rival = chosen(output, argMax(others, 1)); // one class even at a tie, where the gradient of `max` counts each
  return sum(mul(output, sub(rival, own)), 1) as Tensor1D;
};
