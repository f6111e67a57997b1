import { InputError, type Network, type Params, type Shaped } from '@advml/core';
import { NETWORK_METADATA, requireOptions, requireSameTree } from '@advml/core/internal';
import { describedNetwork } from './kinds.ts';

/** What {@link networkOf} may be told beside the metadata. */
export interface NetworkOfOptions {
  /** The weights of the same file, or only their shapes: a description that does not fit them is refused. */
  readonly weights?: Readonly<Record<string, Shaped>>;
  /** Parameters $`W_0`$ underneath, where the weights are an update of {@link lowRank}; the caller keeps them alive. */
  readonly base?: Params;
}

/** The longest description that is read, in characters. */
const LONGEST = 2 ** 18;

/** The most numbers that a parameter or an input may have. */
const MOST = 2 ** 28;

/**
 * The network that a file of weights says it belongs to, out of its metadata; `networkMetadata` of `@advml/core` writes them.
 *
 * Files come from anywhere, so every field is checked and nothing is evaluated: unknown kinds and fields, sizes beyond any file, and
 * sizes that do not fit the weights are refused by name. The network has the function it had, bit for bit; its initialization is that
 * of its kind.
 *
 * @param metadata - Texts of the file, as `decodeSafetensors` of `@advml/formats` gives them.
 * @param options - See {@link NetworkOfOptions}.
 * @returns The network.
 * @throws InputError if the metadata describe no network, or one that cannot be.
 * @example
 * ```ts
 * const { tensors, metadata } = decodeSafetensors(bytes); // from '@advml/formats'
 * const network = networkOf(metadata, { weights: tensors });
 * const model = classifier(network, paramsFromArrays(tensors)); // both from '@advml/core'
 * ```
 */
export function networkOf(metadata: Readonly<Record<string, string>>, options: NetworkOfOptions = {}): Network {
  requireOptions<NetworkOfOptions>('networkOf', options, { weights: true, base: true });
  const { weights, base } = options;
  const network = describedNetwork(jsonIn(metadata), base);
  requireModest('x', network.inputShape);
  for (const [name, { shape }] of Object.entries(network.parameters ?? {})) requireModest(name, shape);
  if (weights && network.parameters) requireSameTree('the weights', weights, network.parameters);
  return network;
}

function jsonIn(metadata: Readonly<Record<string, string>>): unknown {
  const text = metadata[NETWORK_METADATA];
  if (typeof text !== 'string')
    throw new InputError(`the metadata have no '${NETWORK_METADATA}', which says what network the weights belong to`);
  if (text.length > LONGEST)
    throw new InputError(`'${NETWORK_METADATA}' must be at most ${LONGEST} characters, got ${text.length}`);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputError(`'${NETWORK_METADATA}' must be JSON: ${(error as Error).message}`, { cause: error });
  }
}

function requireModest(name: string, shape: readonly number[]): void {
  const size = shape.reduce((product, length) => product * length, 1);
  if (size > MOST)
    throw new InputError(
      `'${name}' of the described network must hold at most ${MOST} numbers, its shape [${shape}] has ${size}`,
    );
}
