import { type Attack, InputError, perturb, projectDelta } from '@advml/core';
import { requireInteger, requirePair, requirePositive, requireShare } from '@advml/core/internal';
import { add, type Tensor } from '@tensorflow/tfjs-core';
import { requireSettings } from '../search/require-settings.ts';
import { scaleRows } from '../search/rows.ts';
import { meetsGoal } from '../search/search.ts';
import { boundaryAt } from './boundary.ts';
import { type Chase, visit } from './chase.ts';
import { cosine } from './cosine.ts';
import { iterated, type MinimalDistanceOptions, minimalDistance } from './minimal-distance.ts';

/** What {@link ddn} may do. */
export interface DdnOptions extends MinimalDistanceOptions {
  /** Steps of one search, at least 1. Default: 25. */
  readonly steps?: number;
  /** Share by which the size grows or shrinks in a step. Default: 0.05. */
  readonly rate?: number;
  /** First and last length of a step, as a share of the size. Default: `[1, 0.01]`. */
  readonly stepSize?: readonly [first: number, last: number];
  /** Classes whose boundaries the first step looks at, the label's own among them. Default: 10. */
  readonly classes?: number;
}

/**
 * Decoupled direction and norm: gradient steps whose perturbation is put back to a size that shrinks while the iterate is
 * adversarial and grows while it is not.
 *
 * ```math
 * \sigma_{t+1} = (1 \mp \gamma)\, \sigma_t, \qquad \delta_{t+1} = \sigma_{t+1}
 * \frac{\delta_t + \alpha_t \sigma_{t+1}\, g_t / \|g_t\|_2}{\|\delta_t + \alpha_t \sigma_{t+1}\, g_t / \|g_t\|_2\|_2}
 * ```
 *
 * with $`g_t`$ the margin's gradient and $`\alpha_t`$ from 1 to 0.01 along half a cosine. In the original the first size is 1
 * and steps have the unit of the inputs, which are images in [0, 1]. Here the first size is the distance of the nearest
 * boundary of the linearized model, and steps are shares of the size, so the scale of the inputs does not matter. The original has
 * one search of 100 to 1000 steps; here four of 25, whose closest find is polished.
 *
 * @param options - See {@link DdnOptions}; the norm is l2.
 * @returns An attack; its result's `x` is owned by the caller.
 * @throws InputError if the norm is not l2, a count is too small, `rate` is not a share, or a step is not positive.
 * @example
 * ```ts
 * const { distance } = ddn({ threat: ball(l2, Infinity) })(model, x, y, { key: key('evaluation', 7) });
 * ```
 * @see Rony, Hafemann, Oliveira, Ben Ayed, Sabourin, Granger: Decoupling Direction and Norm for Efficient Gradient-Based L2
 * Adversarial Attacks and Defenses, 2018 (arXiv:1811.09600).
 */
export function ddn(options: DdnOptions): Attack {
  requireSettings<DdnOptions>('ddn', options, {
    threat: true,
    restarts: true,
    lineSearch: true,
    polish: true,
    steps: true,
    rate: true,
    stepSize: true,
    classes: true,
  });
  const { threat, steps = 25, restarts = 4, rate = 0.05, stepSize = [1, 0.01], classes = 10 } = options;
  requireInteger({ steps }, 1);
  requireInteger({ classes }, 2);
  requireShare({ rate });
  requirePair({ stepSize });
  for (const length of stepSize) requirePositive({ stepSize: length }, 'a share of the size');
  if (threat.norm.name !== 'l2')
    throw new InputError(`ddn works in l2, got ${threat.norm.name}; fmn works in l1, l2 and linf`);
  const { norm } = threat;
  const unlimited = { ...threat, eps: Infinity };

  const pursue = (chase: Chase, start: Tensor): void => {
    const { task } = chase;
    const sizes: number[] = [];
    const last = iterated(start, steps, (delta, step) => {
      const at = perturb(threat, task.x, delta);
      const { gradient, output, distance } = boundaryAt(chase, at, step, step === 0 ? classes - 1 : 1);
      for (const [place, reached] of chase.note(delta, output).entries()) {
        sizes[place] = step === 0 ? distance[place] : sizes[place] * (meetsGoal(task, reached) ? 1 - rate : 1 + rate);
      }
      const length = cosine(stepSize, step, steps);
      const lengths = sizes.map((size) => length * size);
      const moved = add(delta, scaleRows(norm.steepest(gradient), lengths));
      return projectDelta(unlimited, task.x, scaleRows(norm.steepest(moved), sizes));
    });
    visit(chase, last);
    last.dispose();
  };
  return minimalDistance(`DDN-l2, ${steps} steps`, { ...options, restarts }, pursue);
}
