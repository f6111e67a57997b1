import { margin, perturb, projectDelta } from '@advml/core';
import { signOf } from '@advml/core/internal';
import { mul, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { rowDots, scaleRows, takeRows, widthOf } from '../search/rows.ts';
import { meetsGoal, type SearchTask } from '../search/search.ts';
import { slope } from '../search/slope.ts';
import { stepToBoundary } from './boundary.ts';
import { type Chase, visit } from './chase.ts';

/** How far a foot on a boundary is overshot, as a share of its distance, so that rounding does not spoil it. */
const BEYOND = 1 + 5e-4;

/** Perturbations without as many of each one's entries as told, those that gain least according to a gradient. */
function without(delta: Tensor, gains: Float32Array, counts: readonly number[]): Tensor {
  const [values, width] = [delta.dataSync<'float32'>().slice(), widthOf(delta)];
  for (const [row, count] of counts.entries()) {
    const places = Array.from({ length: width }, (_, at) => row * width + at).filter((at) => values[at] !== 0);
    for (const at of places.sort((a, b) => gains[a] - gains[b]).slice(0, count)) values[at] = 0;
  }
  return tensor(values, delta.shape);
}

/** Bisects how many entries each find may do without. */
function drop(chase: Chase, delta: Tensor, gains: Float32Array): void {
  const width = widthOf(delta);
  const low = chase.task.keys.map(() => 0);
  const high = Array.from(chase.task.threat.norm.size(delta).dataSync());
  const isOpen = (place: number) => high[place] - low[place] > 1;
  for (;;) {
    const open = low.flatMap((_, place) => (isOpen(place) ? [place] : []));
    if (open.length === 0) return;
    const some = chase.only(open);
    const middle = open.map((place) => Math.floor((low[place] + high[place]) / 2));
    const own = Float32Array.from(open.flatMap((place) => [...gains.subarray(place * width, (place + 1) * width)]));
    const reached = tidy(() => visit(some, without(takeRows(delta, open), own, middle)));
    for (const [at, place] of open.entries()) (meetsGoal(chase.task, reached[at]) ? low : high)[place] = middle[at];
    for (const one of [some.task.x, some.task.labels]) one.dispose();
  }
}

/**
 * Thins out what was found: tries the fewest entries that are enough on the linearized model, and drops entries that are not needed.
 *
 * @param chase - The examples, in l0; those without a find are not helped.
 * @param rounds - How often; one gradient each, and as many passes forward as it takes to bisect the number of entries.
 */
export function thin(chase: Chase, rounds: number): void {
  const { task } = chase;
  const { model, threat, x } = task;
  const boundless: SearchTask = { ...task, threat: { ...threat, box: undefined } };
  const width = threat.box ? threat.box.high - threat.box.low : Infinity;
  const unlimited = { ...threat, radii: task.keys.map(() => Infinity) };
  for (let round = 0; round < rounds; round++) {
    tidy(() => {
      const { delta } = chase.found();
      const { gradient, loss, flat } = slope(boundless, perturb(threat, x, delta), {
        model,
        loss: margin,
        draw: round,
      });
      for (const place of task.keys.keys()) chase.spend(place, { gradients: 1, flat: flat.includes(place) });
      const along = rowDots(gradient, delta);
      const gap = loss.map((value, row) => value - along[row]);
      const foot = stepToBoundary(task, x, gap, gradient);
      visit(chase, projectDelta(unlimited, x, scaleRows(foot, BEYOND)));
      if (width < Infinity) visit(chase, projectDelta(unlimited, x, mul(signOf(foot), width))); // the same entries, as far as they go
      const [slopes, values] = [gradient.dataSync<'float32'>(), delta.dataSync<'float32'>()];
      drop(
        chase,
        delta,
        slopes.map((value, at) => value * values[at]),
      );
    });
  }
}
