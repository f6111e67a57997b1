import { projectDelta } from '@advml/core';
import { add, mul, sub, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { scaleRows } from '../search/rows.ts';
import type { SearchTask } from '../search/search.ts';
import { type Start, startDelta } from '../search/start.ts';
import { checkpoints } from './checkpoints.ts';
import { beginClimb, type Climb, endClimb, goBack, type Look, leaveDone, lookAround, lookOnce, put } from './climb.ts';

/** What an adaptive ascent does. */
export interface AdaptivePlan extends Pick<Look, 'loss' | 'earlyStop' | 'record'> {
  /** Gradient steps. */
  readonly steps: number;
  /** Where it starts. */
  readonly start: Start;
}

/** Share of the way that comes from the gradient; the rest repeats the last step. */
const ALPHA = 0.75;
/** Share of the steps since the last checkpoint that must have raised the loss for a step size to stay. */
const RHO = 0.75;

/** What decides the step sizes, one entry an example of the whole task. */
interface Pace {
  /** Step sizes as shares of the radius. */
  readonly share: Float64Array;
  /** Steps since the last checkpoint that raised the loss. */
  readonly rises: Int32Array;
  /** The loss one step before. */
  readonly lossBefore: Float32Array;
  /** The highest loss at the last checkpoint. */
  readonly bestBefore: Float32Array;
  /** Whether the step size was halved there. */
  readonly halved: boolean[];
}

function beginPace(count: number): Pace {
  return {
    share: new Float64Array(count).fill(2),
    rises: new Int32Array(count),
    lossBefore: new Float32Array(count),
    bestBefore: new Float32Array(count),
    halved: Array<boolean>(count).fill(false),
  };
}

/** Counts what the step before this look did. */
function count(pace: Pace, { rows, loss, bestLoss }: Climb, step: number): void {
  for (const row of rows) {
    if (step === 0) pace.bestBefore[row] = bestLoss[row];
    else if (loss[row] > pace.lossBefore[row]) pace.rises[row]++;
    pace.lossBefore[row] = loss[row];
  }
}

/** At a checkpoint: halves the step sizes that no longer help and takes those examples back to their best points. */
function review(pace: Pace, climb: Climb, period: number): void {
  const { rows, bestLoss } = climb;
  const { share, rises, lossBefore, bestBefore, halved } = pace;
  const stalls = (row: number) => rises[row] < RHO * period || (!halved[row] && bestLoss[row] === bestBefore[row]);
  const stalled = new Set(rows.filter(stalls));
  for (const row of rows) {
    halved[row] = stalled.has(row);
    if (halved[row]) {
      share[row] /= 2;
      lossBefore[row] = bestLoss[row];
    }
    bestBefore[row] = bestLoss[row];
    rises[row] = 0;
  }
  goBack(climb, stalled);
}

/** The next points: most of a steepest step and some of the step before, each projected; the first step has none before. */
function advance({ task, rows, delta, previous, gradient }: Climb, pace: Pace, first: boolean): Tensor {
  const { threat, x } = task;
  const lengths = rows.map((row, at) => pace.share[row] * threat.radii[at]);
  return tidy(() => {
    const steepest = projectDelta(threat, x, add(delta, scaleRows(threat.norm.steepest(gradient), lengths)));
    if (first) return steepest;
    const momentum = mul(sub(delta, previous), 1 - ALPHA);
    return projectDelta(threat, x, add(add(delta, mul(sub(steepest, delta), ALPHA)), momentum));
  });
}

/**
 * The ascent of APGD in l2 and l-infinity: momentum, and a step size for each example that halves where the loss stalls.
 *
 * @param task - The examples.
 * @param plan - Start, steps and loss, and where to write down what is found.
 */
export function adaptiveAscent(task: SearchTask, { steps, start, ...look }: AdaptivePlan): void {
  const begin = startDelta(task, start);
  const climb = beginClimb(task, begin);
  begin.dispose();
  const pace = beginPace(task.keys.length);
  const reviews = checkpoints(steps);
  for (let [step, last] = [0, 0]; step < steps && climb.rows.length > 0; step++) {
    lookAround(climb, { ...look, draw: step });
    count(pace, climb, step);
    if (reviews.includes(step)) {
      review(pace, climb, step - last);
      last = step;
    }
    const next = advance(climb, pace, step === 0);
    put(climb, 'previous', climb.delta.clone());
    put(climb, 'delta', next);
    leaveDone(climb);
  }
  if (climb.rows.length > 0) lookOnce(climb, { ...look, draw: steps });
  endClimb(climb);
}
