import { type Classifier, type Loss, perturb } from '@advml/core';
import { type Tensor, tidy } from '@tensorflow/tfjs-core';
import { chooseRows, takeRows } from '../search/rows.ts';
import { meetsGoal, progress, type SearchTask, takeTask } from '../search/search.ts';
import { type Start, startDelta } from '../search/start.ts';
import { advance, type StepRule, uphill } from '../search/uphill.ts';
import { type Candidates, type WorstCase, worstCase } from '../search/worst-case.ts';

/** What one ascent does. */
export interface AscentPlan {
  /** Length of each gradient step as a share of each example's radius. */
  readonly stepSizes: readonly number[];
  /** Where it starts. */
  readonly start: Start;
  /** What it raises. */
  readonly loss: Loss;
  /** The models whose gradients are followed, in equal shares of the steps, if it is not the model under attack. */
  readonly gradientModels?: readonly Classifier[];
  /** Whether an example is left alone once it is fooled. */
  readonly earlyStop: boolean;
  /** How a gradient becomes a step. Default: the norm's steepest step. */
  readonly rule?: StepRule;
}

/**
 * The inner loop of projected gradient descent, in two forms.
 *
 * This is the place for a faster implementation, such as one for a network whose Gram matrix is at hand.
 */
export interface Ascent {
  /**
   * Ascends, grades every iterate with the model under attack, and keeps the worst of each example.
   *
   * @param task - The examples.
   * @param plan - Steps, start and loss.
   * @returns The worst iterates; `delta` is owned by the caller.
   */
  best(task: SearchTask, plan: AscentPlan): Candidates;
  /**
   * Ascends and gives the last iterate without grading any: the inner loop of adversarial training.
   *
   * @param task - The examples.
   * @param plan - Steps, start and loss; `earlyStop` does not matter.
   * @returns Perturbations [batch, ...], owned by the caller.
   */
  last(task: SearchTask, plan: AscentPlan): Tensor;
}

/** The examples at work, some of which may be done. Its tensors are its own. */
interface Working {
  /** Their places in the whole batch. */
  readonly rows: readonly number[];
  /** They as a task of their own. */
  readonly task: SearchTask;
  /** Where they are. */
  delta: Tensor;
  /** What the rule of steps remembers of them, if anything. */
  memory?: Tensor;
  /** Where they were when they did worst. */
  best: Tensor;
  /** How far they came there. */
  readonly reached: Float32Array;
  readonly gradients: Int32Array;
  readonly zeroGradient: boolean[];
  /** Which of them are left alone from now on. */
  readonly done: boolean[];
}

function begin(task: SearchTask, start: Start): Working {
  const count = task.x.shape[0];
  const rows = [...Array(count).keys()];
  const delta = startDelta(task, start);
  return {
    rows,
    task: takeTask(task, rows),
    delta,
    best: delta.clone(),
    reached: new Float32Array(count).fill(-Infinity),
    gradients: new Int32Array(count),
    zeroGradient: Array<boolean>(count).fill(false),
    done: Array<boolean>(count).fill(false),
  };
}

function dispose({ task, delta, memory, best }: Working): void {
  for (const tensor of [task.x, task.labels, delta, memory, best]) tensor?.dispose();
}

/** The next value of a tensor; the old one is disposed. */
function replace<T extends Tensor | undefined>(old: Tensor | undefined, next: T): T {
  old?.dispose();
  return next;
}

/** Keeps the current iterate of every example that does worse there than before; marks those that need no more. */
function keepWorse(working: Working, output: Tensor, earlyStop: boolean): void {
  const { task, reached, done } = working;
  const now = progress(task, output);
  const worse = done.map((stopped, at) => !stopped && now[at] > reached[at]);
  working.best = replace(working.best, chooseRows(working.best, working.delta, worse));
  for (const [at, isWorse] of worse.entries()) {
    if (isWorse) reached[at] = now[at];
    done[at] ||= earlyStop && meetsGoal(task, reached[at]);
  }
}

/** Evaluates the current iterates; gives the way uphill unless this was the last look. */
function look(working: Working, plan: AscentPlan, step: number): Tensor | undefined {
  const { task, done, gradients, zeroGradient, memory } = working;
  const { loss, stepSizes, earlyStop, rule } = plan;
  const gradientModel = followedAt(plan, step);
  const at = perturb(task.threat, task.x, working.delta);
  const model = gradientModel ?? task.model;
  const way = step < stepSizes.length ? uphill(task, at, { model, loss, draw: step, rule, memory }) : undefined;
  if (way) {
    working.memory = replace(memory, way.memory);
    for (const [row, stopped] of done.entries()) if (!stopped) gradients[row]++;
    for (const row of way.flat) if (!done[row]) zeroGradient[row] = true;
  }
  const output = way && !gradientModel ? way.output : tidy(() => task.model(at));
  keepWorse(working, output, earlyStop);
  for (const tensor of [at, output, way?.output]) tensor?.dispose();
  return way?.direction;
}

/** Writes down what the given examples came to. */
function settle(record: WorstCase, working: Working, which?: readonly number[]): void {
  record.consider(working.rows, { ...working, delta: working.best }, which);
}

/** Goes on with those that are not done, once a quarter of the batch is: a smaller batch, the same bits. */
function dropDone(record: WorstCase, working: Working): Working {
  const places = [...working.rows.keys()];
  const [finished, left] = [places.filter((at) => working.done[at]), places.filter((at) => !working.done[at])];
  if (4 * finished.length < places.length) return working;
  settle(record, working, finished);
  const next: Working = {
    rows: left.map((at) => working.rows[at]),
    task: takeTask(working.task, left),
    delta: takeRows(working.delta, left),
    memory: working.memory && takeRows(working.memory, left),
    best: takeRows(working.best, left),
    reached: working.reached.filter((_, at) => !working.done[at]),
    gradients: working.gradients.filter((_, at) => !working.done[at]),
    zeroGradient: left.map((at) => working.zeroGradient[at]),
    done: left.map(() => false),
  };
  dispose(working);
  return next;
}

/** Whose gradient a step follows, if not that of the model under attack. The last model has the steps that are left over. */
function followedAt({ gradientModels, stepSizes }: AscentPlan, step: number): Classifier | undefined {
  if (!gradientModels) return undefined;
  const turn = Math.max(1, Math.floor(stepSizes.length / gradientModels.length));
  return gradientModels[Math.min(Math.floor(step / turn), gradientModels.length - 1)];
}

/** The length of each example's step, in input units. */
const lengths = ({ threat }: SearchTask, share: number) => threat.radii.map((radius) => share * radius);

function best(task: SearchTask, plan: AscentPlan): Candidates {
  const record = worstCase(task.x.shape);
  let working = begin(task, plan.start);
  for (let step = 0; step <= plan.stepSizes.length && working.rows.length > 0; step++) {
    const direction = look(working, plan, step);
    if (direction) {
      const next = advance(working.task, working.delta, direction, lengths(working.task, plan.stepSizes[step]));
      working.delta = replace(working.delta, next);
      direction.dispose();
    }
    working = dropDone(record, working);
  }
  settle(record, working);
  dispose(working);
  return record.found();
}

function last(task: SearchTask, plan: AscentPlan): Tensor {
  const { stepSizes, start, loss, rule } = plan;
  let delta = startDelta(task, start);
  let memory: Tensor | undefined;
  for (const [step, share] of stepSizes.entries()) {
    const at = perturb(task.threat, task.x, delta);
    const model = followedAt(plan, step) ?? task.model;
    const { direction, output, memory: next } = uphill(task, at, { model, loss, draw: step, rule, memory });
    memory = replace(memory, next);
    delta = replace(delta, advance(task, delta, direction, lengths(task, share)));
    for (const tensor of [at, direction, output]) tensor.dispose();
  }
  memory?.dispose();
  return delta;
}

/**
 * Projected ascent for any model: one pass forward and back a step, and a last pass forward.
 *
 * Every step is summed over the batch before it is differentiated and normalized example by example, so
 * an example's path depends on no other. Examples that are done leave the batch.
 */
export const projectedAscent: Ascent = Object.freeze({ best, last });
