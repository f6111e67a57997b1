import { keep, type Scalar, sum, type Tensor, type Tensor1D, tidy, valueAndGrad } from '@tensorflow/tfjs-core';
import type { Loss } from './loss.ts';
import type { Classifier } from './network.ts';
import { outputOf } from './output-of.ts';
import { requireGradients } from './require-gradients.ts';
import { requireTensor } from './require-tensor.ts';

/** What one pass forward and back gives. */
export interface InputGradient {
  /** Gradient of each example's loss in its input, [batch, ...]. */
  readonly gradient: Tensor;
  /** The model's outputs, [batch] or [batch, classes]. */
  readonly output: Tensor;
  /** Losses, [batch]. */
  readonly loss: Tensor1D;
}

/**
 * Gradient of each example's loss in its own input.
 *
 * The losses are summed, not averaged, before they are differentiated: no example's gradient depends on
 * another example or on the size of the batch.
 *
 * ```math
 * g_i = \nabla_{x_i} L(f(x_i), y_i)
 * ```
 *
 * @param model - The model, differentiable in its input.
 * @param x - Inputs [batch, ...].
 * @param y - Labels [batch].
 * @param loss - The loss of each example.
 * @returns Gradient, outputs and losses, each owned by the caller.
 * @throws {@link InputError} if `x` is no float32 tensor, or the model none (see {@link outputOf}), or before `useWasm()`.
 * @example
 * ```ts
 * const { gradient, output, loss: losses } = inputGradient(model, x, y, logistic);
 * ```
 */
export function inputGradient(model: Classifier, x: Tensor, y: Tensor1D, loss: Loss): InputGradient {
  requireTensor('x', x);
  requireGradients();
  const kept: Tensor[] = [];
  try {
    const gradient = tidy(() => {
      const total = (input: Tensor): Scalar => {
        const output = keep(outputOf(model, input));
        kept.push(output);
        const losses = keep(loss(output, y));
        kept.push(losses);
        return sum(losses);
      };
      return valueAndGrad(total)(x).grad;
    });
    const [output, losses] = kept;
    return { gradient, output, loss: losses as Tensor1D };
  } catch (error) {
    for (const tensor of kept) tensor.dispose();
    throw error;
  }
}
