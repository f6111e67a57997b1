import { add, cast, div, equal, mul, neg, sub, sum, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core';
import { InputError } from './errors.ts';
import { HUGE, type Loss, largest, margin } from './loss.ts';
import { namedLoss } from './named-loss.ts';

/** Refuses outputs with too few classes: there the scale is all there is, and removing it leaves a constant. */
function requireClasses(name: string, output: Tensor, least: number): void {
  const got = output.rank === 2 ? `logits of ${output.shape[1]} classes` : 'scores';
  if (output.rank !== 2 || (output.shape[1] as number) < least)
    throw new InputError(
      `${name} needs logits of at least ${least} classes, got ${got}; use margin, which takes any output`,
    );
}

/** The logits of the first few ranks, each [batch]; classes that tie take one rank each. */
function highest(logits: Tensor, ranks: number): Tensor1D[] {
  const found: Tensor1D[] = [];
  for (let left = logits; found.length < ranks; ) {
    const top = largest(left);
    found.push(sum(mul(logits, top), 1) as Tensor1D);
    left = sub(left, mul(top, HUGE));
  }
  return found;
}

/** A margin in units of a spread; where all is equal it is zero. */
const over = (margins: Tensor1D, spread: Tensor): Tensor1D =>
  div(margins, add(spread, cast(equal(spread, 0), 'float32')));

/**
 * The difference of logits ratio: the margin in units of the distance from the first to the third logit.
 *
 * It changes neither with an offset nor with the scale of the logits. With a rival it is {@link targetedDlr}.
 *
 * ```math
 * -\frac{z_y - \max_{k \ne y} z_k}{z_{\pi_1} - z_{\pi_3}}
 * ```
 *
 * @param output - Logits [batch, classes], of at least three classes.
 * @param y - Labels [batch].
 * @param rivals - Wrong classes [batch] to push towards. Default: the strongest.
 * @returns Losses [batch], owned by the caller.
 * @throws {@link InputError} if there are fewer than three classes; the margin serves there.
 * @example
 * ```ts
 * dlr(tensor2d([[3, 1, -1]]), tensor1d([0], 'int32')); // [-0.5]
 * ```
 * @see Croce, Hein: Reliable Evaluation of Adversarial Robustness with an Ensemble of Diverse Parameter-free Attacks,
 * 2020 (arXiv:2003.01690), section 4.
 */
export const dlr: Loss = /* @__PURE__ */ namedLoss('dlr', (output, y, rivals) => {
  if (rivals) return targetedDlr(output, y, rivals);
  requireClasses('dlr', output, 3);
  const [first, , third] = highest(output, 3);
  return over(margin(output, y), sub(first, third));
});

/**
 * The targeted difference of logits ratio: how far a given wrong class is ahead of the label, whatever the others do.
 *
 * ```math
 * -\frac{z_y - z_r}{z_{\pi_1} - (z_{\pi_3} + z_{\pi_4}) / 2}
 * ```
 *
 * @param output - Logits [batch, classes], of at least four classes.
 * @param y - Labels [batch].
 * @param rivals - Wrong classes [batch] to push towards.
 * @returns Losses [batch], owned by the caller.
 * @throws {@link InputError} if there are fewer than four classes; the margin serves there.
 * @example
 * ```ts
 * targetedDlr(tensor2d([[3, 1, 0, -2]]), tensor1d([0], 'int32'), tensor1d([1], 'int32')); // [-0.5]
 * ```
 * @see Croce, Hein: Reliable Evaluation of Adversarial Robustness with an Ensemble of Diverse Parameter-free Attacks,
 * 2020 (arXiv:2003.01690), section 4.1.
 */
export const targetedDlr = (output: Tensor, y: Tensor1D, rivals: Tensor1D): Tensor1D => {
  requireClasses('targetedDlr', output, 4);
  const [first, , third, fourth] = highest(output, 4);
  return over(margin(output, y, rivals), sub(first, mul(add(third, fourth), 0.5)));
};

/**
 * The margin in units of the distance from the largest to the smallest logit.
 *
 * Like {@link dlr} it changes neither with an offset nor with the scale of the logits, and three classes are enough even
 * with a rival.
 *
 * ```math
 * -\frac{z_y - \max_{k \ne y} z_k}{\max_k z_k - \min_k z_k}
 * ```
 *
 * @param output - Logits [batch, classes], of at least three classes.
 * @param y - Labels [batch].
 * @param rivals - Wrong classes [batch] to push towards. Default: the strongest.
 * @returns Losses [batch], owned by the caller.
 * @throws {@link InputError} if there are fewer than three classes, for then every function without a scale is constant;
 * the margin serves there.
 * @example
 * ```ts
 * scaleFreeMargin(tensor2d([[3, 1, -1]]), tensor1d([0], 'int32')); // [-0.5]
 * ```
 */
export const scaleFreeMargin: Loss = (output, y, rivals) => {
  requireClasses('scaleFreeMargin', output, 3);
  const ends = sum(mul(output, sub(largest(output), largest(neg(output)))), 1);
  return over(margin(output, y, rivals), ends);
};
