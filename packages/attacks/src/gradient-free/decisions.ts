import { perturb, projectDelta } from '@advml/core';
import type { Dialogue } from '@advml/core/internal';
import { tensor, tidy } from '@tensorflow/tfjs-core';
import { owning } from '../search/owning.ts';
import { widthOf } from '../search/rows.ts';
import { judge, meetsGoal, type SearchTask, takeTask } from '../search/search.ts';

/** Points judged in one pass forward at most, and numbers that they hold together if there are several. */
const [MOST_POINTS, MOST_NUMBERS] = [1024, 2 ** 24];

/** What the model decides at one point. */
export interface Decision {
  /** The perturbation that was tried: what was wished, inside box and mask. */
  readonly delta: Float32Array;
  /** Whether it is known to reach the goal. */
  readonly fooled: boolean;
}

/** A model of which nothing is known but what it decides. */
export interface Decisions {
  /** How often each example has been asked for. */
  readonly queries: Int32Array;
  /** How often an example may still be asked for. */
  left(row: number): number;
  /**
   * Tries perturbations of any size. Those of examples that may not be asked for again are not tried, and not known to fool.
   *
   * @param rows - The example of each perturbation; an example may come more than once.
   * @param wished - Perturbations, one after another.
   */
  ask(rows: readonly number[], wished: Float32Array): Dialogue<readonly Decision[]>;
}

/**
 * The decisions of a task's model: whether a point reaches the goal, and nothing else.
 *
 * @param task - The examples.
 * @param most - How often each may be asked for. Default: without end.
 * @returns A way to ask, which counts.
 */
export function decisionsOf(task: SearchTask, most = Infinity): Decisions {
  const queries = new Int32Array(task.keys.length);
  const width = widthOf(task.x);
  const chunk = Math.max(1, Math.min(MOST_POINTS, Math.floor(MOST_NUMBERS / width)));
  const left = (row: number): number => most - queries[row];

  const askSome = (rows: readonly number[], wished: Float32Array): Dialogue<readonly Decision[]> =>
    owning(function* (own) {
      const some = takeTask(task, rows);
      const anySize = { ...some.threat, eps: Infinity, radii: rows.map(() => Infinity) };
      const [x] = [own(some.x), own(some.labels)];
      const delta = own(tidy(() => projectDelta(anySize, x, tensor(wished, x.shape))));
      const reached = yield* judge(some, own(perturb(anySize, x, delta)));
      for (const row of rows) queries[row]++;
      const values = delta.dataSync<'float32'>();
      return rows.map((_, at) => ({
        delta: values.slice(at * width, (at + 1) * width),
        fooled: meetsGoal(task, reached[at]),
      }));
    });
  const ask = function* (rows: readonly number[], wished: Float32Array): Dialogue<readonly Decision[]> {
    const decisions: Decision[] = rows.map((_, at) => ({
      delta: wished.subarray(at * width, (at + 1) * width),
      fooled: false,
    }));
    const open = [...rows.keys()].filter((at) => left(rows[at]) > 0);
    for (let start = 0; start < open.length; start += chunk) {
      const some = open.slice(start, start + chunk);
      const points = new Float32Array(some.length * width);
      for (const [nth, at] of some.entries()) points.set(decisions[at].delta, nth * width);
      const own = yield* askSome(
        some.map((at) => rows[at]),
        points,
      );
      for (const [nth, at] of some.entries()) decisions[at] = own[nth];
    }
    return decisions;
  };
  return { queries, left, ask };
}
