import { mapParams, type Optimizer, type Params } from '@advml/core';
import { requireFunction, requireNames, requireOptions, requireSameTree } from '@advml/core/internal';
import type { Tensor } from '@tensorflow/tfjs-core';

/** Which parameters a transformation is for. */
export interface Only {
  /** Their names. Default: all. The updates of the others pass unchanged. */
  readonly only?: readonly string[];
}

/**
 * A gradient transformation without a state, from what it does to one parameter.
 *
 * The way to write your own part for {@link chain}.
 *
 * @param change - Gives the new update, of the same shape and owned by the caller, from the update, the name of its
 * parameter, and all parameters before the step. Its temporaries are disposed.
 * @param options - See {@link Only}.
 * @returns An optimizer whose state is empty.
 * @throws InputError if `change` is no function, or `only` no array; when it is used, if a name in it is not a parameter's.
 * @example
 * ```ts
 * const signDescent = chain(stateless((update) => sign(update)), descend(0.01)); // sign from '@tensorflow/tfjs-core'
 * ```
 */
export function stateless(
  change: (update: Tensor, name: string, params: Params) => Tensor,
  options: Only = {},
): Optimizer {
  requireOptions<Only>('stateless', options, { only: true });
  const { only } = options;
  requireFunction('change', change);
  if (only !== undefined) requireNames('only', only);
  return Object.freeze<Optimizer>({
    init(params) {
      requireNames('only', only ?? [], params);
      return {};
    },
    update(gradients, _state, params) {
      requireSameTree('gradients', gradients, params);
      requireNames('only', only ?? [], params);
      const updates = mapParams(gradients, (update, name) =>
        only && !only.includes(name) ? update.clone() : change(update, name, params),
      );
      return { updates, state: {} };
    },
  });
}
