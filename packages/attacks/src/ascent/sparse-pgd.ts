import { type Attack, InputError, type Key, type Loss, margin, perturb, type Threat } from '@advml/core';
import { requireInteger } from '@advml/core/internal';
import { type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { requireBudget } from '../search/budget.ts';
import { graded } from '../search/graded.ts';
import { manner } from '../search/manner.ts';
import { requireSettings } from '../search/require-settings.ts';
import { widthOf } from '../search/rows.ts';
import { type Found, meetsGoal, progress, type SearchTask, takeTask } from '../search/search.ts';
import { slope } from '../search/slope.ts';
import { type WorstCase, worstCase } from '../search/worst-case.ts';

/** What {@link sparsePgd} may do. */
export interface SparsePgdOptions {
  /** A ball of l0, whose radius is a number of entries, and the box that inputs must stay in, of finite width. */
  readonly threat: Threat;
  /** Gradient steps of one restart, at least 1. Default: 100. */
  readonly steps?: number;
  /** Independent ascents, the worst of which counts for each example. Default: 1. */
  readonly restarts?: number;
  /** What the attacker raises, one value an example. Default: the margin. */
  readonly loss?: Loss;
  /** Whether an example is left alone once it is fooled. Default: true. */
  readonly earlyStop?: boolean;
}

/** Length of a step of the amounts, as a share of the box's width. */
const AMOUNT_STEP = 0.25;
/** Length of a step of the scores in l2, as a share of the square root of how many there are. */
const SCORE_STEP = 0.25;
/** Steps after which scores whose entries stay the same are drawn anew. */
const PATIENCE = 3;

/** The few entries with the highest scores, of equal ones the first. */
function highest(scores: Float32Array, count: number): readonly number[] {
  const most = Math.min(Math.floor(count), scores.length);
  if (most < 1) return [];
  const least = scores.slice().sort()[scores.length - most];
  const places = [...scores.keys()];
  const above = places.filter((at) => scores[at] > least);
  return [...above, ...places.filter((at) => scores[at] === least).slice(0, most - above.length)];
}

/** How far the entries that may change can fall and rise. */
interface Rooms {
  readonly low: Float32Array;
  readonly high: Float32Array;
}

/** One example under attack; its lists hold the entries that may change. */
interface Sparse {
  readonly key: Key;
  readonly radius: number;
  readonly rooms: Rooms;
  /** How far each entry goes if it is among those that move. */
  amounts: Float32Array;
  /** Which of them move: those with the highest scores. */
  scores: Float32Array;
  moving: readonly number[];
  /** For how many steps they have been the same. */
  stale: number;
}

function drawScores(example: Sparse, step: number | string): void {
  example.scores = Float32Array.from(example.key.child('scores', step).normal(example.scores.length));
  example.moving = highest(example.scores, example.radius);
  example.stale = 0;
}

/** Moves each entry as far as it may uphill, and scores it by what that gains if the model is linear: the best start there. */
function leap(example: Sparse, gradient: Float32Array): void {
  const { low, high } = example.rooms;
  example.amounts = gradient.map((slope, at) => (slope > 0 ? high[at] : low[at]));
  const gains = gradient.map((slope, at) => slope * example.amounts[at]);
  const most = gains.reduce((largest, gain) => Math.max(largest, gain), 0);
  example.scores = gains.map((gain) => (most > 0 ? gain / most : 0));
  example.moving = highest(example.scores, example.radius);
}

/** One step: amounts along the sign of the gradient, scores along their own. */
function climb(example: Sparse, gradient: Float32Array, length: number, step: number): void {
  const { rooms, amounts, scores, moving } = example;
  const pull = scores.map((score, at) => {
    const share = 1 / (1 + Math.exp(-score));
    return gradient[at] * amounts[at] * share * (1 - share);
  });
  const largest = pull.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const size = largest * Math.sqrt(pull.reduce((sum, value) => sum + (largest > 0 ? (value / largest) ** 2 : 0), 0));
  example.amounts = amounts.map((amount, at) =>
    Math.min(Math.max(amount + length * Math.sign(gradient[at]), rooms.low[at]), rooms.high[at]),
  );
  const rate = size > 0 ? (SCORE_STEP * Math.sqrt(scores.length)) / size : 0;
  example.scores = scores.map((score, at) => score + rate * pull[at]);
  example.moving = highest(example.scores, example.radius);
  const before = new Set(moving);
  example.stale = example.moving.every((at) => before.has(at)) ? example.stale + 1 : 0;
  if (example.stale >= PATIENCE) drawScores(example, step);
}

/** Places of the entries that may change. */
const freeOf = ({ threat: { mask }, x }: SearchTask): readonly number[] =>
  [...Array(widthOf(x)).keys()].filter((at) => !mask || mask[at]);

function begin({ threat, x, keys }: SearchTask, free: readonly number[], restart: number): Sparse[] {
  const { low, high } = threat.box as { low: number; high: number };
  const [values, width] = [x.dataSync<'float32'>(), widthOf(x)];
  return keys.map((key, row) => {
    const own = Float32Array.from(free, (at) => values[row * width + at]);
    const rooms = { low: own.map((value) => low - value), high: own.map((value) => high - value) };
    const example: Sparse = {
      key: key.child('restart', restart),
      radius: threat.radii[row],
      rooms,
      amounts: new Float32Array(free.length),
      scores: new Float32Array(free.length),
      moving: [],
      stale: 0,
    };
    if (restart === 0) return example;
    const shares = example.key.child('amounts').uniform(free.length);
    example.amounts = rooms.low.map((least, at) => least + shares[at] * (rooms.high[at] - least));
    drawScores(example, 'start');
    return example;
  });
}

/** The perturbations of some examples, [batch, ...]. */
function deltaOf(examples: readonly Sparse[], free: readonly number[], x: Tensor): Tensor {
  const [delta, width] = [new Float32Array(x.size), widthOf(x)];
  for (const [row, { amounts, moving }] of examples.entries())
    for (const at of moving) delta[row * width + free[at]] = amounts[at];
  return tensor(delta, x.shape);
}

/** What one ascent does. */
interface Plan extends Required<Pick<SparsePgdOptions, 'steps' | 'loss' | 'earlyStop'>> {
  readonly restart: number;
  /** Length of a step of the amounts, in input units. */
  readonly length: number;
}

/** Looks at the current points and, but for the last time, moves on; says how far each example came. */
function look(
  task: SearchTask,
  examples: readonly Sparse[],
  step: number,
  plan: Plan,
  record: WorstCase,
  rows: readonly number[],
) {
  const free = freeOf(task);
  return tidy(() => {
    const delta = deltaOf(examples, free, task.x);
    const at = perturb(task.threat, task.x, delta);
    const last = step === plan.steps;
    // Entries at their bounds keep their scores only if their slopes count.
    const boundless = { ...task, threat: { ...task.threat, box: undefined } };
    const found = last ? undefined : slope(boundless, at, { model: task.model, loss: plan.loss, draw: step });
    const reached = progress(task, found?.output ?? task.model(at));
    const zeroGradient = rows.map((_, row) => found?.flat.includes(row) ?? false);
    record.consider(rows, { delta, reached, gradients: new Int32Array(rows.length).fill(last ? 0 : 1), zeroGradient });
    const [slopes, width] = [found?.gradient.dataSync<'float32'>(), widthOf(task.x)];
    for (const [row, example] of examples.entries()) {
      if (!slopes) break;
      const gradient = Float32Array.from(free, (place) => slopes[row * width + place]);
      if (plan.restart === 0 && step === 0) leap(example, gradient);
      else climb(example, gradient, plan.length, step);
    }
    return reached;
  });
}

/** One ascent of the examples of some rows; gives the rows that still stand. */
function ascend(task: SearchTask, rows: readonly number[], plan: Plan, record: WorstCase): readonly number[] {
  let some = takeTask(task, rows);
  let examples = begin(some, freeOf(task), plan.restart);
  let left = rows;
  for (let step = 0; step <= plan.steps && left.length > 0; step++) {
    const reached = look(some, examples, step, plan, record, left);
    const stands = (at: number) => !plan.earlyStop || !meetsGoal(some, reached[at]);
    const standing = [...left.keys()].filter(stands);
    if (standing.length === left.length) continue;
    const next = takeTask(some, standing);
    for (const one of [some.x, some.labels]) one.dispose();
    [some, examples, left] = [next, standing.map((at) => examples[at]), standing.map((at) => left[at])];
  }
  for (const one of [some.x, some.labels]) one.dispose();
  return left;
}

function requireSparse({ norm, box }: Threat): void {
  if (norm.name !== 'l0') throw new InputError(`sparsePgd needs a ball of l0, got ${norm.name}; use pgd`);
  if (!box || !(box.high - box.low < Infinity))
    throw new InputError(
      'sparsePgd needs a box of finite width, such as ball(l0, 10, { low: 0, high: 1 }), for without one a single entry may go anywhere',
    );
}

/**
 * Sparse PGD: a fixed number of entries change, each as far as the box lets it; which entries those are is learned by the way.
 *
 * A perturbation is the product of amounts `p` and the mask of the `k` highest scores `s`. Both follow the gradient `g` of the loss in the
 * perturbation, each in its own way; scores whose entries have been the same for three steps are drawn anew.
 *
 * ```math
 * \delta = p \odot m(s), \qquad p \leftarrow \operatorname{clip}\bigl(p + \alpha \operatorname{sign} g\bigr), \qquad
 * s \leftarrow s + \beta \frac{g_s}{\|g_s\|_2}, \quad g_s = g \odot p \odot \sigma'(s)
 * ```
 *
 * with $`\alpha`$ a quarter of the box's width and $`\beta = \sqrt d / 4`$. This is the form of the paper that lets all amounts follow the
 * gradient, also those of entries that do not move yet. PGD with the projection onto the l0 ball (PGD0) is simpler, but stays with the
 * entries that it took first. Deviations: the first ascent begins at the input and goes from there to the worst point of the linearized
 * model, so that one step is exact on a linear model; its amounts and scores go on from those. What counts is entries, as
 * in `l0`, not pixels. The loss is the margin, where Zhong et al. take the cross-entropy.
 *
 * @param options - See {@link SparsePgdOptions}.
 * @returns An attack; its result's `x` is owned by the caller.
 * @throws InputError if the ball is not one of l0 or infinite, the box is missing or infinite, or a count is not a positive integer.
 * @example
 * ```ts
 * const attack = sparsePgd({ threat: ball(l0, 20, { low: 0, high: 1 }), steps: 300 });
 * ```
 * @see Zhong, Huang, Liu: Towards Efficient Training and Evaluation of Robust Models against l0 Bounded Adversarial Perturbations, 2024
 * (arXiv:2405.05075), algorithm 1; Croce, Hein: Sparse and Imperceivable Adversarial Attacks, 2019 (arXiv:1909.05040), for PGD0.
 */
export function sparsePgd(options: SparsePgdOptions): Attack {
  const known = { threat: true, steps: true, restarts: true, loss: true, earlyStop: true } as const;
  requireSettings<SparsePgdOptions>('sparsePgd', options, known, true);
  const { threat, steps = 100, restarts = 1, loss = margin, earlyStop = true } = options;
  requireSparse(threat);
  requireBudget(threat, 'sparsePgd');
  requireInteger({ steps, restarts }, 1);
  const { low, high } = threat.box as { low: number; high: number };
  const search = (task: SearchTask): Found => {
    const record = worstCase(task.x.shape);
    let rows: readonly number[] = [...task.keys.keys()];
    for (let restart = 0; restart < restarts && rows.length > 0; restart++)
      rows = ascend(task, rows, { steps, loss, earlyStop, restart, length: AMOUNT_STEP * (high - low) }, record);
    return record.found();
  };
  const words = [`sparse PGD-l0, ${steps} ${steps === 1 ? 'step' : 'steps'}`];
  if (restarts > 1) words.push(`${restarts} restarts`);
  return graded([...words, ...manner(options, 'random')].join(', '), threat, search);
}
