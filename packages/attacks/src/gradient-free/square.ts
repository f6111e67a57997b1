import { type Attack, InputError, type Key, perturb, projectDelta, type Threat } from '@advml/core';
import { requireInteger, requirePositive } from '@advml/core/internal';
import { tensor, tidy } from '@tensorflow/tfjs-core';
import { requireBudget } from '../search/budget.ts';
import { graded } from '../search/graded.ts';
import { requireSettings } from '../search/require-settings.ts';
import { widthOf } from '../search/rows.ts';
import { type Found, meetsGoal, progress, type SearchTask, takeTask } from '../search/search.ts';
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

/** The allowed perturbations nearest to the proposals of some examples, and how far they come. */
function tryAll(task: SearchTask, proposals: Float32Array): { delta: Float32Array; reached: Float32Array } {
  let tried: { delta: Float32Array; reached: Float32Array } | undefined;
  tidy(() => {
    const delta = projectDelta(task.threat, task.x, tensor(proposals, task.x.shape));
    const output = task.model(perturb(task.threat, task.x, delta));
    tried = { delta: delta.dataSync<'float32'>().slice(), reached: progress(task, output) };
  });
  return tried as NonNullable<typeof tried>;
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

  const search = (task: SearchTask): Found => {
    const [count, width] = [task.x.shape[0], widthOf(task.x)];
    const { first, next } = proposerFor(threat, gridOf(task.x.shape.slice(1)));
    const delta = new Float32Array(count * width);
    const reached = new Float32Array(count).fill(-Infinity);
    const spent = new Int32Array(count);
    const own = (row: number) => delta.subarray(row * width, (row + 1) * width);

    let rows = [...task.keys.keys()];
    let open = takeTask(task, rows);
    for (let step = 0; step < queries && rows.length > 0; step++) {
      const proposals = new Float32Array(rows.length * width);
      for (const [at, row] of rows.entries()) {
        const [key, eps] = [task.keys[row].child('square', step), task.threat.radii[row]];
        proposals.set(step === 0 ? first(eps, key) : next(own(row), eps, shareAt(step), key), at * width);
      }
      const tried = tryAll(open, proposals);
      for (const [at, row] of rows.entries()) {
        spent[row]++;
        if (!(tried.reached[at] > reached[row])) continue;
        reached[row] = tried.reached[at];
        own(row).set(tried.delta.subarray(at * width, (at + 1) * width));
      }
      const left = rows.filter((row) => !meetsGoal(task, reached[row]));
      if (left.length === rows.length) continue;
      open.x.dispose();
      open.labels.dispose();
      rows = left;
      open = takeTask(task, rows);
    }
    open.x.dispose();
    open.labels.dispose();
    return {
      delta: tensor(delta, task.x.shape),
      gradients: new Int32Array(count),
      queries: spent,
      zeroGradient: task.keys.map(() => false),
    };
  };
  return graded(`Square-${threat.norm.name}, ${queries} queries`, threat, search);
}
