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
import { namedLoss } from './named-loss.ts';

/**
 * A loss of each example, never averaged: from outputs and labels to [batch].
 *
 * Outputs are scores [batch] with labels -1 and +1, or logits [batch, classes] with class indices; never
 * probabilities, whose logarithm loses the gradient of confident examples. A loss of logits may be told one wrong class for
 * each example, its rival, and then rises as the rival gains on the label.
 */
export type Loss = (output: Tensor, y: Tensor1D, rivals?: Tensor1D) => Tensor1D;

/** One where a class is chosen and zero elsewhere, [batch, classes]. */
export const chosen = (logits: Tensor, y: Tensor1D): Tensor2D =>
  cast(oneHot(cast(y, 'int32'), logits.shape[1] as number), 'float32') as Tensor2D;

/** More than any logit; taken from those that must not win. */
export const HUGE = 3e38;

/** The largest logit's class, [batch, classes]: one class even at a tie, where the gradient of `max` counts each. */
export const largest = (logits: Tensor): Tensor2D => chosen(logits, argMax(logits, 1) as Tensor1D);

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
export const logistic: Loss = /* @__PURE__ */ namedLoss('logistic', (output, y) => {
  if (output.rank !== 1)
    throw new InputError(`logistic takes scores [batch], got shape [${output.shape}]; use crossEntropy for logits`);
  return softplus(neg(mul(y, output))) as Tensor1D;
});

/**
 * Cross-entropy of logits with the label; of scores, the {@link logistic} loss; with a rival `r`, minus its cross-entropy.
 *
 * ```math
 * \log \sum_k e^{z_k} - z_y \quad\text{or}\quad z_r - \log \sum_k e^{z_k}
 * ```
 *
 * @param output - Logits [batch, classes] or scores [batch].
 * @param y - Labels [batch].
 * @param rivals - Wrong classes [batch] to push towards. Default: none.
 * @returns Losses [batch], owned by the caller.
 * @example
 * ```ts
 * crossEntropy(tensor2d([[0, 0]]), tensor1d([1], 'int32')); // [0.693]
 * ```
 */
export const crossEntropy: Loss = /* @__PURE__ */ namedLoss('crossEntropy', (output, y, rivals) => {
  if (output.rank === 1) return logistic(output, y);
  const total = logSumExp(output, 1);
  const of = (classes: Tensor1D) => sum(mul(output, chosen(output, classes)), 1);
  return (rivals ? sub(of(rivals), total) : sub(total, of(y))) as Tensor1D;
});

/**
 * The margin by which the wrong side wins: negative where the label wins. It never saturates.
 *
 * ```math
 * -y f(x) \quad\text{or}\quad \max_{k \ne y} z_k - z_y \quad\text{or}\quad z_r - z_y
 * ```
 *
 * @param output - Scores [batch] or logits [batch, classes].
 * @param y - Labels [batch].
 * @param rivals - Wrong classes [batch] to push towards. Default: the strongest.
 * @returns Losses [batch], owned by the caller.
 * @example
 * ```ts
 * margin(tensor1d([0.3]), tensor1d([1])); // [-0.3]
 * ```
 */
export const margin: Loss = (output, y, rivals) => {
  if (output.rank === 1) return neg(mul(y, output)) as Tensor1D;
  const own = chosen(output, y);
  const rival = rivals ? chosen(output, rivals) : largest(sub(output, mul(own, HUGE)));
  return sum(mul(output, sub(rival, own)), 1) as Tensor1D;
};
