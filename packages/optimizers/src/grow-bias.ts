import { mapParams, type Optimizer } from '@advml/core';
import { requireNames, requireNonNegative, requireOptions, requireSameTree } from '@advml/core/internal';
import { maximum, mean, minimum, mul, sub } from '@tensorflow/tfjs-core';
import { rowSizes } from './row-sizes.ts';
import { linear } from './schedules.ts';
import { stateless } from './stateless.ts';
import { stepCount, stepOf } from './step-count.ts';

/** How a bias follows the weights; see {@link growBias}. */
export interface BiasGrowth {
  /** Name of the bias, of any shape. */
  readonly bias: string;
  /** Name of the weights, one row a neuron. */
  readonly weight: string;
  /** Bias as a share of the mean size of a row, >= 0. */
  readonly ratio: number;
  /** Largest bias, >= 0, in units of a pre-activation. */
  readonly final: number;
}

/**
 * A bias that grows with the weights until it reaches its end, and never shrinks on the way.
 *
 * ```math
 * b_{t+1} = \min\bigl(b_{\text{final}},\; \max(b_t,\; r \cdot \tfrac1m \textstyle\sum_i |w_i|)\bigr)
 * ```
 *
 * with the weights before the step. It takes the place of the bias' gradient step, so it stands last in a chain; the
 * other updates pass unchanged. A bias that grows by the clock can outrun the weights and silence every neuron; this one
 * cannot.
 *
 * @param growth - See {@link BiasGrowth}.
 * @returns An optimizer without a state.
 * @throws InputError if `ratio` or `final` is negative or not finite, or, when it is used, a name is not a parameter's.
 * @example
 * ```ts
 * const optimizer = chain(
 *   purificationRegularizer(1e-5, { only: ['weight'] }),
 *   descend(25),
 *   growBias({ bias: 'bias', weight: 'weight', ratio: 0.055, final: 0.05 }),
 * );
 * ```
 */
export function growBias(growth: BiasGrowth): Optimizer {
  requireOptions<BiasGrowth>('growBias', growth, { bias: true, weight: true, ratio: true, final: true });
  const { bias, weight, ratio, final } = growth;
  requireNonNegative({ ratio, final });
  return stateless(
    (_update, _name, params) => {
      requireNames('weight', [weight], params);
      const size = mean(rowSizes(weight, params[weight])); // []
      return sub(minimum(final, maximum(params[bias], mul(size, ratio))), params[bias]);
    },
    { only: [bias] },
  );
}

/** How a bias grows by the clock; see {@link growBiasLinearly}. */
export interface LinearBiasGrowth {
  /** Name of the bias, of any shape. */
  readonly bias: string;
  /** Its value before the first step, in units of a pre-activation. */
  readonly from: number;
  /** Its value after `steps` steps and from then on. */
  readonly to: number;
  /** How many steps the growth takes, at least 1. */
  readonly steps: number;
}

/**
 * A bias that grows by the same amount at every step, as in the feature-purification paper, and then stays.
 *
 * ```math
 * b_t = b_0 + (b_T - b_0) \min(1, t / T)
 * ```
 *
 * where $b_t$ is the bias after $t$ steps. It takes the place of the bias' gradient step, so it stands last in a chain;
 * the other updates pass unchanged. Its state is the number of steps made, `step`.
 *
 * @param growth - See {@link LinearBiasGrowth}.
 * @returns An optimizer.
 * @throws InputError if `steps` is not an integer >= 1, or, when it is used, there is no such bias.
 * @example
 * ```ts
 * const optimizer = chain(descend(25), growBiasLinearly({ bias: 'bias', from: 2.5e-4, to: 0.05, steps: 300 }));
 * ```
 * @see Allen-Zhu, Li: Feature Purification: How Adversarial Training Performs Robust Deep Learning, 2020 (arXiv:2005.10190), section 4.
 */
export function growBiasLinearly(growth: LinearBiasGrowth): Optimizer {
  requireOptions<LinearBiasGrowth>('growBiasLinearly', growth, { bias: true, from: true, to: true, steps: true });
  const { bias, from, to, steps } = growth;
  const schedule = linear({ from, to, steps });
  return Object.freeze<Optimizer>({
    init(params) {
      requireNames('bias', [bias], params);
      return { step: stepCount(0) };
    },
    update(gradients, state, params) {
      requireSameTree('gradients', gradients, params);
      const done = stepOf(state) + 1;
      const updates = mapParams(gradients, (update, name) =>
        name === bias ? sub(schedule(done), params[bias]) : update.clone(),
      );
      return { updates, state: { step: stepCount(done) } };
    },
  });
}
