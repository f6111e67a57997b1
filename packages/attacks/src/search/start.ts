import { InputError, type Key, projectDelta, randomDelta } from '@advml/core';
import { described, requireFinite, requireShape, requireTensor } from '@advml/core/internal';
import { type Tensor, type Tensor1D, tidy, zerosLike } from '@tensorflow/tfjs-core';
import type { SearchTask } from './search.ts';

/**
 * A way to choose first perturbations: from inputs [batch, ...], labels (or targets) [batch] and one key an example to
 * perturbations [batch, ...], owned by the caller. They are projected into the threat.
 */
export type StartFunction = (x: Tensor, labels: Tensor1D, keys: readonly Key[]) => Tensor;

/** Where an ascent starts: at the input, at a uniform random point of the ball, or where a function says. */
export type Start = 'none' | 'random' | StartFunction;

/**
 * The first perturbations of a task.
 *
 * @param task - The examples; its keys decide random starts.
 * @param start - Where to start.
 * @returns Perturbations [batch, ...] inside the threat, owned by the caller.
 * @throws InputError if it is no start, or gives no perturbations.
 */
export function startDelta({ threat, x, labels, keys }: SearchTask, start: Start): Tensor {
  if (start === 'none') return zerosLike(x);
  if (start === 'random')
    return randomDelta(
      threat,
      x,
      keys.map((key) => key.child('start')),
    );
  if (typeof start !== 'function')
    throw new InputError(
      `start must be 'random', 'none' or a function that gives perturbations, got ${described(start)}`,
    );
  return tidy(() => {
    const chosen = start(x, labels, keys);
    requireTensor('what start gives', chosen);
    requireShape('what start gives', chosen, x.shape);
    requireFinite('what start gives', chosen);
    return projectDelta(threat, x, chosen);
  });
}
