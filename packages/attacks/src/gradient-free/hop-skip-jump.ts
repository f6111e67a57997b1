import { type Attack, InputError, projectDelta, type Threat } from '@advml/core';
import { type Dialogue, requireInteger, unlessSpent } from '@advml/core/internal';
import { type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { graded } from '../search/graded.ts';
import { readOut } from '../search/read-out.ts';
import { requireSettings } from '../search/require-settings.ts';
import { widthOf } from '../search/rows.ts';
import type { Found, SearchTask } from '../search/search.ts';
import { type Decision, type Decisions, decisionsOf } from './decisions.ts';

/** What {@link hopSkipJump} may do. */
export interface HopSkipJumpOptions {
  /** The norm (l2 or linf), the radius that is enough (infinite to come as close as possible), and the box, if any. */
  readonly threat: Threat;
  /** Steps along the boundary, at least 1. Default: 40. */
  readonly steps?: number;
  /** Random points of the first gradient estimate, at least 2. Default: 100. Step `t` takes `sqrt(t)` times as many. */
  readonly probes?: number;
  /** Forward passes that an example may cost, at least 1. Default: as many as the steps take. */
  readonly queries?: number;
}

/** Largest number of points in one estimate. */
const MOST_PROBES = 10_000;
/** Random points tried as a start, each 1.4 times as far away as the one before. */
const STARTS = 64;
/** Where the entries of a random start in a box go, as shares of the way: either way, down, up, or all down or up to the end. */
const WAYS = [
  [-1, 1],
  [-1, 0],
  [0, 1],
  [-1, 1],
  [-1, -1],
  [1, 1],
] as const;
/** Wrong ones among them that are enough: each leads to a place of its own on the boundary, the closest of which is walked on from. */
const BRANCHES = 8;
/** How often a jump is halved before the example stays where it is. */
const HALVINGS = 20;

/** The examples on their way along the boundary, each on the wrong side of it. */
interface Walk {
  readonly task: SearchTask;
  readonly model: Decisions;
  /** Where each example is; nothing where no wrong point is known. */
  readonly at: (Float32Array | undefined)[];
  /** Size of the perturbation there. */
  readonly size: Float64Array;
}

const placeOf = ({ at }: Walk, row: number): Float32Array => at[row] as Float32Array;

/** Perturbations one after another. */
function inRow(deltas: readonly ArrayLike<number>[], { x }: SearchTask): Float32Array {
  const width = widthOf(x);
  const values = new Float32Array(deltas.length * width);
  for (const [at, delta] of deltas.entries()) values.set(delta, at * width);
  return values;
}

/** Perturbations as one tensor [deltas.length, ...]. */
const stack = (deltas: readonly ArrayLike<number>[], task: SearchTask): Tensor =>
  tensor(inRow(deltas, task), [deltas.length, ...task.x.shape.slice(1)]);

/**
 * A point that may be wrong, farther away with every attempt: in a random direction, or inside the box with entries that in turn
 * go either way, down or up. (Were they uniform in the box, nearly all would go to its open side.)
 */
function candidate({ threat, x, keys }: SearchTask, row: number, attempt: number): ArrayLike<number> {
  const { box, radii, norm } = threat;
  const width = widthOf(x);
  const input = x.dataSync<'float32'>().subarray(row * width, (row + 1) * width);
  const key = keys[row].child('start', attempt);
  const size = Math.sqrt(input.reduce((sum, value) => sum + value * value, 0));
  const reach = (radii[row] < Infinity ? radii[row] : size / 4 || 1) * Math.SQRT2 ** attempt;
  if (box) {
    const [down, up] = WAYS[attempt % WAYS.length];
    return key
      .uniform(width, down, up)
      .map((way, at) => way * Math.min(reach, way < 0 ? input[at] - box.low : box.high - input[at]));
  }
  const direction = readOut(() => norm.steepest(tensor(key.normal(width), [1, width])));
  return direction.map((value) => reach * value);
}

/** A wrong point on its way back to the boundary, by bisection of the radius that it is projected to. */
interface Bisection {
  readonly row: number;
  readonly far: Float32Array;
  low: number;
  high: number;
  /** How often the radius is still halved. */
  rounds: number;
  /** The closest wrong point so far. */
  at: Float32Array;
}

/** Sizes of perturbations. */
const sizesOf = (deltas: readonly Float32Array[], task: SearchTask): Float32Array =>
  deltas.length === 0 ? new Float32Array(0) : readOut(() => task.threat.norm.size(stack(deltas, task)));

/** Begins to bring wrong points of examples back to the boundary. */
function bisections(task: SearchTask, rows: readonly number[], wrong: readonly Float32Array[]): Bisection[] {
  const rounds = Math.max(10, Math.ceil((task.threat.norm.name === 'linf' ? 2 : 1.5) * Math.log2(widthOf(task.x))));
  const sizes = sizesOf(wrong, task);
  return wrong.map((far, place) => ({ row: rows[place], far, low: 0, high: sizes[place], rounds, at: far }));
}

/** Takes each bisection one round on, and tries other points in the same pass forward. */
function* halve(
  { task, model }: Walk,
  open: readonly Bisection[],
  rows: readonly number[] = [],
  points: readonly ArrayLike<number>[] = [],
): Dialogue<readonly Decision[]> {
  const middles = open.map(({ low, high }) => (low + high) / 2);
  const far = () =>
    stack(
      open.map((one) => one.far),
      task,
    );
  const closer = open.length === 0 ? [] : readOut(() => task.threat.norm.project(far(), middles));
  const wished = new Float32Array(closer.length + points.length * widthOf(task.x));
  wished.set(closer);
  wished.set(inRow(points, task), closer.length);
  const decisions = yield* model.ask([...open.map(({ row }) => row), ...rows], wished);
  for (const [place, one] of open.entries()) {
    const { delta, fooled } = decisions[place];
    one[fooled ? 'high' : 'low'] = middles[place];
    if (fooled) one.at = delta;
    one.rounds--;
  }
  return decisions.slice(open.length);
}

/** Brings examples back to the boundary. */
function* approach(walk: Walk, rows: readonly number[]): Dialogue<void> {
  const { task, at, size } = walk;
  const open = bisections(
    task,
    rows,
    rows.map((row) => placeOf(walk, row)),
  );
  while (open.some(({ rounds }) => rounds > 0)) {
    yield* halve(walk, open);
    for (const one of open) at[one.row] = one.at;
  }
  for (const [place, value] of sizesOf(
    open.map((one) => one.at),
    task,
  ).entries())
    size[rows[place]] = value;
}

/**
 * Finds wrong points for each of the examples, if there are any, and stays where the way to one first meets the boundary. While some
 * examples are on such a way, others try their next points.
 */
function* start(walk: Walk, rows: readonly number[]): Dialogue<void> {
  const { task, at, size } = walk;
  const found = new Int32Array(at.length);
  const attempts = new Int32Array(at.length);
  let open: Bisection[] = [];
  for (;;) {
    const busy = new Set(open.map(({ row }) => row));
    const trying = rows.filter((row) => !busy.has(row) && found[row] < BRANCHES && attempts[row] < STARTS);
    if (trying.length + open.length === 0) return;
    const points = trying.map((row) => candidate(task, row, attempts[row]++));
    const decisions = yield* halve(walk, open, trying, points);
    const wrong = [...trying.keys()].filter((place) => decisions[place].fooled);
    for (const place of wrong) at[trying[place]] ??= decisions[place].delta;
    const ended = open.filter(({ rounds }) => rounds === 0);
    const sizes = sizesOf(
      ended.map((one) => one.at),
      task,
    );
    for (const [place, one] of ended.entries()) {
      found[one.row]++;
      if (sizes[place] < size[one.row]) [at[one.row], size[one.row]] = [one.at, sizes[place]];
    }
    const begun = bisections(
      task,
      wrong.map((place) => trying[place]),
      wrong.map((place) => decisions[place].delta),
    );
    open = [...open.filter(({ rounds }) => rounds > 0), ...begun];
  }
}

/** Random points around an example at the boundary, a small share of its distance away. */
function probesAround(walk: Walk, row: number, step: number, count: number): Float32Array {
  const { x, threat, keys } = walk.task;
  const { mask, norm } = threat;
  const width = widthOf(x);
  const key = keys[row].child('probe', step);
  const values = norm.name === 'linf' ? key.uniform(count * width, -1, 1) : key.normal(count * width);
  const here = placeOf(walk, row);
  const free = mask ? mask.filter(Boolean).length : width;
  for (let probe = 0; probe < count; probe++) {
    const own = values.subarray(probe * width, (probe + 1) * width);
    if (mask) for (const [at, mayChange] of mask.entries()) if (!mayChange) own[at] = 0;
    const scale = walk.size[row] / free / Math.sqrt(own.reduce((sum, value) => sum + value * value, 0));
    for (let at = 0; at < width; at++) own[at] = here[at] + scale * own[at];
  }
  return values;
}

/** Which way leads farther into the wrong side, by the decisions at random points around an example. */
function* estimate(walk: Walk, row: number, step: number, probes: number): Dialogue<Float64Array> {
  const count = Math.min(Math.round(probes * Math.sqrt(step)), MOST_PROBES, walk.model.left(row));
  const decisions = yield* walk.model.ask(Array<number>(count).fill(row), probesAround(walk, row, step, count));
  const here = placeOf(walk, row);
  const mean = decisions.reduce((sum, { fooled }) => sum + (fooled ? 1 : -1), 0) / count;
  const baseline = Math.abs(mean) === 1 ? 0 : mean;
  const direction = new Float64Array(here.length);
  for (const { delta, fooled } of decisions) {
    const weight = (fooled ? 1 : -1) - baseline;
    for (let at = 0; at < here.length; at++) direction[at] += weight * (delta[at] - here[at]);
  }
  return direction;
}

/** Moves examples along their estimates, half as far until they are wrong there. */
function* jump(walk: Walk, rows: readonly number[], step: number, probes: number): Dialogue<void> {
  const { task, model, at, size } = walk;
  const estimates: Float64Array[] = [];
  for (const row of rows) estimates.push(yield* estimate(walk, row, step, probes));
  const width = widthOf(task.x);
  const directions = readOut(() => task.threat.norm.steepest(stack(estimates, task)));
  const lengths = rows.map((row) => size[row] / Math.sqrt(step));
  let waiting = [...rows.keys()];
  for (let halving = 0; halving < HALVINGS && waiting.length > 0; halving++) {
    const points = waiting.map((place) =>
      placeOf(walk, rows[place]).map((value, entry) => value + lengths[place] * directions[place * width + entry]),
    );
    const asked = waiting.map((place) => rows[place]);
    const decisions = yield* model.ask(asked, inRow(points, task));
    for (const [place, { delta, fooled }] of decisions.entries()) {
      if (fooled) at[asked[place]] = delta;
      else lengths[waiting[place]] /= 2;
    }
    waiting = waiting.filter((_, place) => !decisions[place].fooled);
  }
}

/** Examples that are wrong as they stand. */
function* wrongAlready({ task, model }: Walk): Dialogue<Set<number>> {
  const rows = [...task.keys.keys()];
  const still = rows.map(() => new Float32Array(widthOf(task.x)));
  const decisions = yield* model.ask(rows, inRow(still, task));
  return new Set(rows.filter((row) => decisions[row].fooled));
}

/**
 * HopSkipJump: walks along the decision boundary towards the input and learns nothing from the model but what it decides.
 *
 * Starts at a random wrong point: of up to eight, the one whose way to the input meets the boundary closest to it. (The original takes
 * the first, whose side of the boundary need not be the nearest.) Every step brings the example back to the boundary by bisection,
 * estimates the boundary's normal from the decisions at random points around it, and jumps along that. It looks for the closest wrong input; an
 * example is left alone once it is within the radius, and with an infinite radius all steps are used.
 *
 * ```math
 * \hat v = \frac1{B_t} \sum_b (\phi(x_t + \delta_t u_b) - \bar\phi)\, u_b, \qquad
 * x_{t+1} = \text{boundary}\Bigl(x_t + \tfrac{\|x_t - x\|}{2^k \sqrt t}\, s(\hat v)\Bigr), \qquad B_t = B_0 \sqrt t
 * ```
 *
 * with $`\phi = \pm 1`$ the decision, $`s`$ the norm's steepest step and the smallest $`k`$ for which the jump ends wrong.
 *
 * @param options - See {@link HopSkipJumpOptions}.
 * @returns An attack; its result's `x` is owned by the caller and `gradients` are 0.
 * @throws InputError if the norm is l1, which the method does not know, or a count is too small.
 * @example
 * ```ts
 * const closest = hopSkipJump({ threat: ball(l2, Infinity) });
 * const { distance } = closest(model, x, y, { key: key('labels only', 7) });
 * ```
 * @see Chen, Jordan, Wainwright: HopSkipJumpAttack: A Query-Efficient Decision-Based Attack, 2019 (arXiv:1904.02144).
 */
export function hopSkipJump(options: HopSkipJumpOptions): Attack {
  requireSettings<HopSkipJumpOptions>('hopSkipJump', options, {
    threat: true,
    steps: true,
    probes: true,
    queries: true,
  });
  const { threat, steps = 40, probes = 100, queries } = options;
  if (threat.norm.name === 'l1') throw new InputError('hopSkipJump knows l2 and linf, got l1; use square for l1');
  requireInteger({ steps }, 1);
  requireInteger({ probes }, 2);
  if (queries !== undefined) requireInteger({ queries }, 1);

  /** Walks on, and keeps the closest place of each example. */
  const follow = function* (walk: Walk, closest: (Float32Array | undefined)[]): Dialogue<boolean> {
    const { radii } = walk.task.threat;
    const smallest = new Float64Array(closest.length).fill(Infinity);
    const wrong = yield* wrongAlready(walk);
    let rows = [...closest.keys()].filter((row) => !wrong.has(row) && radii[row] > 0);
    yield* start(walk, rows);
    rows = rows.filter((row) => walk.at[row]);
    for (let step = 0; step <= steps && rows.length > 0; step++) {
      if (step > 0) yield* jump(walk, rows, step, probes);
      yield* approach(walk, rows);
      for (const row of rows) {
        if (!(walk.size[row] < smallest[row])) continue;
        smallest[row] = walk.size[row];
        closest[row] = placeOf(walk, row);
      }
      const isOpen = (row: number) => radii[row] === Infinity || smallest[row] > radii[row];
      rows = rows.filter((row) => isOpen(row) && walk.model.left(row) > 0);
    }
    return true;
  };

  const search = function* (task: SearchTask): Dialogue<Found> {
    const count = task.keys.length;
    const model = decisionsOf(task, queries);
    const closest: (Float32Array | undefined)[] = task.keys.map(() => undefined);
    const walk: Walk = { task, model, at: Array(count), size: new Float64Array(count).fill(Infinity) };
    const isWhole = yield* unlessSpent(follow(walk, closest));
    const still = new Float32Array(widthOf(task.x));
    const found = closest.map((place, row) => place ?? walk.at[row] ?? still);
    return {
      delta: tidy(() => projectDelta(task.threat, task.x, stack(found, task))),
      gradients: new Int32Array(count),
      queries: model.queries,
      zeroGradient: task.keys.map(() => false),
      cutShort: !isWhole,
    };
  };
  const limit = queries === undefined ? '' : `, at most ${queries} queries`;
  return graded(`HopSkipJump-${threat.norm.name}, ${steps} ${steps === 1 ? 'step' : 'steps'}${limit}`, threat, search);
}
