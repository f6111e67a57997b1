import { type BatchThreat, type Classifier, type Key, type Loss, outputMargins } from '@advml/core';
import { type Dialogue, requireShape } from '@advml/core/internal';
import { neg, type Tensor, type Tensor1D, tensor1d, tidy } from '@tensorflow/tfjs-core';
import { takeRows } from './rows.ts';

/** Some examples to attack, and what the attacker wants there. */
export interface SearchTask {
  /** The model that must be fooled; it refuses to be called if it answers later. */
  readonly model: Classifier;
  /**
   * Asks the model, whether it answers at once or later, for searches without gradients.
   *
   * @param at - Points [batch, ...]; they stay the caller's, who keeps them until the answer is there.
   * @returns A dialogue that ends in outputs [batch] or [batch, classes], owned by the caller.
   */
  ask(at: Tensor): Dialogue<Tensor>;
  /** Whether the model tells classes only. */
  readonly decides: boolean;
  /** The perturbations allowed, with a radius for each example. */
  readonly threat: BatchThreat;
  /** Inputs [batch, ...]. */
  readonly x: Tensor;
  /** Labels [batch] to leave, or to reach if the attack is targeted. */
  readonly labels: Tensor1D;
  /** Whether `labels` are to be reached. */
  readonly targeted: boolean;
  /** What is to become positive, where the goal is neither to leave nor to reach a label. */
  readonly goal?: Loss;
  /** The wrong class that losses push each example towards. Default: the strongest. */
  readonly rivals?: readonly number[];
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
  /** Whether the search ended early because the model answered no more. Default: false. */
  readonly cutShort?: boolean;
}

/**
 * A way to look for bad perturbations. It decides each example by itself, so that no result depends on the batch.
 *
 * One that needs outputs but no gradients is a dialogue, and so works on models that answer later too: a generator function that
 * asks by `yield* judge(task, points)`.
 */
export type Search = (task: SearchTask) => Found | Dialogue<Found>;

/**
 * What the attacker raises: the loss of the labels (towards their rivals, if any), minus the loss of the targets, or the goal
 * itself where that is a function.
 *
 * @param task - Says what the goal is.
 * @param loss - Any loss.
 * @returns A loss whose gradient points where the attacker wants to go.
 */
export function raised({ targeted, goal, rivals }: Pick<SearchTask, 'targeted' | 'goal' | 'rivals'>, loss: Loss): Loss {
  if (goal) return goal;
  if (targeted) return (output, labels) => neg(loss(output, labels));
  return rivals ? (output, labels) => loss(output, labels, tensor1d([...rivals], 'int32')) : loss;
}

/** What a goal function says of each example. */
function valuesOf(goal: Loss, output: Tensor, labels: Tensor1D): Float32Array {
  let values = new Float32Array(0);
  tidy(() => {
    const reached = goal(output, labels);
    requireShape('what the goal gives', reached, [labels.shape[0]]);
    values = reached.dataSync<'float32'>().slice();
  });
  return values;
}

/**
 * How far each example is past the decision boundary in the attacker's direction, in output units; where the goal is a
 * function, its value.
 *
 * @param task - Gives labels and goal.
 * @param output - Scores [batch] or logits [batch, classes]; read back from the backend.
 * @returns One number an example: positive where the goal is met, not finite where the model overflows.
 */
export function verdictOf(
  { labels, targeted, goal }: Pick<SearchTask, 'labels' | 'targeted' | 'goal'>,
  output: Tensor,
): Float32Array {
  if (goal) return valuesOf(goal, output, labels);
  const margins = outputMargins(output, labels);
  return targeted ? margins : margins.map((margin) => -margin);
}

/**
 * How far each example is past the decision boundary in the attacker's direction, in output units, or the value of a goal that is a
 * function; minus infinity where that is not finite, since no such point is accepted in the end.
 *
 * @param task - Gives labels and goal.
 * @param output - Scores [batch] or logits [batch, classes]; read back from the backend.
 * @returns One number an example: positive where the goal is met.
 */
export const progress = (task: Pick<SearchTask, 'labels' | 'targeted' | 'goal'>, output: Tensor): Float32Array =>
  verdictOf(task, output).map((value) => (Number.isFinite(value) ? value : -Infinity));

/**
 * Asks the model how far some points come; see {@link progress}.
 *
 * @param task - The examples.
 * @param at - Points [batch, ...]; only read.
 * @returns A dialogue that ends in one number an example.
 */
export function* judge(
  task: Pick<SearchTask, 'ask' | 'labels' | 'targeted' | 'goal'>,
  at: Tensor,
): Dialogue<Float32Array> {
  const output = yield* task.ask(at);
  try {
    return progress(task, output);
  } finally {
    output.dispose();
  }
}

/**
 * Whether a {@link progress} meets the goal: a tie is an error of the model, but reaches neither a target nor the caller's own goal.
 *
 * @param task - Says what the goal is.
 * @param value - One example's progress.
 * @returns True where the attacker has won.
 */
export function meetsGoal({ targeted, goal }: Pick<SearchTask, 'targeted' | 'goal'>, value: number): boolean {
  return targeted || goal ? value > 0 : value >= 0;
}

/**
 * The same task for some of its examples only.
 *
 * @param task - Any task.
 * @param rows - Places of the examples in the task's batch.
 * @returns A task whose `x` and `labels` are owned by the caller.
 */
export function takeTask(task: SearchTask, rows: readonly number[]): SearchTask {
  const { threat, rivals } = task;
  return {
    ...task,
    threat: { ...threat, radii: rows.map((row) => threat.radii[row]) },
    rivals: rivals && rows.map((row) => rivals[row]),
    x: takeRows(task.x, rows),
    labels: takeRows(task.labels, rows),
    keys: rows.map((row) => task.keys[row]),
  };
}

/**
 * How far to look where nothing says how far: the example's radius, or one input unit if that is infinite or zero.
 *
 * @param task - Gives the radii.
 * @param place - The example's place in the task.
 * @returns A distance in input units.
 */
export function someDistance({ threat }: Pick<SearchTask, 'threat'>, place: number): number {
  const radius = threat.radii[place];
  return radius > 0 && radius < Infinity ? radius : 1;
}
