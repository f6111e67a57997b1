import { type Attack, type Loss, l1, linf, margin, type Threat } from '@advml/core';
import { alongRows, requireInteger, requireNonNegative } from '@advml/core/internal';
import { add, divNoNan, mul, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { requireBudget } from '../search/budget.ts';
import { manner } from '../search/manner.ts';
import { requireSettings } from '../search/require-settings.ts';
import type { StepRule } from '../search/uphill.ts';
import { ascentAttack } from './ascent-attack.ts';
import { stepSizesOf } from './step-sizes.ts';

/** What {@link miFgsm} may do. */
export interface MiFgsmOptions {
  /** The ball (norm and radius, in input units) and, if any, the box that inputs must stay in. */
  readonly threat: Threat;
  /** Gradient steps, at least 1. Default: 10. */
  readonly steps?: number;
  /** Length of every step as a share of the radius. Default: steps fall evenly from `20 / (steps + 1)`, ten radii in all. */
  readonly stepSize?: number;
  /** Share of the gathered gradients that is kept from step to step, >= 0. Default: 1. */
  readonly decay?: number;
  /** From the input itself (`none`) or from a uniform random point of the ball. Default: `none`. */
  readonly start?: 'none' | 'random';
  /** What the attacker raises, one value an example. Default: the margin. */
  readonly loss?: Loss;
  /** Whether an example is left alone once it is fooled. Default: true. */
  readonly earlyStop?: boolean;
}

/** Gradients of l1 size 1, zero where they are zero; the largest entry is divided out first, so that nothing overflows. */
function unitGradient(gradient: Tensor): Tensor {
  const scaled = divNoNan(gradient, alongRows(linf.size(gradient), gradient));
  return divNoNan(scaled, alongRows(l1.size(scaled), gradient));
}

/** The steepest step along gathered gradients, which are what the rule remembers. */
function gathering(decay: number): StepRule {
  return (gradient, { norm }, memory) => {
    const gathered = tidy(() => {
      const own = unitGradient(gradient);
      return memory ? add(mul(memory, decay), own) : own;
    });
    return { direction: norm.steepest(gathered), memory: gathered };
  };
}

/**
 * The momentum iterative method: steepest steps along gathered gradients, whose examples fool other models more often.
 *
 * ```math
 * g_{t+1} = \mu g_t + \frac{\nabla_x L(f(x_t), y)}{\|\nabla_x L(f(x_t), y)\|_1}, \qquad
 * x_{t+1} = \Pi_{\mathcal B(x,\varepsilon)}\bigl(x_t + \alpha\varepsilon\, s(g_{t+1})\bigr)
 * ```
 *
 * The steepest step is taken of the sum, as the last thing. Dong et al. work in l-infinity and l2 with the cross-entropy,
 * `mu = 1`, and equal steps of `eps / steps`; here steps fall and are ten radii in all, which found more in every norm.
 *
 * @param options - See {@link MiFgsmOptions}.
 * @returns An attack; its result's `x` is owned by the caller.
 * @throws InputError if the radius is infinite, `steps` is not a positive integer, `stepSize` not positive, or `decay`
 * negative.
 * @example
 * ```ts
 * const attack = miFgsm({ threat: ball(linf, 16 / 255, { low: 0, high: 1 }) });
 * ```
 * @see Dong, Liao, Pang, Su, Zhu, Hu, Li: Boosting Adversarial Attacks with Momentum, 2017 (arXiv:1710.06081).
 */
export function miFgsm(options: MiFgsmOptions): Attack {
  requireSettings<MiFgsmOptions>('miFgsm', options, {
    threat: true,
    steps: true,
    stepSize: true,
    decay: true,
    start: true,
    loss: true,
    earlyStop: true,
  });
  const { threat, steps = 10, stepSize, decay = 1, start = 'none', loss = margin, earlyStop = true } = options;
  requireBudget(threat, 'miFgsm');
  requireInteger({ steps }, 1);
  const stepSizes = stepSizesOf(steps, stepSize);
  requireNonNegative({ decay });
  const rule = gathering(decay);
  const words = [`MI-FGSM-${threat.norm.name}`, `${steps} steps`, `decay ${decay}`, ...manner(options, 'none')];
  return ascentAttack(words.join(', '), threat, { stepSizes, start, loss, earlyStop, rule });
}
