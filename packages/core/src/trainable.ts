import type { Network } from './network.ts';
import type { Params } from './params.ts';

/**
 * The parameters that gradient steps train: all but a network's state.
 *
 * @param network - Says by its `state` which are left out.
 * @param params - Its parameters, or anything with their names.
 * @returns A new record of the same tensors.
 * @example
 * ```ts
 * const state = optimizer.init(trainable(network, params));
 * ```
 */
export function trainable(network: Network, params: Params): Params {
  const { state = [] } = network;
  return Object.fromEntries(Object.entries(params).filter(([name]) => !state.includes(name)));
}
