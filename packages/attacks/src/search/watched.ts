import { AbortedError, type AnyClassifier, type AttackOptions, type Classifier } from '@advml/core';
import { ask, outputOf } from '@advml/core/internal';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { SearchTask } from './search.ts';

/**
 * The model as attacks see it: a signal can stop it, its output is checked, and is a tensor of its own even where the model
 * returns its input.
 *
 * @param model - What the caller gave.
 * @param signal - Looked at before every pass, and while an answer is awaited. Default: none.
 * @returns The same function, and a way to ask it that can wait.
 * @throws AbortedError, when called, if the signal is aborted.
 */
export function watched(
  model: AnyClassifier,
  signal?: AttackOptions['signal'],
): Pick<SearchTask, 'model' | 'ask' | 'decides'> {
  const pass = (x: Tensor): Tensor => {
    if (signal?.aborted) throw new AbortedError('the attack was stopped');
    return outputOf(model, x);
  };
  const ridges = () => (model as Partial<Classifier>).ridges?.();
  return {
    model: Object.assign(pass, { ridges }),
    ask: (x) => ask(model, x, signal),
    decides: (Object(model) as AnyClassifier).decides ?? false,
  };
}
