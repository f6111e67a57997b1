import type { Optimizer } from '@advml/core';
import { requireNonNegative, requireOptions } from '@advml/core/internal';
import { add, mul } from '@tensorflow/tfjs-core';
import { rowSizes } from './row-sizes.ts';
import { type Only, stateless } from './stateless.ts';

/**
 * The regularizer of the feature-purification paper: adds its gradient to the update of each weight.
 *
 * ```math
 * R(w) = \lambda \sum_i \Bigl(\frac{|w_i|^2}{2} + \frac{|w_i|^3}{3}\Bigr), \qquad
 * \nabla_{w_i} R = \lambda\, (1 + |w_i|)\, w_i
 * ```
 *
 * where $w_i$ is a row (first axis) of the weight: what one neuron multiplies its inputs by.
 *
 * @param lambda - Strength, >= 0.
 * @param options - See {@link Only}; the weights it is for must have at least two axes.
 * @returns An optimizer without a state.
 * @throws InputError if `lambda` is negative or not finite, or, when it is used, a name is not a parameter's or a parameter has no rows.
 * @example
 * ```ts
 * const optimizer = chain(purificationRegularizer(1e-5, { only: ['weight'] }), descend(25));
 * ```
 * @see Allen-Zhu, Li: Feature Purification: How Adversarial Training Performs Robust Deep Learning, 2020 (arXiv:2005.10190), section 4.
 */
export function purificationRegularizer(lambda: number, options: Only = {}): Optimizer {
  requireNonNegative({ lambda });
  requireOptions<Only>('purificationRegularizer', options, { only: true });
  return stateless((update, name, params) => {
    const factor = mul(add(rowSizes(name, params[name]), 1), lambda); // [rows, 1, ...]
    return add(update, mul(params[name], factor));
  }, options);
}
