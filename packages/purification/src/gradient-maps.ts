import { type Classifier, crossEntropy, inputGradient, type Loss, l2 } from '@advml/core';
import { requireLabels, requireLoss, requireOptions, requirePositive, requireTensor } from '@advml/core/internal';
import { cast, clipByValue, mul, oneHot, sum, type Tensor, type Tensor1D, tidy } from '@tensorflow/tfjs-core';

/** What {@link gradientMaps} takes. */
export interface GradientMapsOptions {
  /** What is differentiated. Default: `crossEntropy`. */
  readonly loss?: Loss;
  /** The size of an entry that is shown as the largest, in root mean squares of its map. Default: 3. */
  readonly deviations?: number;
}

/**
 * The logit of each example's own class, or its score times its label: a loss to differentiate where the logit itself is asked
 * for.
 *
 * @param output - Logits [batch, classes] or scores [batch].
 * @param y - Labels [batch].
 * @returns Logits [batch], owned by the caller.
 * @example
 * ```ts
 * const maps = gradientMaps(model, x, y, { loss: ownLogit });
 * ```
 */
export const ownLogit: Loss = (output, y) => {
  if (output.rank === 1) return mul(output, y) as Tensor1D;
  const own = cast(oneHot(cast(y, 'int32'), output.shape[1] as number), 'float32'); // [batch, classes]
  return sum(mul(output, own), 1) as Tensor1D;
};

/**
 * Maps of how an example's loss, or its logit, depends on each entry of its input, ready to be shown.
 *
 * ```math
 * m_i = \operatorname{clip}\Bigl(\frac{g_i}{3\, \mathrm{rms}(g_i)},\, -1,\, 1\Bigr), \qquad g_i = \nabla_{x_i} L(f(x_i), y_i)
 * ```
 *
 * Each map is on its own scale, so that a confident example's small gradient is seen as well as another's; zero stays zero.
 *
 * @param model - The model, differentiable in its input.
 * @param x - Inputs [batch, ...].
 * @param y - Labels [batch].
 * @param options - What is differentiated, and where colours end.
 * @returns Maps [batch, ...] between -1 and 1, zero where the gradient is zero; owned by the caller.
 * @throws InputError if `deviations` is not positive, the loss is no function, or model, inputs and labels do not belong together.
 * @example
 * ```ts
 * const maps = gradientMaps(model, x, y);
 * ```
 * @see Tsipras, Santurkar, Engstrom, Turner, Madry: Robustness May Be at Odds with Accuracy, 2019 (arXiv:1805.12152), whose
 * figures clip at three standard deviations too.
 */
export function gradientMaps(model: Classifier, x: Tensor, y: Tensor1D, options: GradientMapsOptions = {}): Tensor {
  requireOptions<GradientMapsOptions>('gradientMaps', options, { loss: true, deviations: true });
  const { loss = crossEntropy, deviations = 3 } = options;
  requireLoss(loss);
  requirePositive({ deviations });
  requireTensor('x', x);
  requireTensor('y', y, ['float32', 'int32']);
  const ofLabels: Loss = (output, labels) => {
    requireLabels(output, labels);
    return loss(output, labels);
  };
  const { gradient, output, loss: losses } = inputGradient(model, x, y, ofLabels);
  const entries = x.size / x.shape[0];
  const maps = tidy(() => clipByValue(mul(l2.steepest(gradient), Math.sqrt(entries) / deviations), -1, 1));
  for (const tensor of [gradient, output, losses]) tensor.dispose();
  return maps;
}
