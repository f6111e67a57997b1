import { type Attack, InputError, l2, perturb, projectDelta } from '@advml/core';
import { requireInteger, requirePositive } from '@advml/core/internal';
import { add, mul, sub, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { requireSettings } from '../search/require-settings.ts';
import { scaleRows } from '../search/rows.ts';
import { meetsGoal, progress, someDistance } from '../search/search.ts';
import { worstCase } from '../search/worst-case.ts';
import { boundaryAt } from './boundary.ts';
import { type Chase, visit } from './chase.ts';
import { type MinimalDistanceOptions, minimalDistance } from './minimal-distance.ts';
import { searchWeights } from './search-weights.ts';

/** What {@link ead} may do. */
export interface EadOptions extends MinimalDistanceOptions {
  /** Rounds of the polish, which draws along the boundary in l1. Default: 4, and 0 for the rule 'elastic-net'. */
  readonly polish?: number;
  /** Steps of one descent, at least 2, for the first point is the start. Default: 100. */
  readonly steps?: number;
  /** Descents, each with another weight of the margin. Default: 9. */
  readonly descents?: number;
  /** Length of the first step, as a share of the step that ends at the least squared distance. Default: 0.1. */
  readonly rate?: number;
  /** The first weight of the margin, `c`. On a linear model without a box the smallest that succeeds is from `beta` to `beta + 2`. Default: 1. */
  readonly weight?: number;
  /** The weight of the l1 distance, `beta`; at 1 both distances weigh the same. Default: 10. */
  readonly sparsity?: number;
  /** Which of the errors on the way a search keeps: the closest in l1, or by both distances together. Default: 'l1'. */
  readonly rule?: 'l1' | 'elastic-net';
  /** Classes whose boundaries the units are taken from, the label's own among them. Default: 10. */
  readonly classes?: number;
}

/** The units of some examples' objectives, one an example; see {@link ead}. */
interface Units {
  /** `s_1`, the l1 distance of the nearest boundary of the linearized model. */
  readonly l1: readonly number[];
  /** `s_2`, its l2 distance. */
  readonly l2: readonly number[];
  /** `g`, the 2-norm of the margin's gradient at the input. */
  readonly slope: readonly number[];
}

/** The units at the inputs, wherever a search starts. */
function unitsOf(chase: Chase, classes: number): Units {
  const { task } = chase;
  const { gap, gradient, output, distance } = boundaryAt(chase, task.x, 'units', classes - 1);
  const slope = tidy(() => Array.from(l2.size(gradient).dataSync<'float32'>()));
  for (const tensor of [gradient, output]) tensor.dispose();
  return {
    l1: Array.from(distance, (size, at) => size || someDistance(task, at)),
    l2: slope.map((size, at) => Math.abs(gap[at]) / size || someDistance(task, at)),
    slope,
  };
}

/**
 * The elastic-net attack: the squared l2 distance, the l1 distance and a weighted margin together, by steps along the gradient with
 * momentum, each of which is followed by shrinkage inside the box; the weight is searched for by bisection, example by example.
 *
 * ```math
 * \min_\delta\; \frac{\|\delta\|_2^2}{s_2^2} + \beta \frac{\|\delta\|_1}{s_1} + \frac{c}{g s_2} \max(-m(x + \delta), 0), \qquad
 * \delta_{t+1} = \operatorname{clip}\, S_{\alpha_t \beta / s_1}\bigl(y_t - \alpha_t \nabla h(y_t)\bigr), \qquad
 * y_{t+1} = \delta_{t+1} + \tfrac{t}{t + 3} (\delta_{t+1} - \delta_t)
 * ```
 *
 * with the margin $`m`$, positive where the goal is met, the first and last term as $`h`$, the soft threshold $`S`$, and steps
 * $`\alpha_t = \tfrac12 r s_2^2 \sqrt{1 - t / K}`$. Deviations: the original measures in units of images in [0, 1], with $`\beta = 10^{-3}`$; here
 * $`s_1`$ and $`s_2`$ are the l1 and l2 distance of the nearest boundary of the linearized model and $`g`$ the slope of the margin there, so
 * that no scale of inputs or outputs matters; $`\beta = 1`$ gives both distances the same weight, and 10 comes closer in l1. The threshold is that of the
 * objective, where the original takes $`\beta`$ for every step. The points $`y_t`$, cut to the box, are what the model sees and what counts,
 * for one gradient a step. The original makes 1,000 steps a descent.
 *
 * @param options - See {@link EadOptions}; the norm is l1, in which the distance is told under either rule.
 * @returns An attack; its result's `x` is owned by the caller.
 * @throws InputError if the norm is not l1, the rule is unknown, a count is too small, or `rate`, `weight` or `sparsity` is not positive.
 * @example
 * ```ts
 * const { distance } = ead({ threat: ball(l1, Infinity, { low: 0, high: 1 }) })(model, x, y, { key: key('evaluation', 7) });
 * ```
 * @see Chen, Sharma, Zhang, Yi, Hsieh: EAD: Elastic-Net Attacks to Deep Neural Networks via Adversarial Examples, 2017 (arXiv:1709.04114).
 */
export function ead(options: EadOptions): Attack {
  requireSettings<EadOptions>('ead', options, {
    threat: true,
    restarts: true,
    lineSearch: true,
    polish: true,
    steps: true,
    descents: true,
    rate: true,
    weight: true,
    sparsity: true,
    rule: true,
    classes: true,
  });
  const {
    threat,
    steps = 100,
    descents = 9,
    rate = 0.1,
    weight = 1,
    sparsity = 10,
    rule = 'l1',
    classes = 10,
  } = options;
  requireInteger({ steps }, 2);
  requireInteger({ descents }, 1);
  requireInteger({ classes }, 2);
  requirePositive({ rate, weight, sparsity });
  if (threat.norm.name !== 'l1')
    throw new InputError(
      `ead works in l1, got ${threat.norm.name}; carliniWagner works in l2, pdpgd in l1, l2 and linf`,
    );
  if (rule !== 'l1' && rule !== 'elastic-net') throw new InputError(`rule must be 'l1' or 'elastic-net', got ${rule}`);
  const { norm } = threat;
  const { polish = rule === 'l1' ? undefined : 0 } = options;

  /** How far perturbations are by the rule. */
  const sizesOf = (delta: Tensor, units: Units): Float32Array =>
    tidy(() => {
      const sizes = norm.size(delta).dataSync<'float32'>();
      if (rule === 'l1') return sizes;
      const others = l2.size(delta).dataSync<'float32'>();
      return sizes.map((size, at) => (others[at] / units.l2[at]) ** 2 + (sparsity * size) / units.l1[at]);
    });

  const pursue = (chase: Chase, start: Tensor): void => {
    const { task } = chase;
    const unlimited = { ...task.threat, radii: task.keys.map(() => Infinity) };
    const inBox = (delta: Tensor) => projectDelta(unlimited, task.x, delta);
    const places = [...task.keys.keys()];
    const units = unitsOf(chase, classes);
    const kept = worstCase(task.x.shape);
    const spent = { gradients: new Int32Array(places.length), zeroGradient: places.map(() => false) };

    /** Keeps the errors that are nearest by the rule; says which there are. */
    const judged = (delta: Tensor, output: Tensor): readonly boolean[] => {
      const met = Array.from(progress(task, output), (reached) => meetsGoal(task, reached));
      const reached = sizesOf(delta, units).map((size, at) => (met[at] ? -size : -Infinity));
      kept.consider(places, { delta, reached, ...spent });
      return met;
    };

    /** The next perturbations, and the points ahead of them that the model sees, from these; says which of the latter are errors. */
    const move = (delta: Tensor, ahead: Tensor, weights: readonly number[], step: number) => {
      const { gap, gradient, output } = boundaryAt(chase, perturb(threat, task.x, ahead), step);
      const met = judged(ahead, output);
      const share = rate * Math.sqrt(1 - step / steps);
      const pushes = units.l2.map((size, at) =>
        gap[at] < 0 ? (share * weights[at] * size) / (2 * units.slope[at]) : 0,
      );
      const thresholds = units.l1.map((size, at) => (share * sparsity * units.l2[at] ** 2) / (2 * size));
      const moved = add(mul(ahead, 1 - share), scaleRows(gradient, pushes));
      const next = inBox(sub(moved, norm.dual.project(moved, thresholds))); // the soft threshold
      return { met, next, further: inBox(add(next, mul(sub(next, delta), step / (step + 3)))) };
    };

    /** One descent; says which examples it fooled once it had left its start. */
    const descend = (weights: readonly number[]): readonly boolean[] => {
      const met = places.map(() => false);
      let pair = [start.clone(), start.clone()];
      for (let step = 0; step < steps; step++) {
        const [delta, ahead] = pair;
        pair = tidy(() => {
          const { met: now, next, further } = move(delta, ahead, weights, step);
          if (step >= steps / 10) for (const place of places) met[place] ||= now[place];
          return [next, further];
        });
        for (const tensor of [delta, ahead]) tensor.dispose();
      }
      for (const tensor of pair) tensor.dispose();
      return met;
    };

    searchWeights(
      places.map(() => weight),
      descents,
      descend,
    );
    const { delta } = kept.found();
    visit(chase, delta);
    delta.dispose();
  };
  return minimalDistance(`EAD-${rule}, ${descents} x ${steps} steps`, { ...options, polish }, pursue);
}
