import type { Network } from './network.ts';
import { requireNetwork } from './require-network.ts';

/** The key under which the metadata of a file of weights say which network they belong to. */
export const NETWORK_METADATA = 'advml.network';

/**
 * What a file of weights should say beside them: which network they belong to, as JSON.
 *
 * @param network - Any network.
 * @returns Texts for the metadata of a safetensors file; none for a network that cannot describe itself.
 * @example
 * ```ts
 * const bytes = encodeSafetensors(paramsToArrays(params), networkMetadata(network)); // from '@advml/formats'
 * ```
 */
export function networkMetadata(network: Network): Readonly<Record<string, string>> {
  requireNetwork('networkMetadata', network);
  const description = network.describe?.();
  return description ? { [NETWORK_METADATA]: JSON.stringify(description) } : {};
}
