import { described } from './described.ts';
import { InputError } from './errors.ts';
import type { Network } from './network.ts';

/**
 * Refuses what is no network, such as a tfjs-layers model or a classifier, whose parameters are not at hand.
 *
 * @param owner - Function that takes the network, as its user calls it.
 * @param network - What the user gave.
 * @throws {@link InputError} that says what a network is.
 * @example
 * ```ts
 * requireNetwork('fit', network);
 * ```
 */
export function requireNetwork(owner: string, network: Network): void {
  const { init, apply } = Object(network) as Partial<Network>;
  if (typeof init === 'function' && typeof apply === 'function') return;
  throw new InputError(
    `${owner} takes a network, functions { init, apply } of its parameters such as mlp gives, got ${described(network)}`,
  );
}
