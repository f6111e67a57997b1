import { type Attack, perturb, randomDelta, type Threat } from '@advml/core';
import { type Dialogue, requireInteger, unlessSpent } from '@advml/core/internal';
import { requireBudget } from '../search/budget.ts';
import { graded } from '../search/graded.ts';
import { owning } from '../search/owning.ts';
import { requireSettings } from '../search/require-settings.ts';
import { type Found, judge, meetsGoal, type SearchTask, takeTask } from '../search/search.ts';
import { type WorstCase, worstCase } from '../search/worst-case.ts';

/** What {@link noise} may do. */
export interface NoiseOptions {
  /** The ball (norm and radius, in input units) and, if any, the box that inputs must stay in. */
  readonly threat: Threat;
  /** Random points tried for each example, at least 1. Default: 1. */
  readonly draws?: number;
}

/**
 * Uniform random points of the ball, the worst of which counts: the baseline that every attack must beat.
 *
 * In l0 these are random entries at random values of the box. It uses no gradient. Examples that a draw fools are not drawn for again.
 *
 * @param options - See {@link NoiseOptions}.
 * @returns An attack; its result's `x` is owned by the caller.
 * @throws InputError if the radius is infinite or `draws` is not a positive integer.
 * @example
 * ```ts
 * const baseline = noise({ threat: ball(l2, 0.11), draws: 10 });
 * ```
 */
export function noise(options: NoiseOptions): Attack {
  requireSettings<NoiseOptions>('noise', options, { threat: true, draws: true }, true);
  const { threat, draws = 1 } = options;
  requireBudget(threat, 'noise');
  requireInteger({ draws }, 1);
  const points = (task: SearchTask, draw: number) =>
    randomDelta(
      task.threat,
      task.x,
      task.keys.map((key) => key.child('draw', draw)),
    );

  /** One draw for some examples; gives those that it did not fool. */
  const tryOnce = (task: SearchTask, draw: number, rows: readonly number[], worst: WorstCase): Dialogue<number[]> =>
    owning(function* (own) {
      const some = takeTask(task, rows);
      own(some.labels);
      const delta = own(points(some, draw));
      const reached = yield* judge(some, own(perturb(threat, own(some.x), delta)));
      worst.consider(rows, {
        delta,
        reached,
        gradients: new Int32Array(rows.length),
        zeroGradient: rows.map(() => false),
      });
      return rows.filter((_, at) => !meetsGoal(task, reached[at]));
    });
  const search = function* (task: SearchTask): Dialogue<Found> {
    const worst = worstCase(task.x.shape);
    const queries = new Int32Array(task.keys.length);
    let rows: readonly number[] | undefined = [...task.keys.keys()];
    for (let draw = 0; draw < draws && rows && rows.length > 0; draw++) {
      const asked: readonly number[] = rows;
      rows = yield* unlessSpent(tryOnce(task, draw, asked, worst));
      if (rows) for (const row of asked) queries[row]++;
    }
    return { ...worst.found(), queries, cutShort: !rows };
  };
  const label = `noise-${threat.norm.name}, ${draws} ${draws === 1 ? 'draw' : 'draws'}`;
  return graded(label, threat, search, (task) => points(task, 0));
}
