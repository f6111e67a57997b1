import { mapParams, type Optimizer } from '@advml/core';
import { nest, requireOptions, requireSameTree, requireShare, subtree } from '@advml/core/internal';
import { add, mul, zerosLike } from '@tensorflow/tfjs-core';

/** How {@link trace} uses its sum. */
export interface TraceOptions {
  /** Whether to look one step ahead, as Nesterov's method does. Default: false. */
  readonly nesterov?: boolean;
}

/**
 * A decaying sum of gradients, the heart of momentum.
 *
 * ```math
 * v_t = \mu v_{t-1} + g_t, \qquad u_t = v_t \quad\text{or, with nesterov,}\quad u_t = g_t + \mu v_t
 * ```
 *
 * Its state is $v$, as `velocity.NAME`.
 *
 * @param decay - The share $\mu$ of the sum that is kept, in [0, 1].
 * @param options - See {@link TraceOptions}.
 * @returns An optimizer.
 * @throws InputError if `decay` is outside [0, 1].
 * @example
 * ```ts
 * const optimizer = chain(trace(0.9), descend(0.01));
 * ```
 * @see Sutskever, Martens, Dahl, Hinton: On the Importance of Initialization and Momentum in Deep Learning, 2013; in the
 * form where the rate is applied after the sum, as in PyTorch and optax.
 */
export function trace(decay: number, options: TraceOptions = {}): Optimizer {
  requireOptions<TraceOptions>('trace', options, { nesterov: true });
  const { nesterov = false } = options;
  requireShare({ decay });
  return Object.freeze<Optimizer>({
    init: (params) =>
      nest(
        'velocity',
        mapParams(params, (param) => zerosLike(param)),
      ),
    update(gradients, state) {
      const before = subtree(state, 'velocity');
      requireSameTree('velocity', before, gradients);
      const velocity = mapParams(gradients, (gradient, name) => add(gradient, mul(before[name], decay)));
      const updates = mapParams(gradients, (gradient, name) =>
        nesterov ? add(gradient, mul(velocity[name], decay)) : velocity[name].clone(),
      );
      return { updates, state: nest('velocity', velocity) };
    },
  });
}
