import { type Attack, InputError, type Loss, margin, type Threat } from '@advml/core';
import { requireInteger, requireShare } from '@advml/core/internal';
import { requireBudget } from '../search/budget.ts';
import { manner } from '../search/manner.ts';
import { requireSettings } from '../search/require-settings.ts';
import { widthOf } from '../search/rows.ts';
import type { StepRule } from '../search/uphill.ts';
import { ascentAttack } from './ascent-attack.ts';
import { sparseSteps } from './sparse-step.ts';
import { stepSizesOf } from './step-sizes.ts';

/** What {@link slide} may do. */
export interface SlideOptions {
  /** An l1 ball (radius in input units) and, if any, the box that inputs must stay in. */
  readonly threat: Threat;
  /** Gradient steps, at least 1. Default: 10. */
  readonly steps?: number;
  /** Length of every step as a share of the radius. Default: steps fall evenly from `20 / (steps + 1)`, ten radii in all. */
  readonly stepSize?: number;
  /** Share of the entries, those with the smallest gradients, that a step leaves alone. Default: 0.99. */
  readonly quantile?: number;
  /** From the input itself (`none`) or from a uniform random point of the ball. Default: `none`. */
  readonly start?: 'none' | 'random';
  /** What the attacker raises, one value an example. Default: the margin. */
  readonly loss?: Loss;
  /** Whether an example is left alone once it is fooled. Default: true. */
  readonly earlyStop?: boolean;
}

/** Rounding of a share of the entries: a hundredth of a hundred is one entry, not two. */
const ROUNDING = 1e-9;

/** Equal steps of the entries above the quantile, of those that may change; at least one moves. */
function aboveQuantile(quantile: number): StepRule {
  return (gradient, { mask }) => {
    const free = mask ? mask.filter(Boolean).length : widthOf(gradient);
    const moving = Math.ceil((1 - quantile) * free - ROUNDING);
    return { direction: sparseSteps(gradient, () => moving) };
  };
}

/**
 * Sparse l1 descent (SLIDE): steps that move a small share of the entries, projected exactly onto the l1 ball.
 *
 * The steepest step of l1 moves a single entry and needs as many steps as entries; this one moves the entries with the
 * largest gradients by the same amount. Entries that push against the box do not count.
 *
 * ```math
 * x_{t+1} = \Pi_{\mathcal B_1(x,\varepsilon)}\Bigl(x_t + \alpha\varepsilon\, \frac{e}{\|e\|_1}\Bigr), \qquad
 * e_j = \operatorname{sign}(g_j)\, \bigl[\,|g_j| \ge P_q(|g|)\,\bigr]
 * ```
 *
 * Tramer and Boneh take equal steps of a fifth of the radius; here steps fall and are ten radii in all, which found more.
 *
 * @param options - See {@link SlideOptions}.
 * @returns An attack; its result's `x` is owned by the caller.
 * @throws InputError if the ball is not one of l1 or infinite, `steps` is not a positive integer, `stepSize` not positive, or
 * `quantile` not between 0 and 1.
 * @example
 * ```ts
 * const attack = slide({ threat: ball(l1, 12, { low: 0, high: 1 }), steps: 100 });
 * ```
 * @see Tramer, Boneh: Adversarial Training and Robustness for Multiple Perturbations, 2019 (arXiv:1904.13000), section 4.
 */
export function slide(options: SlideOptions): Attack {
  requireSettings<SlideOptions>('slide', options, {
    threat: true,
    steps: true,
    stepSize: true,
    quantile: true,
    start: true,
    loss: true,
    earlyStop: true,
  });
  const { threat, steps = 10, stepSize, quantile = 0.99, start = 'none', loss = margin, earlyStop = true } = options;
  if (threat.norm.name !== 'l1') throw new InputError(`slide needs an l1 ball, got ${threat.norm.name}; use pgd`);
  requireBudget(threat, 'slide');
  requireInteger({ steps }, 1);
  const stepSizes = stepSizesOf(steps, stepSize);
  requireShare({ quantile });
  const rule = aboveQuantile(quantile);
  const words = ['SLIDE-l1', `${steps} steps`, `quantile ${quantile}`, ...manner(options, 'none')];
  return ascentAttack(words.join(', '), threat, { stepSizes, start, loss, earlyStop, rule });
}
