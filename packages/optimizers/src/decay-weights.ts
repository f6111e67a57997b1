import type { Optimizer } from '@advml/core';
import { requireNonNegative, requireOptions } from '@advml/core/internal';
import { add, mul } from '@tensorflow/tfjs-core';
import { type Only, stateless } from './stateless.ts';

/**
 * Weight decay: adds a multiple of each parameter to its update.
 *
 * ```math
 * u = g + \lambda w
 * ```
 *
 * Before an adaptive scaling it is the gradient of $\lambda |w|^2 / 2$; after it, decoupled decay as in {@link adamw}.
 *
 * @param lambda - Strength of the decay, >= 0.
 * @param options - See {@link Only}.
 * @returns An optimizer without a state.
 * @throws InputError if `lambda` is negative or not finite, or, when it is used, a name is not a parameter's.
 * @example
 * ```ts
 * const optimizer = chain(decayWeights(1e-4, { only: ['weight'] }), trace(0.9), descend(0.1));
 * ```
 */
export function decayWeights(lambda: number, options: Only = {}): Optimizer {
  requireNonNegative({ lambda });
  requireOptions<Only>('decayWeights', options, { only: true });
  return stateless((update, name, params) => add(update, mul(params[name], lambda)), options);
}
