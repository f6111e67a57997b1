import { clone, engine, keep, type Tensor, type Tensor1D, tidy } from '@tensorflow/tfjs-core';
import { InputError } from './errors.ts';
import { gradientPass } from './gradient-pass.ts';
import type { Loss } from './loss.ts';
import { lossOf } from './loss-of.ts';
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
 * @returns Gradient, outputs and losses, each a tensor of its own and owned by the caller.
 * @throws {@link InputError} if `x` is no float32 tensor, the model none (see `outputOf`), the loss none (see `lossOf`), or
 * the losses do not depend on `x`, or before `useWasm()`.
 * @example
 * ```ts
 * const { gradient, output, loss: losses } = inputGradient(model, x, y, logistic);
 * ```
 */
export function inputGradient(model: Classifier, x: Tensor, y: Tensor1D, loss: Loss): InputGradient {
  requireTensor('x', x);
  requireGradients();
  let seen: Tensor | undefined;
  const losses = (input: Tensor): Tensor => {
    seen = keep(outputOf(model, input));
    return lossOf(loss, seen, y);
  };
  try {
    const [gradient, output, value] = gradientPass(() =>
      tidy(() => {
        // Of the public functions, only this one allows outputs that do not depend on the input.
        const pass = engine().gradients(() => losses(x), [x], undefined, true);
        const [own] = pass.grads;
        if (!own)
          throw new InputError(
            'the loss must depend on x through differentiable operations of the model, got one that does not; attacks such as square and hopSkipJump need no gradient',
          );
        return [own, clone(seen as Tensor), pass.value];
      }),
    );
    return { gradient, output, loss: value as Tensor1D };
  } finally {
    seen?.dispose();
  }
}
