import { perturb, projectDelta } from '@advml/core';
import { add, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { rowDots, scaleRows } from '../search/rows.ts';
import { meetsGoal } from '../search/search.ts';
import { boundaryAt, stepToBoundary } from './boundary.ts';
import { type Chase, visit } from './chase.ts';

/** How far the foot of an input on a boundary is overshot, as a share of its distance, so that rounding does not spoil it. */
const BEYOND = 1 + 5e-4;
/** Halvings of the way between a find and the foot where the foot itself is not adversarial. */
const HALVINGS = 5;

/** The nearest points of boundaries that are as straight as their gradients at some perturbations say. */
function feet({ task }: Chase, delta: Tensor, gap: ArrayLike<number>, gradient: Tensor): Tensor {
  const along = rowDots(gradient, delta);
  const gapAtInput = Array.from(gap, (value, row) => value - along[row]);
  const foot = scaleRows(stepToBoundary(task, task.x, gapAtInput, gradient), BEYOND);
  return projectDelta({ ...task.threat, radii: gapAtInput.map(() => Infinity) }, task.x, foot);
}

/** Bisects the ways from finds to feet, for as long as a point of the way is adversarial: sizes fall along it. */
function approach(chase: Chase, delta: Tensor, foot: Tensor): void {
  const [low, high] = [0, 1].map((share) => chase.task.keys.map(() => share));
  let shares = high.slice();
  for (let halving = 0; halving <= HALVINGS; halving++) {
    const back = shares.map((share) => 1 - share);
    const reached = tidy(() => visit(chase, add(scaleRows(foot, shares), scaleRows(delta, back))));
    for (const [place, share] of shares.entries()) (meetsGoal(chase.task, reached[place]) ? low : high)[place] = share;
    shares = shares.map((_, place) => (low[place] + high[place]) / 2);
  }
}

/**
 * Draws finds on along the boundary, as their gradients show it: towards its point that is nearest to the input, inside the box
 * and under the mask.
 *
 * On a linear model one round ends at the closest point. A round is one pass forward and back and six forward.
 *
 * @param chase - Examples with something adversarial known.
 * @param rounds - How often.
 */
export function polish(chase: Chase, rounds: number): void {
  const { task } = chase;
  for (let round = 0; round < rounds; round++) {
    tidy(() => {
      const { delta } = chase.found();
      const { gap, gradient } = boundaryAt(chase, perturb(task.threat, task.x, delta), `polish ${round}`);
      approach(chase, delta, feet(chase, delta, gap, gradient));
    });
  }
}
