import {
  type AttackOptions,
  type Box,
  type Classifier,
  exampleKeys,
  forBatch,
  InputError,
  requireFinite,
  requireShape,
  type Threat,
} from '@advml/core';
import { max, min, type Tensor, type Tensor1D, tensor1d, tidy } from '@tensorflow/tfjs-core';
import { widthOf } from './rows.ts';
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
 * @param options - Targets and rivals, if any, must be one an example; none unless told.
 * @throws InputError if there is no example, x is not finite or not in its box, labels are not one an example, or the mask
 * does not fit.
 */
export function requireExamples(
  { box, mask }: Threat,
  x: Tensor,
  y: Tensor1D,
  { goal, rivals }: Partial<AttackOptions> = {},
): void {
  if (x.rank < 2 || x.size === 0) {
    throw new InputError(`x must have shape [batch, ...] with at least one example, got [${x.shape.join(', ')}]`);
  }
  requireFinite('x', x);
  if (box) requireInBox(x, box);
  requireShape('y', y, [x.shape[0]]);
  const lists = { 'goal.target': typeof goal === 'object' ? goal.target : undefined, rivals };
  for (const [name, list] of Object.entries(lists)) {
    if (list && list.length !== x.shape[0])
      throw new InputError(`${name} must hold ${x.shape[0]} labels, one an example, got ${list.length}`);
  }
  if (mask && mask.length !== widthOf(x))
    throw new InputError(`the threat's mask must hold ${widthOf(x)} booleans, as an input does, got ${mask.length}`);
}

/**
 * The examples of a call as a task.
 *
 * @param threat - The perturbations allowed.
 * @param model - The model under attack.
 * @param x - Inputs [batch, ...].
 * @param y - Labels [batch].
 * @param options - Key, indices, goal, radii and rivals.
 * @returns A task; its labels are new and belong to the caller if the attack is targeted.
 * @throws InputError if there is not one index an example, or radii do not fit the threat.
 */
export function taskOf(
  threat: Threat,
  model: Classifier,
  x: Tensor,
  y: Tensor1D,
  { key, indices, goal = 'untargeted', eps, rivals }: AttackOptions,
): SearchTask {
  const count = x.shape[0];
  const target = typeof goal === 'object' ? goal.target : undefined;
  return {
    model,
    threat: forBatch(threat, count, eps),
    x,
    labels: target ? tensor1d([...target]) : y,
    targeted: target !== undefined,
    goal: typeof goal === 'function' ? goal : undefined,
    rivals,
    keys: exampleKeys(key, count, indices),
  };
}
