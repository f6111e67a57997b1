import { projectDelta, type Threat } from '@advml/core';
import { add, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { scaleRows } from './rows.ts';
import type { SearchTask } from './search.ts';
import { type SlopeOptions, slope } from './slope.ts';

/** What a {@link StepRule} gives; new tensors, owned by the caller. */
export interface Step {
  /** Steps of size 1, [batch, ...]. */
  readonly direction: Tensor;
  /** What the rule wants to see of the same examples at the next step, [batch, ...]. */
  readonly memory?: Tensor;
}

/**
 * How a gradient becomes a step: from gradients [batch, ...], the threat, and what the rule remembered of the same examples
 * one step before.
 */
export type StepRule = (gradient: Tensor, threat: Threat, memory?: Tensor) => Step;

const steepest: StepRule = (gradient, { norm }) => ({ direction: norm.steepest(gradient) });

/** What an ascent follows. */
export interface UphillOptions extends SlopeOptions {
  /** How a gradient becomes a step. Default: the norm's steepest step. */
  readonly rule?: StepRule;
  /** What the rule handed on one step before, [batch, ...]. */
  readonly memory?: Tensor;
}

/** Where the attacker's loss rises fastest. */
export interface Uphill extends Step {
  /** Outputs of the model whose gradient it is; owned by the caller. */
  readonly output: Tensor;
  /** Places in the batch where the gradient was zero or not finite: the direction is random there. */
  readonly flat: readonly number[];
}

/**
 * The steepest step of size 1 at some points, with one pass forward and back.
 *
 * Entries that push against the box, or that the mask holds, do not count. Where the gradient is zero or not finite there
 * is no such step; a random one of the example's own key stands in.
 *
 * @param task - The examples.
 * @param at - The points [batch, ...].
 * @param options - See {@link UphillOptions}.
 * @returns See {@link Uphill}.
 */
export function uphill(task: SearchTask, at: Tensor, { rule = steepest, memory, ...options }: UphillOptions): Uphill {
  const { gradient, output, flat } = slope(task, at, options);
  const step = rule(gradient, task.threat, memory);
  gradient.dispose();
  return { ...step, output, flat };
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
