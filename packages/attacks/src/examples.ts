import {
  type AttackOptions,
  type Box,
  type Classifier,
  exampleKeys,
  InputError,
  requireFinite,
  requireShape,
  type Threat,
} from '@advml/core';
import { max, min, type Tensor, type Tensor1D, tensor1d, tidy } from '@tensorflow/tfjs-core';
import type { SearchTask } from './search.ts';

function requireInBox(x: Tensor, { low, high }: Box): void {
  const [smallest, largest] = [min, max].map((extreme) => tidy(() => extreme(x).dataSync()[0]));
  if (smallest < low || largest > high) {
    throw new InputError(
      `x must lie in its box [${low}, ${high}], got values from ${smallest} to ${largest}; scale x or change the threat's box`,
    );
  }
}

/**
 * Refuses examples that cannot be attacked, before any work is done.
 *
 * @param threat - Its box, if any, must hold all inputs.
 * @param x - Inputs [batch, ...].
 * @param y - Labels [batch].
 * @param options - Targets, if any, must be one an example.
 * @throws InputError if there is no example, x is not finite or not in its box, or labels are not one an example.
 */
export function requireExamples({ box }: Threat, x: Tensor, y: Tensor1D, { goal }: AttackOptions): void {
  if (x.rank < 2 || x.size === 0) {
    throw new InputError(`x must have shape [batch, ...] with at least one example, got [${x.shape.join(', ')}]`);
  }
  requireFinite('x', x);
  if (box) requireInBox(x, box);
  requireShape('y', y, [x.shape[0]]);
  if (goal && goal !== 'untargeted' && goal.target.length !== x.shape[0]) {
    throw new InputError(`goal.target must hold ${x.shape[0]} labels, one an example, got ${goal.target.length}`);
  }
}

/**
 * The examples of a call as a task.
 *
 * @param threat - The perturbations allowed.
 * @param model - The model under attack.
 * @param x - Inputs [batch, ...].
 * @param y - Labels [batch].
 * @param options - Key, indices and goal.
 * @returns A task; its labels are new and belong to the caller if the attack is targeted.
 * @throws InputError if there is not one index an example.
 */
export function taskOf(
  threat: Threat,
  model: Classifier,
  x: Tensor,
  y: Tensor1D,
  { key, indices, goal = 'untargeted' }: AttackOptions,
): SearchTask {
  const keys = exampleKeys(key, x.shape[0], indices);
  const targeted = goal !== 'untargeted';
  return { model, threat, x, labels: targeted ? tensor1d([...goal.target]) : y, targeted, keys };
}
