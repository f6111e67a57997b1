import { InputError, l2, mapParams, type Params, type Schedule, trainable } from '@advml/core';
import { requireNames, requireNonNegative, requireOptions, scheduleOf } from '@advml/core/internal';
import { add, mul, reshape, tidy } from '@tensorflow/tfjs-core';
import type { MinMaxObjective } from './min-max.ts';
import type { Objective } from './objective.ts';

/** Settings of {@link awpObjective}. */
export interface AwpObjectiveOptions {
  /**
   * Size of the perturbation of each parameter as a share of the parameter's own size, finite and >= 0: a number, or a function of
   * the step, such as 0 at first. Default: 0.005; the authors' code takes 0.01 with plain adversarial training.
   */
  readonly gamma?: number | Schedule;
  /**
   * Names of the parameters that are perturbed. Default: all with two axes or more but the state of the network, which leaves biases and
   * scales alone.
   */
  readonly only?: readonly string[];
}

/**
 * Adversarial weight perturbation: any of the adversarial objectives, at the worst weights near by as well.
 *
 * ```math
 * \min_w \, \max_{\|v_l\| \le \gamma \|w_l\|} \ell\bigl(w + v, x'(w)\bigr), \qquad
 * v_l = \gamma\, \|w_l\| \frac{\nabla_{w_l} \ell(w, x')}{\|\nabla_{w_l} \ell(w, x')\|}
 * ```
 *
 * with one step of ascent for each parameter $l$, in the Euclidean size of the whole tensor. The inputs $x'$ are found once, at
 * $w$; the gradient is that at $w + v$, and the step is made from $w$. Loss and accuracy are those at $w + v$. It costs one pass
 * forward and back more.
 *
 * @param objective - What is made worse, such as an {@link adversarialObjective} or a {@link tradesObjective}.
 * @param options - See {@link AwpObjectiveOptions}.
 * @returns An objective.
 * @throws InputError if `gamma` is negative or not finite, or `only` no array; when it is used, if a name in it is not a parameter's, or of
 * state.
 * @example
 * ```ts
 * const objective = awpObjective(tradesObjective({ attack }), { gamma: (step) => (step < 1000 ? 0 : 0.005) });
 * ```
 * @see Wu, Xia, Wang: Adversarial Weight Perturbation Helps Robust Generalization, 2020 (arXiv:2004.05884), algorithm 1.
 */
export function awpObjective(objective: MinMaxObjective, options: AwpObjectiveOptions = {}): Objective {
  requireOptions<AwpObjectiveOptions>('awpObjective', options, { gamma: true, only: true });
  const { inner, outer } = Object(objective) as MinMaxObjective;
  if (typeof inner !== 'function' || typeof outer !== 'function')
    throw new InputError(
      'awpObjective takes an objective of two halves, such as adversarialObjective({ attack }) gives, and got none',
    );
  const { gamma = 5e-3, only } = options;
  if (typeof gamma === 'number') requireNonNegative({ gamma });
  const share = scheduleOf('gamma', gamma);
  if (only !== undefined) requireNames('only', only);
  return (context) => {
    const { network, params, step } = context;
    const now = share(step);
    requireNonNegative({ [`gamma at step ${step}`]: now });
    return tidy(() => {
      const worst = inner(context);
      const result = outer(context, worst);
      if (now === 0) return { ...result };
      const weights = trainable(network, params);
      requireNames('only', only ?? [], params, network.state);
      const moved = uphill(weights, result.gradients, now, only);
      return { ...outer({ ...context, params: { ...params, ...moved } }, worst) };
    });
  };
}

/** The parameters after one step of ascent, each by its share of its own size. */
function uphill(params: Params, gradients: Params, gamma: number, only?: readonly string[]): Params {
  return mapParams(params, (weight, name) => {
    if (!(only ? only.includes(name) : weight.rank >= 2)) return weight.clone();
    const whole = [1, weight.size];
    const size = l2.size(reshape(weight, whole)); // [1]
    const direction = l2.steepest(reshape(gradients[name], whole)); // zero where the gradient is zero
    return add(weight, reshape(mul(direction, mul(size, gamma)), weight.shape));
  });
}
