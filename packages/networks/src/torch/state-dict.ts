import { type FloatArray, InputError, type Params, paramsFromArrays, paramsToArrays } from '@advml/core';
import { described, floatsOf, requireNetwork, requireOptions, requireSameTree } from '@advml/core/internal';
import type { LayeredNetwork } from '../layers/layered-network.ts';
import { requireLayer } from '../layers/require-layer.ts';
import { type Flattening, type TorchLayout, torchLayout, transposedEach } from './layout.ts';
import { networkNames, requireStateDict } from './names.ts';

/** One entry of a state dict: an array of a safetensors or npz file. */
export interface StateDictEntry {
  /** Type of its numbers by its safetensors name. Half precision is read as `F32` before. */
  readonly dtype: string;
  /** Lengths of the axes. */
  readonly shape: readonly number[];
  /** Numbers, last axis fastest. */
  readonly data: ArrayLike<number> | ArrayLike<bigint>;
}

/** What {@link toStateDict} may be told. */
export interface ToStateDictOptions {
  /**
   * In which order the PyTorch module flattens an image before a dense layer: `channels-first`, as `nn.Flatten` does, or
   * `channels-last`, if it permutes its images first. Default: `channels-first`.
   */
  readonly flattened?: Flattening;
}

/** What {@link fromStateDict} may be told. */
export interface FromStateDictOptions extends ToStateDictOptions {
  /**
   * The network's name for an entry of the state dict. Default: the same, or that of the module at the same place where numbers give
   * the order, as in `nn.Sequential`.
   *
   * @param name - As PyTorch has it.
   */
  readonly rename?: (name: string) => string;
}

type Floats = Record<string, FloatArray>;

/** Numbers of the columns that run over a flattened image, in the other order. */
function turned(arrays: Floats, { images }: TorchLayout, to: 'torch' | 'network'): Floats {
  const entries = Array.from(images, ([name, [height, width, channels]]) => {
    const { data, ...array } = arrays[name];
    const [rows, columns] = to === 'torch' ? [height * width, channels] : [channels, height * width];
    return [name, { ...array, data: transposedEach(data, rows, columns) }];
  });
  return { ...arrays, ...Object.fromEntries(entries) };
}

/** A bias before a batch normalization moves its mean, and nothing else. */
function withoutBiases(arrays: Floats, { folded }: TorchLayout): Floats {
  const result = { ...arrays };
  for (const [biasName, meanName] of folded) {
    const [bias, mean] = [result[biasName], result[meanName]];
    if (!bias || bias.data.length !== mean?.data.length) continue;
    result[meanName] = { ...mean, data: mean.data.map((value, at) => value - bias.data[at]) };
    delete result[biasName];
  }
  return result;
}

/** Refuses what is no array of a file, such as a tensor. */
function requireArray(name: string, array: StateDictEntry): void {
  const { shape, data } = Object(array) as Partial<StateDictEntry>;
  const size = Array.isArray(shape) ? shape.reduce((product: number, length) => product * length, 1) : undefined;
  if (size === undefined || data?.length !== size)
    throw new InputError(
      `'${name}' of the state dict must be { dtype, shape, data }, with as many numbers as its shape says, got ${described(array)}`,
    );
}

/** Arrays by what they are called now. */
function onceEach(entries: readonly (readonly [before: string, now: string, array: FloatArray])[]): Floats {
  const sources = new Map<string, string>();
  for (const [before, now] of entries) {
    const other = sources.get(now);
    if (other !== undefined)
      throw new InputError(`'${other}' and '${before}' would both be '${now}'; leave one of them out`);
    sources.set(now, before);
  }
  return Object.fromEntries(entries.map(([, now, array]) => [now, array]));
}

/** The entries in single precision, without counts of batches. */
function floatEntries(stateDict: Readonly<Record<string, StateDictEntry>>, rename: (name: string) => string): Floats {
  if (typeof stateDict !== 'object' || stateDict === null || ArrayBuffer.isView(stateDict))
    throw new InputError(
      `fromStateDict takes arrays by name, such as decodeSafetensors(bytes).tensors, got ${described(stateDict)}`,
    );
  for (const [name, array] of Object.entries(stateDict)) requireArray(name, array);
  const kept = Object.entries(stateDict).filter(([name]) => !/(^|\.)num_batches_tracked$/.test(name));
  return onceEach(
    kept.map(([name, array]) => [
      name,
      rename(name),
      { dtype: 'F32', shape: array.shape, data: floatsOf(name, array) },
    ]),
  );
}

/** Where the module keeps its numbers otherwise than the network. */
function layoutFor(owner: string, network: LayeredNetwork, flattened: Flattening = 'channels-first'): TorchLayout {
  requireNetwork(owner, network);
  requireLayer('network.layers', network.layers);
  if (flattened !== 'channels-first' && flattened !== 'channels-last')
    throw new InputError(`flattened must be 'channels-first' or 'channels-last', got ${described(flattened)}`);
  return torchLayout(network, flattened);
}

/**
 * Parameters of a network from the `state_dict` of a PyTorch module with the same layers.
 *
 * Names are the network's, or modules are numbered in the same order, as in `nn.Sequential`. Numbers of any type become float32. Counts of batches
 * (`num_batches_tracked`) are left out. A bias before a batch normalization, which a network here does not have, goes into its
 * running mean. After `nn.Flatten`, a dense layer's columns run over [channels, height, width], here over [height, width,
 * channels]: they are reordered.
 *
 * What a state dict does not tell must be the same: activations, padding (`padding='same'` for `same`), the `eps` of normalizations.
 *
 * @param network - Made of layers, such as by `cnn`, `resnet`, `mlp` or `layeredNetwork`.
 * @param stateDict - As `decodeSafetensors` or `decodeNpz` of `@advml/formats` gives it.
 * @param options - See {@link FromStateDictOptions}.
 * @returns Parameters, owned by the caller.
 * @throws InputError that names the first entry that is missing, has another shape or is too many, and what would fit; or a number
 * that float32 cannot hold.
 * @example
 * ```ts
 * const { tensors } = decodeSafetensors(await readFile('weights.safetensors')); // of '@advml/formats'
 * const params = fromStateDict(network, tensors);
 * ```
 */
export function fromStateDict(
  network: LayeredNetwork,
  stateDict: Readonly<Record<string, StateDictEntry>>,
  options: FromStateDictOptions = {},
): Params {
  requireOptions<FromStateDictOptions>('fromStateDict', options, { flattened: true, rename: true });
  const layout = layoutFor('fromStateDict', network, options.flattened);
  const own = network.parameters ?? {};
  const given = floatEntries(stateDict, options.rename ?? ((name) => name));
  const names = networkNames(own, given);
  const renamed = onceEach(Object.entries(given).map(([name, array]) => [name, names.get(name) as string, array]));
  const fitting = withoutBiases(renamed, layout);
  requireStateDict(network.name, own, fitting);
  return paramsFromArrays(turned(fitting, layout, 'network'));
}

/**
 * A network's parameters as the `state_dict` of a PyTorch module with the same layers and names; undoes {@link fromStateDict}.
 *
 * `load_state_dict` takes it as it is; PyTorch starts its counts of batches at 0. Do not write `networkMetadata` beside it: that is for
 * files in this library's own order.
 *
 * @param network - Made of layers, such as by `cnn`, `resnet`, `mlp` or `layeredNetwork`.
 * @param params - Its parameters; only read.
 * @param options - See {@link ToStateDictOptions}.
 * @returns Arrays by name, ready for `encodeSafetensors` of `@advml/formats`.
 * @throws InputError if the parameters are not the network's.
 * @example
 * ```ts
 * const bytes = encodeSafetensors(toStateDict(network, params), { format: 'pt' }); // of '@advml/formats'
 * ```
 */
export function toStateDict(
  network: LayeredNetwork,
  params: Params,
  options: ToStateDictOptions = {},
): Record<string, FloatArray> {
  requireOptions<ToStateDictOptions>('toStateDict', options, { flattened: true });
  const layout = layoutFor('toStateDict', network, options.flattened);
  requireSameTree('parameters', params, network.parameters ?? {});
  return turned(paramsToArrays(params) as Floats, layout, 'torch'); // parameters of layers are float32
}
