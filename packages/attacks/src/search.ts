import { type Classifier, type Key, type Loss, outputMargins, type Threat } from '@advml/core';
import { neg, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core';
import { takeRows } from './rows.ts';

/** Some examples to attack, and what the attacker wants there. */
export interface SearchTask {
  /** The model that must be fooled. */
  readonly model: Classifier;
  /** The perturbations allowed. */
  readonly threat: Threat;
  /** Inputs [batch, ...]. */
  readonly x: Tensor;
  /** Labels [batch] to leave, or to reach if the attack is targeted. */
  readonly labels: Tensor1D;
  /** Whether `labels` are to be reached. */
  readonly targeted: boolean;
  /** One key an example. */
  readonly keys: readonly Key[];
}

/** What a search found for each example. */
export interface Found {
  /** Perturbations [batch, ...] inside the threat, owned by the caller. */
  readonly delta: Tensor;
  /** Gradient evaluations spent on each example. */
  readonly gradients: Int32Array;
  /** Forward passes spent on each example beside the gradient evaluations, if the search counts them. */
  readonly queries?: Int32Array;
  /** Examples whose gradient was zero or not finite at some step. */
  readonly zeroGradient: readonly boolean[];
}

/**
 * A way to look for bad perturbations. It decides each example by itself, so that no result depends on the batch.
 */
export type Search = (task: SearchTask) => Found;

/**
 * What the attacker raises: the loss of the labels, or minus the loss of the targets.
 *
 * @param task - Says whether the attack is targeted.
 * @param loss - Any loss.
 * @returns A loss whose gradient points where the attacker wants to go.
 */
export function raised({ targeted }: Pick<SearchTask, 'targeted'>, loss: Loss): Loss {
  return targeted ? (output, labels) => neg(loss(output, labels)) : loss;
}

/**
 * How far each example is past the decision boundary in the attacker's direction, in output units.
 *
 * @param task - Gives labels and direction.
 * @param output - Scores [batch] or logits [batch, classes]; read back from the backend.
 * @returns One number an example: positive where the goal is met.
 */
export function progress({ labels, targeted }: Pick<SearchTask, 'labels' | 'targeted'>, output: Tensor): Float32Array {
  const margins = outputMargins(output, labels);
  return targeted ? margins : margins.map((margin) => -margin);
}

/**
 * Whether a {@link progress} meets the goal: a tie is an error of the model, but does not reach a target.
 *
 * @param task - Says whether the attack is targeted.
 * @param value - One example's progress.
 * @returns True where the attacker has won.
 */
export function meetsGoal({ targeted }: Pick<SearchTask, 'targeted'>, value: number): boolean {
  return targeted ? value > 0 : value >= 0;
}

/**
 * The same task for some of its examples only.
 *
 * @param task - Any task.
 * @param rows - Places of the examples in the task's batch.
 * @returns A task whose `x` and `labels` are owned by the caller.
 */
export function takeTask(task: SearchTask, rows: readonly number[]): SearchTask {
  return {
    ...task,
    x: takeRows(task.x, rows),
    labels: takeRows(task.labels, rows),
    keys: rows.map((row) => task.keys[row]),
  };
}
