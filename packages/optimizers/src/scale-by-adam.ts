import { mapParams, type Optimizer, type Params } from '@advml/core';
import {
  ADAM,
  adamDirection,
  adamMean,
  nest,
  type OptionNames,
  requireOptions,
  requirePositive,
  requireSameTree,
  requireShare,
  subtree,
} from '@advml/core/internal';
import { square, zerosLike } from '@tensorflow/tfjs-core';
import { stepCount, stepOf } from './step-count.ts';

/** Constants of Adam; the defaults are the paper's. */
export interface AdamScaling {
  /** Share of the running mean of the gradients that is kept, in [0, 1). */
  readonly beta1?: number;
  /** Share of the running mean of their squares that is kept, in [0, 1). */
  readonly beta2?: number;
  /** Added to the root of the mean square, in units of the gradient, > 0. */
  readonly epsilon?: number;
}

/** Names of {@link AdamScaling}. */
export const ADAM_SCALING: OptionNames<AdamScaling> = { beta1: true, beta2: true, epsilon: true };

/**
 * Gradients divided by their recent size: Adam without its learning rate.
 *
 * ```math
 * m_t = \beta_1 m_{t-1} + (1 - \beta_1) g_t, \qquad v_t = \beta_2 v_{t-1} + (1 - \beta_2) g_t^2, \qquad
 * u_t = \frac{m_t / (1 - \beta_1^t)}{\sqrt{v_t / (1 - \beta_2^t)} + \epsilon}
 * ```
 *
 * Its state is $m$ as `mean.NAME`, $v$ as `square.NAME` and the number of steps, `step`.
 *
 * @param options - See {@link AdamScaling}. Default: 0.9, 0.999 and 1e-8.
 * @returns An optimizer.
 * @throws InputError if a beta is outside [0, 1) or `epsilon` is not positive.
 * @example
 * ```ts
 * const optimizer = chain(scaleByAdam({ beta2: 0.99 }), descend(1e-3));
 * ```
 * @see Kingma, Ba: Adam: A Method for Stochastic Optimization, 2015, algorithm 1.
 */
export function scaleByAdam(options: AdamScaling = {}): Optimizer {
  requireOptions<AdamScaling>('scaleByAdam', options, ADAM_SCALING);
  const { beta1 = ADAM.beta1, beta2 = ADAM.beta2, epsilon = ADAM.epsilon } = options;
  requireShare({ beta1, beta2 });
  requirePositive({ '1 - beta1': 1 - beta1, '1 - beta2': 1 - beta2, epsilon });
  const zeros = (params: Params) => mapParams(params, (param) => zerosLike(param));
  return Object.freeze<Optimizer>({
    init: (params) => ({ ...nest('mean', zeros(params)), ...nest('square', zeros(params)), step: stepCount(0) }),
    update(gradients, state) {
      const [means, squares, step] = [subtree(state, 'mean'), subtree(state, 'square'), stepOf(state) + 1];
      requireSameTree('mean', means, gradients);
      requireSameTree('square', squares, gradients);
      const mean = mapParams(gradients, (g, name) => adamMean(means[name], g, beta1));
      const meanSquare = mapParams(gradients, (g, name) => adamMean(squares[name], square(g), beta2));
      const constants = { beta1, beta2, epsilon };
      const updates = mapParams(mean, (m, name) => adamDirection(m, meanSquare[name], step, constants));
      return { updates, state: { ...nest('mean', mean), ...nest('square', meanSquare), step: stepCount(step) } };
    },
  });
}
