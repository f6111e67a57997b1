import { type Attack, l2, perturb, projectDelta } from '@advml/core';
import { requireInteger, requirePair, requirePositive, requireShare } from '@advml/core/internal';
import { add, type Tensor } from '@tensorflow/tfjs-core';
import { requireSettings } from '../search/require-settings.ts';
import { scaleRows } from '../search/rows.ts';
import { meetsGoal } from '../search/search.ts';
import { boundaryAt } from './boundary.ts';
import { type Chase, visit } from './chase.ts';
import { cosine } from './cosine.ts';
import { iterated, type MinimalDistanceOptions, minimalDistance } from './minimal-distance.ts';

/** What {@link fmn} may do. */
export interface FmnOptions extends MinimalDistanceOptions {
  /** Steps of one search, at least 1. Default: 25. */
  readonly steps?: number;
  /** First and last share by which the radius grows or shrinks in a step. Default: `[0.05, 0.001]`. */
  readonly radiusRate?: readonly [first: number, last: number];
  /** First and last length of a step, as a share of the radius. Default: `[1, 0.01]`. */
  readonly stepSize?: readonly [first: number, last: number];
  /** Classes whose boundaries the first step looks at, the label's own among them. Default: 10. */
  readonly classes?: number;
}

/**
 * Fast minimum-norm attack: gradient steps inside a ball that shrinks while the iterate is adversarial and grows while
 * it is not; before the first success its radius is what the linearized model says.
 *
 * ```math
 * \varepsilon_{t+1} = \begin{cases}
 * \min((1 - \gamma_t)\, \varepsilon_t, \|\delta^\star\|) & \text{where } \delta_t \text{ is adversarial} \\
 * (1 + \gamma_t)\, \varepsilon_t & \text{where another was} \\
 * (1 + \gamma_t)(\|\delta_t\| + |m_t| / \|g_t\|_q) & \text{where none was}
 * \end{cases} \qquad
 * \delta_{t+1} = \Pi_{\varepsilon_{t+1}}\Bigl(\delta_t + \alpha_t \varepsilon_{t+1} \|s(g_t)\|_2 \frac{g_t}{\|g_t\|_2}\Bigr)
 * ```
 *
 * with $`g_t`$ the margin's gradient and $`s`$ the norm's steepest step; $`\gamma_t`$ and $`\alpha_t`$ fall along half a cosine.
 * The projection is that onto ball and box. The original takes steps in the unit of images in [0, 1]; here they are shares of
 * the radius. It leaves out the last factor $`1 + \gamma_t`$, so that it meets a linear model at its boundary and not beyond. It
 * makes one search of 100 to 1000 steps; here four of 25 are made, and the closest find is polished.
 *
 * @param options - See {@link FmnOptions}.
 * @returns An attack; its result's `x` is owned by the caller.
 * @throws InputError if a count is too small, a radius's rate is not a share, or a step is not positive.
 * @example
 * ```ts
 * const attack = fmn({ threat: ball(linf, Infinity, { low: 0, high: 1 }), steps: 100 });
 * const { distance } = attack(model, x, y, { key: key('evaluation', 7) });
 * ```
 * @see Pintor, Roli, Brendel, Biggio: Fast Minimum-norm Adversarial Attacks through Adaptive Norm Constraints, 2021
 * (arXiv:2102.12827).
 */
export function fmn(options: FmnOptions): Attack {
  requireSettings<FmnOptions>('fmn', options, {
    threat: true,
    restarts: true,
    lineSearch: true,
    polish: true,
    steps: true,
    radiusRate: true,
    stepSize: true,
    classes: true,
  });
  const { threat, steps = 25, restarts = 4, radiusRate = [0.05, 0.001], stepSize = [1, 0.01], classes = 10 } = options;
  requireInteger({ steps }, 1);
  requireInteger({ classes }, 2);
  requirePair({ radiusRate, stepSize });
  for (const rate of radiusRate) requireShare({ radiusRate: rate });
  for (const length of stepSize) requirePositive({ stepSize: length }, 'a share of the radius');

  const pursue = (chase: Chase, start: Tensor): void => {
    const { task } = chase;
    const radii = task.keys.map(() => Infinity);
    const last = iterated(start, steps, (delta, step) => {
      const at = perturb(threat, task.x, delta);
      const { gradient, output, distance } = boundaryAt(chase, at, step, step === 0 ? classes - 1 : 1);
      const reached = chase.note(delta, output);
      const sizes = threat.norm.size(delta).dataSync<'float32'>();
      const rate = cosine(radiusRate, step, steps);
      for (const [place, value] of reached.entries()) {
        const best = chase.closest(place);
        if (meetsGoal(task, value)) radii[place] = Math.min(radii[place] * (1 - rate), best);
        else if (best < Infinity) radii[place] *= 1 + rate;
        else radii[place] = (sizes[place] + distance[place]) * (1 + rate);
      }
      const steepest = l2.size(threat.norm.steepest(gradient)).dataSync<'float32'>();
      const length = cosine(stepSize, step, steps);
      const lengths = radii.map((radius, place) => length * radius * steepest[place]);
      const moved = add(delta, scaleRows(l2.steepest(gradient), lengths));
      return projectDelta({ ...task.threat, radii }, task.x, moved);
    });
    visit(chase, last);
    last.dispose();
  };
  return minimalDistance(`FMN-${threat.norm.name}, ${steps} steps`, { ...options, restarts }, pursue);
}
