import { applyUpdates, disposeParams, type Optimizer, type Params } from '@advml/core';
import { numbersOf } from '@advml/testkit';
import { tensor1d } from '@tensorflow/tfjs-core';

/**
 * The values of one parameter, `weight`, after each of some steps along given gradients: a list of vectors.
 *
 * @param optimizer - The optimizer under test.
 * @param start - The parameter's values before the first step.
 * @param gradient - The gradient at the values before step t.
 */
export function path(
  optimizer: Optimizer,
  start: readonly number[],
  gradient: (weight: readonly number[], step: number) => readonly number[],
  steps: number,
): number[][] {
  let params: Params = { weight: tensor1d([...start]) };
  let state = optimizer.init(params);
  return Array.from({ length: steps }, (_, step) => {
    const gradients = { weight: tensor1d([...gradient(numbersOf(params.weight), step)]) };
    const next = optimizer.update(gradients, state, params);
    const moved = applyUpdates(params, next.updates);
    disposeParams(gradients, next.updates, state, params);
    [params, state] = [moved, next.state];
    return numbersOf(params.weight);
  });
}
