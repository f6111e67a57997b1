import { type Attack, perturb, projectDelta } from '@advml/core';
import { requireInteger, requirePair, requirePositive, requireStrictNorm } from '@advml/core/internal';
import { add, reshape, square, sub, sum, type Tensor } from '@tensorflow/tfjs-core';
import { requireSettings } from '../search/require-settings.ts';
import { scaleRows } from '../search/rows.ts';
import { meetsGoal } from '../search/search.ts';
import { boundaryAt } from './boundary.ts';
import { type Chase, visit } from './chase.ts';
import { cosine } from './cosine.ts';
import { iterated, type MinimalDistanceOptions, minimalDistance } from './minimal-distance.ts';

/** What {@link pdpgd} may do. */
export interface PdpgdOptions extends MinimalDistanceOptions {
  /** Steps of one search, at least 1. Default: 25. */
  readonly steps?: number;
  /** First and last length of a step, as a share of the distance of the nearest boundary at the first one. Default: `[0.5, 0.01]`. */
  readonly stepSize?: readonly [first: number, last: number];
  /** First and last logarithm by which the weight of the margin rises or falls in a step. Default: `[0.5, 0.02]`. */
  readonly weightRate?: readonly [first: number, last: number];
  /** Classes whose boundaries the first step looks at, the label's own among them. Default: 10. */
  readonly classes?: number;
}

/**
 * Primal-dual proximal gradient descent: a gradient step on the margin, then the proximal step of the norm itself, in turn with steps of
 * the margin's weight, which rises until the goal is met and falls after that.
 *
 * ```math
 * \delta_{t+1} = \operatorname{prox}_{\tau_t \|\cdot\|}\Bigl(\delta_t + \tau_t \lambda_t \frac{g_t}{\|g_t\|_q}\Bigr), \qquad
 * \operatorname{prox}_{\tau \|\cdot\|}(v) = v - \Pi_{\tau \mathcal B_q}(v), \qquad
 * \lambda_{t+1} = \lambda_t e^{\mp \rho_t}
 * ```
 *
 * with the margin's gradient $`g_t`$, whose dual norm is 1 here so that $`\lambda = 1`$ is the weight at a flat boundary, and the projection
 * onto the ball of the dual norm: a soft threshold in l1, a shorter vector in l2, lower peaks in l-infinity, by one formula. Iterates then go
 * into the box. Deviations: Matyasko and Chau take gradients as they are, with preconditioned steps in units of images in [0, 1], and two weights
 * whose sum is 1; here lengths are shares of the distance of the nearest boundary of the linearized model, times the square of the 2-norm of the
 * steepest step, so that no scale matters. They make one search of 500 steps; here four of 25 are made, and the closest find is polished.
 *
 * @param options - See {@link PdpgdOptions}.
 * @returns An attack; its result's `x` is owned by the caller.
 * @throws InputError if the norm is l0, a count is too small, or a length or a rate is not positive.
 * @example
 * ```ts
 * const { distance } = pdpgd({ threat: ball(l1, Infinity, { low: 0, high: 1 }) })(model, x, y, { key: key('evaluation', 7) });
 * ```
 * @see Matyasko, Chau: PDPGD: Primal-Dual Proximal Gradient Descent Adversarial Attack, 2021 (arXiv:2106.01538).
 */
export function pdpgd(options: PdpgdOptions): Attack {
  requireSettings<PdpgdOptions>('pdpgd', options, {
    threat: true,
    restarts: true,
    lineSearch: true,
    polish: true,
    steps: true,
    stepSize: true,
    weightRate: true,
    classes: true,
  });
  const { threat, steps = 25, restarts = 4, stepSize = [0.5, 0.01], weightRate = [0.5, 0.02], classes = 10 } = options;
  requireInteger({ steps }, 1);
  requireInteger({ classes }, 2);
  requirePair({ stepSize, weightRate });
  for (const length of stepSize) requirePositive({ stepSize: length }, 'a share of the distance');
  for (const rate of weightRate) requirePositive({ weightRate: rate });
  const { norm } = threat;
  requireStrictNorm('pdpgd', norm, 'use sigmaZero');

  const pursue = (chase: Chase, start: Tensor): void => {
    const { task } = chase;
    const unlimited = { ...task.threat, radii: task.keys.map(() => Infinity) };
    const weights = task.keys.map(() => 1);
    const lengths: number[] = [];
    const last = iterated(start, steps, (delta, step) => {
      const at = perturb(threat, task.x, delta);
      const { gradient, output, distance } = boundaryAt(chase, at, step, step === 0 ? classes - 1 : 1);
      const rate = Math.exp(cosine(weightRate, step, steps));
      for (const [place, reached] of chase.note(delta, output).entries()) {
        if (step === 0) lengths[place] = distance[place];
        weights[place] *= meetsGoal(task, reached) ? 1 / rate : rate;
      }
      const [slopes, sizes] = [
        norm.dual.size(gradient),
        sum(square(reshape(norm.steepest(gradient), [task.keys.length, -1])), 1),
      ].map((each) => each.dataSync<'float32'>());
      const share = cosine(stepSize, step, steps);
      const taus = lengths.map((length, place) => share * length * sizes[place]);
      const pull = scaleRows(
        gradient,
        taus.map((tau, place) => (tau * weights[place]) / slopes[place]),
      );
      const moved = add(delta, pull);
      return projectDelta(unlimited, task.x, sub(moved, norm.dual.project(moved, taus)));
    });
    visit(chase, last);
    last.dispose();
  };
  return minimalDistance(`PDPGD-${norm.name}, ${steps} steps`, { ...options, restarts }, pursue);
}
