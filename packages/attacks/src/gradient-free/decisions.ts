import { perturb, projectDelta } from '@advml/core';
import { tensor, tidy } from '@tensorflow/tfjs-core';
import { widthOf } from '../search/rows.ts';
import { meetsGoal, progress, type SearchTask, takeTask } from '../search/search.ts';

/** Points judged in one pass forward. */
const CHUNK = 1024;

/** What the model decides at one point. */
export interface Decision {
  /** The perturbation that was tried: what was wished, inside box and mask. */
  readonly delta: Float32Array;
  /** Whether it reaches the goal. */
  readonly fooled: boolean;
}

/** A model of which nothing is known but what it decides. */
export interface Decisions {
  /** How often each example has been asked for. */
  readonly queries: Int32Array;
  /**
   * Tries perturbations of any size.
   *
   * @param rows - The example of each perturbation; an example may come more than once.
   * @param wished - Perturbations, one after another.
   */
  ask(rows: readonly number[], wished: Float32Array): readonly Decision[];
}

/**
 * The decisions of a task's model: whether a point reaches the goal, and nothing else.
 *
 * @param task - The examples.
 * @returns A way to ask, which counts.
 */
export function decisionsOf(task: SearchTask): Decisions {
  const queries = new Int32Array(task.keys.length);
  const width = widthOf(task.x);

  const askSome = (rows: readonly number[], wished: Float32Array): readonly Decision[] => {
    for (const row of rows) queries[row]++;
    let decisions: readonly Decision[] = [];
    tidy(() => {
      const some = takeTask(task, rows);
      const anySize = { ...some.threat, eps: Infinity, radii: rows.map(() => Infinity) };
      const delta = projectDelta(anySize, some.x, tensor(wished, some.x.shape));
      const reached = progress(some, task.model(perturb(anySize, some.x, delta)));
      const values = delta.dataSync<'float32'>();
      decisions = rows.map((_, at) => ({
        delta: values.slice(at * width, (at + 1) * width),
        fooled: meetsGoal(task, reached[at]),
      }));
    });
    return decisions;
  };
  const ask = (rows: readonly number[], wished: Float32Array): readonly Decision[] => {
    const starts = Array.from({ length: Math.ceil(rows.length / CHUNK) }, (_, chunk) => chunk * CHUNK);
    return starts.flatMap((start) =>
      askSome(rows.slice(start, start + CHUNK), wished.subarray(start * width, (start + CHUNK) * width)),
    );
  };
  return { queries, ask };
}
