import { type AnyClassifier, type AttackOptions, exampleKeys, InputError, type Threat } from '@advml/core';
import { described, forBatch, intoBox, requireKey, requireOptions } from '@advml/core/internal';
import { type Tensor, type Tensor1D, tensor1d } from '@tensorflow/tfjs-core';
import type { SearchTask } from './search.ts';
import { watched } from './watched.ts';

/**
 * Refuses what is not what an attack takes besides model and examples.
 *
 * @param options - What the user gave.
 * @throws InputError if there is no record, no key, a goal that is none, or an option that no attack has.
 */
export function requireAttackOptions(options: AttackOptions): void {
  requireOptions<AttackOptions>('an attack', options, {
    key: true,
    indices: true,
    goal: true,
    eps: true,
    rivals: true,
    signal: true,
  });
  requireKey('key', options.key);
  const { goal = 'untargeted' } = options;
  const known = goal === 'untargeted' || typeof goal === 'function' || goal?.target?.length !== undefined;
  if (!known)
    throw new InputError(
      `goal must be 'untargeted', { target } with a label an example, or a function of outputs and labels, got ${described(goal)}`,
    );
}

/**
 * Refuses targets and rivals that are not one an example, and rivals that are no wrong classes.
 *
 * @param y - Labels [batch].
 * @param options - What the user gave.
 * @throws InputError that names the list.
 */
export function requireOneEach(y: Tensor1D, { goal, rivals }: AttackOptions): void {
  const labels = y.dataSync();
  const lists = { 'goal.target': typeof goal === 'object' ? goal.target : undefined, rivals };
  for (const [name, list] of Object.entries(lists)) {
    if (list && list.length !== labels.length)
      throw new InputError(`${name} must hold ${labels.length} labels, one an example, got ${list.length}`);
  }
  const at = rivals?.findIndex((rival, row) => rival === labels[row]) ?? -1;
  if (at >= 0) throw new InputError(`rivals must be wrong classes, got ${labels[at]}, the label of example ${at}`);
}

/**
 * The examples of a call as a task.
 *
 * @param threat - The perturbations allowed.
 * @param model - The model under attack.
 * @param x - Inputs [batch, ...].
 * @param y - Labels [batch].
 * @param options - Key, indices, goal, radii, rivals and signal.
 * @returns A task; its inputs, put back into the box where rounding carried them past it, are new, and its labels are if the attack
 * is targeted: they belong to the caller.
 * @throws InputError if there is not one index an example, or radii do not fit the threat.
 */
export function taskOf(
  threat: Threat,
  model: AnyClassifier,
  x: Tensor,
  y: Tensor1D,
  { key, indices, goal = 'untargeted', eps, rivals, signal }: AttackOptions,
): SearchTask {
  const count = x.shape[0];
  const target = typeof goal === 'object' ? goal.target : undefined;
  return {
    ...watched(model, signal),
    threat: forBatch(threat, count, eps),
    x: intoBox(x, threat.box),
    labels: target ? tensor1d([...target]) : y,
    targeted: target !== undefined,
    goal: typeof goal === 'function' ? goal : undefined,
    rivals,
    keys: exampleKeys(key, count, indices),
  };
}
