import { type Loss, perturb } from '@advml/core';
import { type Tensor, tidy } from '@tensorflow/tfjs-core';
import { chooseRows, takeRows } from '../search/rows.ts';
import { meetsGoal, progress, type SearchTask, takeTask } from '../search/search.ts';
import { slope } from '../search/slope.ts';
import type { WorstCase } from '../search/worst-case.ts';

/** What a climb keeps of each example as a tensor [batch, ...]. */
interface Points {
  /** Where it is. */
  delta: Tensor;
  /** Where it was one step before. */
  previous: Tensor;
  /** The gradient where it is. */
  gradient: Tensor;
  /** Where its loss was highest. */
  best: Tensor;
  /** The gradient there. */
  bestGradient: Tensor;
}

/**
 * An ascent that remembers the best point of each example with its gradient, so that it can go back there for nothing.
 *
 * Tensors hold the examples still at work and are the climb's own; lists hold all, by their rows in the whole task.
 */
export interface Climb extends Points {
  /** The examples still at work. */
  task: SearchTask;
  /** Their rows in the whole task. */
  rows: readonly number[];
  /** The attacker's loss where each example is. */
  readonly loss: Float32Array;
  /** Its highest so far. */
  readonly bestLoss: Float32Array;
  /** Which examples need no more. */
  readonly done: boolean[];
}

const POINTS = ['delta', 'previous', 'gradient', 'best', 'bestGradient'] as const;

/** What a look at the current points is for. */
export interface Look {
  /** What is to rise. */
  readonly loss: Loss;
  /** The number under which keys draw here. */
  readonly draw: number;
  /** Where it is written down what the points come to and cost. */
  readonly record: WorstCase;
  /** Whether the points may lie outside the ball under attack, so that only their cost counts. Default: false. */
  readonly outside?: boolean;
  /** Whether an example is left alone once it is fooled. */
  readonly earlyStop: boolean;
}

/** Takes ownership of a tensor in place of an old one. */
export function put(points: Points, name: keyof Points, next: Tensor): void {
  points[name].dispose();
  points[name] = next;
}

/**
 * A climb from some perturbations.
 *
 * @param task - The examples; stays with the caller.
 * @param delta - Where to start, [batch, ...]; stays with the caller.
 * @returns A climb, to be disposed with {@link endClimb}.
 */
export function beginClimb(task: SearchTask, delta: Tensor): Climb {
  const count = task.x.shape[0];
  const rows = [...Array(count).keys()];
  return {
    task: takeTask(task, rows),
    rows,
    delta: delta.clone(),
    previous: delta.clone(),
    gradient: delta.clone(),
    best: delta.clone(),
    bestGradient: delta.clone(),
    loss: new Float32Array(count),
    bestLoss: new Float32Array(count).fill(-Infinity),
    done: Array<boolean>(count).fill(false),
  };
}

/** Writes down how far the current points come, and who is done there. */
function note({ task, rows, delta, done }: Climb, output: Tensor, look: Look, flat?: readonly number[]): void {
  const { record, outside, earlyStop } = look;
  const reached = outside ? new Float32Array(rows.length).fill(-Infinity) : progress(task, output);
  const zeroGradient = rows.map(() => false);
  for (const row of flat ?? []) zeroGradient[row] = true;
  const spent = new Int32Array(rows.length).fill(flat ? 1 : 0);
  const working = [...rows.keys()].filter((at) => !done[rows[at]]);
  record.consider(rows, { delta, reached, gradients: spent, zeroGradient }, working);
  for (const [at, row] of rows.entries()) done[row] ||= earlyStop && meetsGoal(task, reached[at]);
}

/**
 * Takes loss and gradient where the examples are, with one pass forward and back, and keeps the best of each.
 *
 * @param climb - Changed in place.
 * @param look - See {@link Look}.
 */
export function lookAround(climb: Climb, look: Look): void {
  const { task, rows, loss, bestLoss } = climb;
  const at = perturb(task.threat, task.x, climb.delta);
  const found = slope(task, at, { model: task.model, loss: look.loss, draw: look.draw });
  put(climb, 'gradient', found.gradient);
  const better = rows.map((row, place) => found.loss[place] > bestLoss[row]);
  put(climb, 'best', chooseRows(climb.best, climb.delta, better));
  put(climb, 'bestGradient', chooseRows(climb.bestGradient, climb.gradient, better));
  for (const [place, row] of rows.entries()) {
    loss[row] = found.loss[place];
    if (better[place]) bestLoss[row] = loss[row];
  }
  note(climb, found.output, look, found.flat);
  at.dispose();
  found.output.dispose();
}

/**
 * Looks where the examples are, with a pass forward only.
 *
 * @param climb - The examples; who is done is marked.
 * @param look - See {@link Look}.
 */
export function lookOnce(climb: Climb, look: Look): void {
  const { task, delta } = climb;
  const output = tidy(() => task.model(perturb(task.threat, task.x, delta)));
  note(climb, output, look);
  output.dispose();
}

/**
 * Takes some examples back to their best points.
 *
 * @param climb - Changed in place.
 * @param which - The rows to take back, by their rows in the whole task.
 */
export function goBack(climb: Climb, which: ReadonlySet<number>): void {
  const mask = climb.rows.map((row) => which.has(row));
  put(climb, 'delta', chooseRows(climb.delta, climb.best, mask));
  put(climb, 'gradient', chooseRows(climb.gradient, climb.bestGradient, mask));
  for (const row of which) climb.loss[row] = climb.bestLoss[row];
}

/**
 * Goes on with the examples that are not done, once a quarter is: a smaller batch, the same bits.
 *
 * @param climb - Changed in place.
 */
export function leaveDone(climb: Climb): void {
  const { task, rows, done } = climb;
  const left = [...rows.keys()].filter((at) => !done[rows[at]]);
  if (4 * (rows.length - left.length) < rows.length) return;
  climb.task = takeTask(task, left);
  climb.rows = left.map((at) => rows[at]);
  for (const tensor of [task.x, task.labels]) tensor.dispose();
  for (const name of POINTS) put(climb, name, takeRows(climb[name], left));
}

/**
 * Disposes all that a climb holds.
 *
 * @param climb - Not to be used again.
 */
export function endClimb(climb: Climb): void {
  for (const tensor of [climb.task.x, climb.task.labels, ...POINTS.map((name) => climb[name])]) tensor.dispose();
}
