import { projectDelta } from '@advml/core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { widthOf } from '../search/rows.ts';
import type { SearchTask } from '../search/search.ts';
import { startDelta } from '../search/start.ts';
import { advance } from '../search/uphill.ts';
import type { AdaptivePlan } from './adaptive-ascent.ts';
import { beginClimb, type Climb, endClimb, goBack, type Look, leaveDone, lookAround, lookOnce, put } from './climb.ts';
import { sparseSteps } from './sparse-step.ts';

/** Share of the entries that the first steps move. */
const FIRST_SHARE = 0.2;
/** What step sizes are divided by where the best point has not become sparser, and how many entries of it move next. */
const SHRINK = 1.5;
/** The smallest step size, as a share of the radius. */
const LEAST_STEP = 0.001;
/** A best point is sparser if it has fewer than this share of the entries it had. */
const SPARSER = 0.95;
/** Share of the steps between two reviews. */
const PERIOD = 0.04;
/** Radii of the phases, as multiples of the ball's, and the share of the steps that each but the last takes. */
const PHASES = [
  { radius: 3, share: 0.3 },
  { radius: 2, share: 0.3 },
];

/** Step sizes and sparsity, one entry an example of the whole task. */
interface Pace {
  /** Step sizes as shares of the radius. */
  readonly share: Float64Array;
  /** How many entries a step moves. */
  readonly moving: Float64Array;
  /** How many entries the best point had at the last review. */
  readonly entries: Float64Array;
}

/** How many entries of each example are not zero. */
function entriesOf(delta: Tensor): number[] {
  const [width, values] = [widthOf(delta), delta.dataSync<'float32'>()];
  return Array.from(
    { length: delta.shape[0] },
    (_, row) => values.subarray(row * width, (row + 1) * width).filter((value) => value !== 0).length,
  );
}

function beginPace({ threat, x }: SearchTask, start: Tensor, first: boolean): Pace {
  const all = threat.mask ? threat.mask.filter(Boolean).length : widthOf(x);
  const entries = first ? Array<number>(x.shape[0]).fill(all) : entriesOf(start);
  return {
    share: new Float64Array(entries.length).fill(1),
    moving: Float64Array.from(entries, (count) => (first ? FIRST_SHARE * all : count / SHRINK)),
    entries: Float64Array.from(entries),
  };
}

/** Examples whose best point became sparser go back to it and start anew with long steps; the others shorten theirs. */
function review({ share, moving, entries }: Pace, climb: Climb): void {
  const now = entriesOf(climb.best);
  const sparser = new Set<number>();
  for (const [at, row] of climb.rows.entries()) {
    if (now[at] < SPARSER * entries[row]) sparser.add(row);
    share[row] = sparser.has(row) ? 1 : Math.max(share[row] / SHRINK, LEAST_STEP);
    moving[row] = now[at] / SHRINK;
    entries[row] = now[at];
  }
  goBack(climb, sparser);
}

/** The same examples in balls of as many times the radius. */
function inBall({ threat, ...task }: SearchTask, times: number): SearchTask {
  const radii = threat.radii.map((radius) => times * radius);
  return { ...task, threat: { ...threat, eps: times * threat.eps, radii } };
}

/** One phase in one ball, from some points; gives the points of highest loss, owned by the caller. */
function climbIn(task: SearchTask, start: Tensor, steps: number, before: number, look: Omit<Look, 'draw'>): Tensor {
  const climb = beginClimb(task, start);
  const pace = beginPace(task, start, before === 0);
  const period = Math.ceil(PERIOD * steps);
  for (let step = 0; step < steps && climb.rows.length > 0; step++) {
    lookAround(climb, { ...look, draw: before + step });
    if (step > 0 && step % period === 0) review(pace, climb);
    const { rows, gradient, delta } = climb;
    const direction = sparseSteps(gradient, (at) => Math.floor(pace.moving[rows[at]]));
    const lengths = rows.map((row, at) => pace.share[row] * climb.task.threat.radii[at]);
    put(climb, 'delta', advance(climb.task, delta, direction, lengths));
    direction.dispose();
    leaveDone(climb);
  }
  if (!look.outside && climb.rows.length > 0) lookOnce(climb, { ...look, draw: before + steps });
  const best = climb.best.clone();
  endClimb(climb);
  return best;
}

/** How the steps are divided into phases: larger balls first, if wished and if there are enough steps for that. */
function phasesOf(steps: number, shrinking: boolean): readonly { readonly radius: number; readonly steps: number }[] {
  const larger = (shrinking ? PHASES : []).map(({ radius, share }) => ({ radius, steps: Math.ceil(share * steps) }));
  const left = larger.reduce((rest, phase) => rest - phase.steps, steps);
  return left > 0 ? [...larger, { radius: 1, steps: left }] : [{ radius: 1, steps }];
}

/**
 * The ascent of APGD in l1: steps that move few entries, fewer as the best points become sparser.
 *
 * @param task - The examples.
 * @param plan - Start, steps and loss, and where to write down what is found.
 * @param shrinking - Whether to begin in larger balls, which shrink to the one under attack.
 */
export function sparseAscent(task: SearchTask, { steps, start, ...look }: AdaptivePlan, shrinking: boolean): void {
  const phases = phasesOf(steps, shrinking);
  let points = startDelta(inBall(task, phases[0].radius), start);
  let before = 0;
  for (const phase of phases) {
    const own = inBall(task, phase.radius);
    const begin = projectDelta(own.threat, task.x, points);
    points.dispose();
    points = climbIn(own, begin, phase.steps, before, { ...look, outside: phase.radius > 1 });
    begin.dispose();
    before += phase.steps;
  }
  points.dispose();
}
