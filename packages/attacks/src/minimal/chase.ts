import { perturb } from '@advml/core';
import { type Dialogue, now } from '@advml/core/internal';
import { type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { owning } from '../search/owning.ts';
import { widthOf } from '../search/rows.ts';
import { type Found, meetsGoal, progress, type SearchTask, takeTask } from '../search/search.ts';

/** Some examples and the closest adversarial perturbation of each that was seen so far. */
export interface Chase {
  /** The examples. */
  readonly task: SearchTask;
  /**
   * Size of an example's closest adversarial perturbation, in the threat's norm; infinite before the first.
   *
   * @param place - The example's place in the task.
   */
  closest(place: number): number;
  /**
   * Takes what is adversarial and closer than before, example by example.
   *
   * @param delta - Perturbations [batch, ...]; only read.
   * @param output - What the model gives there; only read.
   * @returns How far each example came; see `progress`.
   */
  note(delta: Tensor, output: Tensor): Float32Array;
  /**
   * Books what was spent on an example.
   *
   * @param place - The example's place in the task.
   * @param cost - Gradient evaluations, passes forward beside them, and whether there was no gradient to follow.
   */
  spend(place: number, cost: { gradients?: number; queries?: number; flat?: boolean }): void;
  /**
   * The same chase after some of its examples only.
   *
   * @param places - Their places in the task.
   * @returns A chase that writes to the same record; `x` and `labels` of its task are owned by the caller.
   */
  only(places: readonly number[]): Chase;
  /**
   * Takes what another chase after the same examples found closer, and all that it spent.
   *
   * @param other - Only read.
   */
  join(other: Chase): void;
  /** The closest perturbations wherever they are, zero where there is none; a new tensor, owned by the caller. */
  found(): Found;
}

/**
 * Starts a chase: nothing is found yet.
 *
 * @param task - The examples.
 * @returns See {@link Chase}.
 */
export function chaseAfter(task: SearchTask): Chase {
  const { shape } = task.x;
  const width = widthOf(task.x);
  const values = new Float32Array(task.x.size);
  const distance = new Float32Array(shape[0]).fill(Infinity);
  const [gradients, queries] = [new Int32Array(shape[0]), new Int32Array(shape[0])];
  const zeroGradient = Array<boolean>(shape[0]).fill(false);

  const take = (row: number, points: Float32Array, at: number, size: number): void => {
    distance[row] = size;
    values.set(points.subarray(at * width, (at + 1) * width), row * width);
  };
  const view = (some: SearchTask, rows: readonly number[]): Chase => ({
    task: some,
    closest: (place) => distance[rows[place]],
    note(delta, output) {
      const reached = progress(some, output);
      const points = delta.dataSync<'float32'>();
      const sizes = tidy(() => some.threat.norm.size(delta).dataSync<'float32'>());
      for (const [at, row] of rows.entries()) {
        if (!meetsGoal(some, reached[at]) || !(sizes[at] < distance[row])) continue;
        take(row, points, at, sizes[at]);
      }
      return reached;
    },
    spend(place, { gradients: evaluations = 0, queries: passes = 0, flat = false }) {
      gradients[rows[place]] += evaluations;
      queries[rows[place]] += passes;
      zeroGradient[rows[place]] ||= flat;
    },
    only: (places) =>
      view(
        takeTask(some, places),
        places.map((place) => rows[place]),
      ),
    join(other) {
      const { delta, gradients: evaluations, queries: passes, zeroGradient: flat } = other.found();
      const points = delta.dataSync<'float32'>();
      for (const [at, row] of rows.entries()) {
        gradients[row] += evaluations[at];
        queries[row] += passes?.[at] ?? 0;
        zeroGradient[row] ||= flat[at];
        if (other.closest(at) < distance[row]) take(row, points, at, other.closest(at));
      }
      delta.dispose();
    },
    found: () => {
      const delta = new Float32Array(rows.length * width);
      for (const [at, row] of rows.entries()) delta.set(values.subarray(row * width, (row + 1) * width), at * width);
      return {
        delta: tensor(delta, [rows.length, ...shape.slice(1)]),
        gradients: Int32Array.from(rows, (row) => gradients[row]),
        queries: Int32Array.from(rows, (row) => queries[row]),
        zeroGradient: rows.map((row) => zeroGradient[row]),
      };
    },
  });
  return view(task, [...Array(shape[0]).keys()]);
}

/**
 * Looks at perturbations with one pass forward, and notes what is adversarial and closer than before.
 *
 * @param chase - The examples.
 * @param delta - Perturbations [batch, ...]; only read.
 * @returns How far each example came; see `progress`.
 */
export const visit = (chase: Chase, delta: Tensor): Float32Array => now(asked(chase, delta));

/**
 * Looks at perturbations as {@link visit} does, whether the model answers at once or later.
 *
 * @param chase - The examples.
 * @param delta - Perturbations [batch, ...]; only read.
 * @returns A dialogue that ends in how far each example came.
 */
export const asked = ({ task, spend, note }: Chase, delta: Tensor): Dialogue<Float32Array> =>
  owning(function* (own) {
    const output = own(yield* task.ask(own(perturb(task.threat, task.x, delta))));
    for (const place of task.keys.keys()) spend(place, { queries: 1 });
    return note(delta, output);
  });
