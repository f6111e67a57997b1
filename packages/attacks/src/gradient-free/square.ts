import { type Attack, InputError, type Key, perturb, projectDelta, type Threat } from '@advml/core';
import { type Dialogue, requireInteger, requirePositive, unlessSpent } from '@advml/core/internal';
import { tensor, tidy } from '@tensorflow/tfjs-core';
import { requireBudget } from '../search/budget.ts';
import { graded } from '../search/graded.ts';
import { owning } from '../search/owning.ts';
import { requireSettings } from '../search/require-settings.ts';
import { widthOf } from '../search/rows.ts';
import { type Found, judge, meetsGoal, type SearchTask, takeTask } from '../search/search.ts';
import { type Grid, gridOf } from './square-grid.ts';
import { moveMass, tiled } from './square-mass.ts';
import { repaint, stripes } from './square-stripes.ts';

/** What {@link square} may do. */
export interface SquareOptions {
  /** The ball (norm and radius, in input units) and, if any, the box that inputs must stay in. */
  readonly threat: Threat;
  /** Forward passes spent on an example that holds out, at least 1. Default: 5000. */
  readonly queries?: number;
  /** Share of the pixels in the first windows. Default: 0.8. */
  readonly share?: number;
  /** Whether the schedule of window sizes is stretched to `queries` or stays that of 10,000 queries. Default: true. */
  readonly rescale?: boolean;
}

/** After how many of 10,000 queries the windows' share is halved. */
const HALVINGS = [10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000];

/** What a search starts from and proposes next: entries of one example, to be projected. */
interface Proposer {
  first(eps: number, key: Key): ArrayLike<number>;
  next(delta: Float32Array, eps: number, share: number, key: Key): ArrayLike<number>;
}

function proposerFor({ norm }: Threat, grid: Grid): Proposer {
  if (norm.name === 'linf')
    return {
      first: (eps, key) => stripes(grid, eps, key),
      next: (delta, eps, share, key) => repaint(grid, delta, eps, share, key),
    };
  const power = norm.name === 'l1' ? 1 : 2;
  return {
    first: (eps, key) => tiled(grid, power, eps, key),
    next: (delta, eps, share, key) => moveMass(grid, delta, power, eps, share, key),
  };
}

/** Where some examples are tried, and how far they come there. */
interface Tried {
  readonly delta: Float32Array;
  readonly reached: Float32Array;
}

/** The allowed perturbations nearest to the proposals of some examples, and how far they come. */
const tryAll = (task: SearchTask, proposals: Float32Array): Dialogue<Tried> =>
  owning(function* (own) {
    const delta = own(tidy(() => projectDelta(task.threat, task.x, tensor(proposals, task.x.shape))));
    const reached = yield* judge(task, own(perturb(task.threat, task.x, delta)));
    return { delta: delta.dataSync<'float32'>().slice(), reached };
  });

/** How far each example has come, with which perturbation and after how many queries. */
interface Climb {
  readonly delta: Float32Array;
  readonly reached: Float32Array;
  readonly spent: Int32Array;
}

/**
 * Square: random search over windows, with the model's outputs and no gradient.
 *
 * Every step proposes to change a window at a random place and keeps the change if the margin falls; windows shrink as
 * the search goes on. In l-infinity a window is repainted with a sign a channel; in l1 and l2 it receives the mass of
 * another window. In a vector, a window is a block of consecutive entries, down to a single one. Where white-box
 * attacks do worse than this one, their gradients mislead.
 *
 * ```math
 * \delta_{t+1} = \begin{cases} \delta' & \text{if } m(x + \delta') < m(x + \delta_t)\\ \delta_t & \text{else} \end{cases},
 * \qquad \delta' = \Pi_{\mathcal B}\bigl(\text{proposal}(\delta_t, p_t)\bigr)
 * ```
 *
 * with $`m`$ the margin of the label and $`p_t`$ the share of pixels in a window. An example is left alone once it is
 * fooled. Deviations from the published code: the schedule is stretched to the number of queries unless
 * `rescale` is false (AutoAttack: 5000 queries, not stretched), and vectors are ours.
 *
 * @param options - See {@link SquareOptions}.
 * @returns An attack; its result's `x` is owned by the caller and `gradients` are 0.
 * @throws InputError if the radius is infinite, `queries` is not a positive integer or `share` is not in (0, 1].
 * @example
 * ```ts
 * const attack = square({ threat: ball(linf, 8 / 255, { low: 0, high: 1 }), queries: 1000 });
 * ```
 * @see Andriushchenko, Croce, Flammarion, Hein: Square Attack: a query-efficient black-box adversarial attack via random
 * search, 2020 (arXiv:1912.00049); Croce, Hein: Mind the box: l1-APGD for sparse adversarial attacks on image
 * classifiers, 2021 (arXiv:2103.01208), for l1.
 */
export function square(options: SquareOptions): Attack {
  requireSettings<SquareOptions>('square', options, { threat: true, queries: true, share: true, rescale: true });
  const { threat, queries = 5000, share = 0.8, rescale = true } = options;
  requireBudget(threat, 'square');
  requireInteger({ queries }, 1);
  requirePositive({ share }, 'a share of the pixels, at most 1');
  if (share > 1) throw new InputError(`share must be at most 1 (all pixels), got ${share}`);
  const shareAt = (step: number): number => {
    const place = rescale ? (10_000 * step) / queries : step;
    return share / 2 ** HALVINGS.filter((from) => place > from).length;
  };

  /** Tries and keeps what is better, until all queries are spent or all examples fooled. */
  const climb = (task: SearchTask, { delta, reached, spent }: Climb): Dialogue<boolean> =>
    owning(function* (own) {
      const width = widthOf(task.x);
      const { first, next } = proposerFor(threat, gridOf(task.x.shape.slice(1)));
      const at = (row: number) => delta.subarray(row * width, (row + 1) * width);
      const open = (some: readonly number[]): SearchTask => {
        const taken = takeTask(task, some);
        return { ...taken, x: own(taken.x), labels: own(taken.labels) };
      };
      let rows = [...task.keys.keys()];
      let some = open(rows);
      for (let step = 0; step < queries && rows.length > 0; step++) {
        const proposals = new Float32Array(rows.length * width);
        for (const [place, row] of rows.entries()) {
          const [key, eps] = [task.keys[row].child('square', step), task.threat.radii[row]];
          proposals.set(step === 0 ? first(eps, key) : next(at(row), eps, shareAt(step), key), place * width);
        }
        const tried = yield* tryAll(some, proposals);
        for (const [place, row] of rows.entries()) {
          spent[row]++;
          if (!(tried.reached[place] > reached[row])) continue;
          reached[row] = tried.reached[place];
          at(row).set(tried.delta.subarray(place * width, (place + 1) * width));
        }
        const left = rows.filter((row) => !meetsGoal(task, reached[row]));
        if (left.length === rows.length) continue;
        some.x.dispose();
        some.labels.dispose();
        rows = left;
        some = open(rows);
      }
      return true;
    });

  const search = function* (task: SearchTask): Dialogue<Found> {
    if (task.decides)
      throw new InputError(
        'square needs scores or logits, and this model tells classes only; hopSkipJump needs no more',
      );
    const count = task.keys.length;
    const found: Climb = {
      delta: new Float32Array(task.x.size),
      reached: new Float32Array(count).fill(-Infinity),
      spent: new Int32Array(count),
    };
    const isWhole = yield* unlessSpent(climb(task, found));
    return {
      delta: tensor(found.delta, task.x.shape),
      gradients: new Int32Array(count),
      queries: found.spent,
      zeroGradient: task.keys.map(() => false),
      cutShort: !isWhole,
    };
  };
  return graded(`Square-${threat.norm.name}, ${queries} queries`, threat, search);
}
