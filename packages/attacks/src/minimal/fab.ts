import { type Attack, perturb, projectDelta } from '@advml/core';
import { requireInteger, requirePositive, requireShare } from '@advml/core/internal';
import { add, mul, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { requireSettings } from '../search/require-settings.ts';
import { rowDots, scaleRows } from '../search/rows.ts';
import { meetsGoal, type SearchTask } from '../search/search.ts';
import { boundaryAt, stepToBoundary } from './boundary.ts';
import { type Chase, visit } from './chase.ts';
import { iterated, type MinimalDistanceOptions, minimalDistance } from './minimal-distance.ts';

/** What {@link fab} may do. */
export interface FabOptions extends MinimalDistanceOptions {
  /** Steps of one search, at least 1. Default: 25. */
  readonly steps?: number;
  /** Largest weight of the input's own projection (`alpha_max`), from 0 to 1. Default: 0.1. */
  readonly bias?: number;
  /** What projections are multiplied by (`eta`), positive; 1 ends on the boundary. Default: 1.05. */
  readonly overshoot?: number;
  /** What is kept of the way to an adversarial point before the next step (`beta`), from 0 to 1. Default: 0.9. */
  readonly backward?: number;
  /** Classes whose boundaries are looked at, the label's own among them, those with the largest logits. Default: 10. */
  readonly classes?: number;
}

/** The weight of the projection of the input itself: the nearer it is, the more it counts. */
function weights({ threat: { norm } }: SearchTask, near: Tensor, own: Tensor, most: number): number[] {
  const [nearSizes, ownSizes] = [near, own].map((step) => tidy(() => norm.size(step).dataSync<'float32'>()));
  return Array.from(nearSizes, (size, at) => (size === 0 ? 0 : Math.min(size / (size + ownSizes[at]), most)));
}

/**
 * The fast adaptive boundary attack. It projects both the iterate and the input onto the linearized boundary, exactly and inside the
 * box, and goes to a point between the two. So it comes closer to the input while it stays at the boundary.
 *
 * ```math
 * x_{i+1} = (1 - \alpha)(x_i + \eta\, d_i) + \alpha (x_0 + \eta\, d_0), \qquad
 * \alpha = \min\Bigl(\frac{\|d_i\|}{\|d_i\| + \|d_0\|}, \alpha_{\max}\Bigr)
 * ```
 *
 * with the projections $`d`$ onto the nearest boundary of those between the label and the other classes. Where the new point is
 * adversarial, the next step starts from $`(1 - \beta) x_0 + \beta x_{i+1}`$. For a target the boundary is that of the margin.
 * With a `rival` for each example (see `targetedSweep`) it is the targeted FAB of AutoAttack.
 *
 * @param options - See {@link FabOptions}.
 * @returns An attack; its result's `x` is owned by the caller.
 * @throws InputError if a count is too small, `overshoot` is not positive, or `bias` or `backward` is not a share.
 * @example
 * ```ts
 * const attack = fab({ threat: ball(l1, Infinity, { low: 0, high: 1 }), restarts: 5 });
 * const { distance } = attack(model, x, y, { key: key('evaluation', 7) });
 * ```
 * @see Croce, Hein: Minimally Distorted Adversarial Examples with a Fast Adaptive Boundary Attack, 2019 (arXiv:1907.02044).
 * Restarts there begin within half the best distance, here within all of it. The paper has one search of 100 steps and a line search
 * of three; here four searches of 25 share them, and what they find is polished: on networks of 2 and 3 inputs this comes within 1%
 * of the closest point far more often.
 */
export function fab(options: FabOptions): Attack {
  requireSettings<FabOptions>('fab', options, {
    threat: true,
    restarts: true,
    lineSearch: true,
    polish: true,
    steps: true,
    bias: true,
    overshoot: true,
    backward: true,
    classes: true,
  });
  const { threat, steps = 25, restarts = 4, bias = 0.1, overshoot = 1.05, backward = 0.9, classes = 10 } = options;
  requireInteger({ steps }, 1);
  requireInteger({ classes }, 2);
  requirePositive({ overshoot }, 'a share of the projection');
  requireShare({ bias, backward });
  const unlimited = { ...threat, eps: Infinity };

  const move = (chase: Chase, delta: Tensor, step: number): Tensor => {
    const { task } = chase;
    const at = perturb(threat, task.x, delta);
    const { gap, gradient } = boundaryAt(chase, at, step, classes - 1);
    const near = stepToBoundary(task, at, gap, gradient);
    const along = rowDots(gradient, delta);
    const gapAtInput = gap.map((value, row) => value - along[row]);
    const own = stepToBoundary(task, task.x, gapAtInput, gradient);
    const alpha = weights(task, near, own, bias);
    const beta = alpha.map((share) => 1 - share);
    const between = add(scaleRows(add(delta, mul(near, overshoot)), beta), scaleRows(mul(own, overshoot), alpha));
    return projectDelta(unlimited, task.x, between);
  };
  const pursue = (chase: Chase, start: Tensor): void => {
    const last = iterated(start, steps, (delta, step) => {
      const next = move(chase, delta, step);
      const kept = Array.from(visit(chase, next), (value) => (meetsGoal(chase.task, value) ? backward : 1));
      return scaleRows(next, kept);
    });
    last.dispose();
  };
  return minimalDistance(`FAB-${threat.norm.name}, ${steps} steps`, { ...options, restarts }, pursue);
}
