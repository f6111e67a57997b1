import { AbortedError, type AttackOptions, type Classifier } from '@advml/core';
import { outputOf } from '@advml/core/internal';
import type { Tensor } from '@tensorflow/tfjs-core';

/**
 * The model as attacks see it: a signal can stop it, its output is checked, and is a tensor of its own even where the model
 * returns its input.
 *
 * @param model - What the caller gave.
 * @param signal - Looked at before every pass. Default: none.
 * @returns The same function.
 * @throws AbortedError, when called, if the signal is aborted.
 */
export function watched(model: Classifier, signal?: AttackOptions['signal']): Classifier {
  const pass = (x: Tensor): Tensor => {
    if (signal?.aborted) throw new AbortedError('the attack was stopped');
    return outputOf(model, x);
  };
  return Object.assign(pass, { ridges: () => model.ridges?.() });
}
