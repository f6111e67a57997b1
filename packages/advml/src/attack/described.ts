import { InputError, type Json, type Network, type NetworkDescription } from '@advml/core';
import { NETWORK_METADATA } from '@advml/core/internal';
import { networkOf } from '@advml/networks';
import type { FileArrays } from './arrays.ts';
import type { FilesSource } from './request.ts';

/**
 * The network that a file of weights says they belong to.
 *
 * @param file - The weights.
 * @param told - What the user says of the network.
 * @returns The network; undefined where the file says nothing, as one of another program.
 * @throws InputError that names the file if it cannot belong to such a network, or the user says something else.
 */
export function describedNetwork(
  { path, arrays, metadata }: Pick<FileArrays, 'path' | 'arrays' | 'metadata'>,
  told: Pick<FilesSource, 'network' | 'shape'>,
): Network | undefined {
  if (metadata[NETWORK_METADATA] === undefined) return undefined;
  try {
    const network = networkOf(metadata, { weights: arrays });
    requireAgreement(network, told);
    return network;
  } catch (error) {
    if (error instanceof InputError) throw new InputError(`${path}: ${error.message}`, { cause: error });
    throw error;
  }
}

/** Refuses a user's word that is not the file's. */
function requireAgreement(network: Network, told: Pick<FilesSource, 'network' | 'shape'>): void {
  const description: Partial<NetworkDescription> = network.describe?.() ?? {};
  const { kind, strides, stride, pooling } = description;
  const said: Readonly<Record<string, Json | undefined>> = { network: kind, strides: strides ?? stride, pooling };
  for (const [option, value] of Object.entries({ network: told.network, ...told.shape })) {
    if (value === undefined || String(value) === String(said[option])) continue;
    const own = said[option] === undefined ? 'none' : `'${said[option]}'`;
    throw new InputError(
      `--${option} contradicts the file, whose weights belong to ${network.name} (${kind}): it says ${own}, you say '${value}'; leave out --${option}`,
    );
  }
}
