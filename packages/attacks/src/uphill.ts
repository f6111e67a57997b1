import {
  type Classifier,
  inputGradient,
  type Key,
  type Loss,
  normalRows,
  projectDelta,
  restrict,
  type Threat,
} from '@advml/core';
import { abs, add, reshape, sum, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { replaceRows, scaleRows, widthOf } from './rows.ts';
import { raised, type SearchTask } from './search.ts';
import { withoutStuck } from './stuck.ts';

/** Where the attacker's loss rises fastest. */
export interface Uphill {
  /** Steps of size 1 in the threat's norm, [batch, ...]; owned by the caller. */
  readonly direction: Tensor;
  /** Outputs of the model whose gradient it is; owned by the caller. */
  readonly output: Tensor;
  /** Places in the batch where the gradient was zero or not finite: the direction is random there. */
  readonly flat: readonly number[];
}

/** A random step of size 1 for each key. */
function randomSteps(threat: Threat, keys: readonly Key[], shape: readonly number[]): Tensor {
  return tidy(() => threat.norm.steepest(restrict(threat, normalRows(keys, shape))));
}

/** Places whose step is none: all zero, or not a number. */
function restingRows(steps: Tensor): number[] {
  const sizes = tidy(() => sum(abs(reshape(steps, [steps.shape[0], widthOf(steps)])), 1).dataSync());
  return [...sizes.keys()].filter((row) => !(sizes[row] > 0));
}

/** The steepest steps inside the box, and the places where the gradient itself is to blame that there is none. */
function steepestSteps(threat: Threat, gradient: Tensor, at: Tensor): { direction: Tensor; flat: number[] } {
  const { norm, box } = threat;
  const direction = tidy(() => norm.steepest(restrict(threat, box ? withoutStuck(gradient, at, box) : gradient)));
  const resting = restingRows(direction);
  if (!box || resting.length === 0) return { direction, flat: resting };
  const unboxed = tidy(() => norm.steepest(restrict(threat, gradient)));
  const blamed = new Set(restingRows(unboxed));
  unboxed.dispose();
  return { direction, flat: resting.filter((row) => blamed.has(row)) };
}

/**
 * The steepest step of size 1 at some points, with one pass forward and back.
 *
 * Entries that push against the box, or that the mask holds, do not count. Where the gradient is zero or not finite there is no such step; a
 * random one of the example's own key stands in.
 *
 * @param task - The examples.
 * @param at - The points [batch, ...].
 * @param options - The model whose gradient is followed, the loss, and the name under which keys draw here.
 * @returns See {@link Uphill}.
 */
export function uphill(
  task: SearchTask,
  at: Tensor,
  { model, loss, draw }: { model: Classifier; loss: Loss; draw: number },
): Uphill {
  const { threat, labels, keys } = task;
  const { gradient, output, loss: losses } = inputGradient(model, at, labels, raised(task, loss));
  const { direction, flat } = steepestSteps(threat, gradient, at);
  losses.dispose();
  gradient.dispose();
  if (flat.length === 0) return { direction, output, flat };
  const random = randomSteps(
    threat,
    flat.map((row) => keys[row].child('flat', draw)),
    at.shape.slice(1),
  );
  const mended = replaceRows(direction, flat, random);
  direction.dispose();
  random.dispose();
  return { direction: mended, output, flat };
}

/**
 * One step and back into the threat.
 *
 * @param task - The examples.
 * @param delta - Perturbations [batch, ...] before the step.
 * @param direction - Steps of size 1, [batch, ...].
 * @param length - How far, in input units: one length for all, or one an example.
 * @returns Perturbations [batch, ...] inside the threat, owned by the caller.
 */
export function advance(
  { threat, x }: SearchTask,
  delta: Tensor,
  direction: Tensor,
  length: number | ArrayLike<number>,
): Tensor {
  return tidy(() => projectDelta(threat, x, add(delta, scaleRows(direction, length))));
}
