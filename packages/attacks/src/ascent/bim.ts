import { type Attack, type Loss, margin, type Threat } from '@advml/core';
import { requireInteger } from '@advml/core/internal';
import { requireBudget } from '../search/budget.ts';
import { manner } from '../search/manner.ts';
import { requireSettings } from '../search/require-settings.ts';
import { ascentAttack } from './ascent-attack.ts';
import { stepSizesOf } from './step-sizes.ts';

/** What {@link bim} may do. */
export interface BimOptions {
  /** The ball (norm and radius, in input units) and, if any, the box that inputs must stay in. */
  readonly threat: Threat;
  /** Gradient steps, at least 1. Default: 10. */
  readonly steps?: number;
  /** Length of every step as a share of the radius. Default: steps fall evenly from `20 / (steps + 1)`, ten radii in all. */
  readonly stepSize?: number;
  /** What the attacker raises, one value an example. Default: the margin. */
  readonly loss?: Loss;
  /** Whether an example is left alone once it is fooled. Default: true. */
  readonly earlyStop?: boolean;
}

/**
 * The basic iterative method: steepest steps from the input itself, each projected back; deterministic.
 *
 * ```math
 * x_{t+1} = \Pi_{\mathcal B(x,\varepsilon)}\bigl(x_t + \alpha\varepsilon\, s(\nabla_x L(f(x_t), y))\bigr), \qquad x_0 = x
 * ```
 *
 * Kurakin et al. take `min(255 eps + 4, 1.25 * 255 eps)` equal steps of 1/255 in l-infinity, 1.25 radii in all but for the largest
 * balls. Here steps fall and are ten radii in all, which found more in every norm. Their loss is the
 * cross-entropy. `pgd` is the same from a random start.
 *
 * @param options - See {@link BimOptions}.
 * @returns An attack; its result's `x` is owned by the caller.
 * @throws InputError if the radius is infinite, `steps` is not a positive integer or `stepSize` not positive.
 * @example
 * ```ts
 * const attack = bim({ threat: ball(linf, 8 / 255, { low: 0, high: 1 }) });
 * ```
 * @see Kurakin, Goodfellow, Bengio: Adversarial Examples in the Physical World, 2016 (arXiv:1607.02533).
 */
export function bim(options: BimOptions): Attack {
  requireSettings<BimOptions>('bim', options, {
    threat: true,
    steps: true,
    stepSize: true,
    loss: true,
    earlyStop: true,
  });
  const { threat, steps = 10, stepSize, loss = margin, earlyStop = true } = options;
  requireBudget(threat, 'bim');
  requireInteger({ steps }, 1);
  const stepSizes = stepSizesOf(steps, stepSize);
  const words = [`BIM-${threat.norm.name}`, `${steps} steps`, ...manner(options, 'none')];
  return ascentAttack(words.join(', '), threat, { stepSizes, start: 'none', loss, earlyStop });
}
