import { type Attack, type Box, ball, type Loss, linf, margin, perturb, type Threat } from '@advml/core';
import { requireOptions, requirePositive } from '@advml/core/internal';
import type { Tensor } from '@tensorflow/tfjs-core';
import { requireBudget } from '../search/budget.ts';
import { graded } from '../search/graded.ts';
import { manner } from '../search/manner.ts';
import { requireSettings } from '../search/require-settings.ts';
import { scaleRows } from '../search/rows.ts';
import type { Found, SearchTask } from '../search/search.ts';
import { startDelta } from '../search/start.ts';
import { advance, uphill } from '../search/uphill.ts';

/** What {@link fgm} may do. */
export interface FgmOptions {
  /** The ball (norm and radius, in input units) and, if any, the box that inputs must stay in. */
  readonly threat: Threat;
  /** What the attacker raises, one value an example. Default: the margin. */
  readonly loss?: Loss;
  /** From the input itself (`none`) or from a uniform random point of the ball. Default: `none`. */
  readonly start?: 'none' | 'random';
  /** Length of the step as a share of the radius. Default: 1, or 1.25 from a random start. */
  readonly stepSize?: number;
}

/**
 * The fast gradient method: one step of full length in the norm's steepest direction.
 *
 * With l-infinity it is FGSM, with l2 the attack that the feature-purification paper trains with. One pass
 * forward and back; the step depends only on the direction of the gradient, so losses that are monotone in the
 * margin of a score (logistic, margin) give the same step, but the margin's gradient never vanishes.
 *
 * ```math
 * \delta = \varepsilon \operatorname*{argmax}_{\|s\| \le 1} \langle \nabla_x L(f(x), y), s \rangle
 * ```
 *
 * @param options - See {@link FgmOptions}.
 * @returns An attack; its result's `x` is owned by the caller.
 * @throws InputError if the radius is infinite or `stepSize` not positive.
 * @example
 * ```ts
 * const attack = fgm({ threat: ball(l2, 0.11) });
 * const { success } = attack(model, x, y, { key: key('evaluation', 7) });
 * ```
 * @see Goodfellow, Shlens, Szegedy: Explaining and Harnessing Adversarial Examples, 2014 (arXiv:1412.6572);
 * Wong, Rice, Kolter: Fast is better than free, 2020 (arXiv:2001.03994), for the random start and the 1.25.
 */
export function fgm(options: FgmOptions): Attack {
  requireSettings<FgmOptions>('fgm', options, { threat: true, loss: true, start: true, stepSize: true });
  const { threat, loss = margin, start = 'none', stepSize = start === 'random' ? 1.25 : 1 } = options;
  requireBudget(threat, 'fgm');
  requirePositive({ stepSize }, 'a share of the radius');
  const staysInside = start === 'none' && stepSize <= 1 && !threat.box;

  const search = (task: SearchTask): Found => {
    const lengths = task.threat.radii.map((radius) => stepSize * radius);
    const begin = startDelta(task, start);
    const at = perturb(threat, task.x, begin);
    const { direction, output, flat } = uphill(task, at, { model: task.model, loss, draw: 0 });
    const delta: Tensor = staysInside ? scaleRows(direction, lengths) : advance(task, begin, direction, lengths);
    for (const tensor of [begin, at, output, direction]) tensor.dispose();
    const zeroGradient = task.keys.map(() => false);
    for (const row of flat) zeroGradient[row] = true;
    return { delta, gradients: new Int32Array(task.keys.length).fill(1), zeroGradient };
  };

  return graded([`FGM-${threat.norm.name}`, ...manner(options, 'none')].join(', '), threat, search);
}

/** What {@link fgsm} may do. */
export interface FgsmOptions extends Omit<FgmOptions, 'threat'> {
  /** Largest change of an entry, in input units. */
  readonly eps: number;
  /** Range of the inputs. Default: none. */
  readonly box?: Box;
}

/**
 * The fast gradient sign method: {@link fgm} in l-infinity.
 *
 * ```math
 * x' = x + \varepsilon \operatorname{sign}(\nabla_x L(f(x), y))
 * ```
 *
 * @param options - See {@link FgsmOptions}.
 * @returns An attack; its result's `x` is owned by the caller.
 * @throws InputError if `eps` is negative or `stepSize` not positive.
 * @example
 * ```ts
 * const attack = fgsm({ eps: 8 / 255, box: { low: 0, high: 1 } });
 * ```
 * @see Goodfellow, Shlens, Szegedy: Explaining and Harnessing Adversarial Examples, 2014 (arXiv:1412.6572).
 */
export function fgsm(options: FgsmOptions): Attack {
  requireOptions<FgsmOptions>('fgsm', options, { eps: true, box: true, loss: true, start: true, stepSize: true });
  const { eps, box, ...rest } = options;
  return fgm({ ...rest, threat: ball(linf, eps, box) });
}
