import { InputError, type Network, type Params, paramsFromArrays } from '@advml/core';
import { floatsOf } from '@advml/core/internal';
import type { SafeTensors } from '@advml/formats';
import { fromStateDict, type LayeredNetwork } from '@advml/networks';
import type { FileArrays } from './arrays.ts';
import type { OnNote } from './data/raw-examples.ts';

/** Weights in single precision by name. */
export type Weights = Readonly<
  Record<string, { readonly dtype: 'F32'; readonly shape: readonly number[]; readonly data: Float32Array }>
>;

/**
 * The arrays of a file in single precision.
 *
 * @param arrays - As the file has them.
 * @returns The same names.
 * @throws InputError if a number does not fit float32.
 */
export const floatWeights = (arrays: SafeTensors): Weights =>
  Object.fromEntries(
    Object.entries(arrays).map(([name, array]) => [
      name,
      { dtype: 'F32', shape: array.shape, data: floatsOf(name, array) },
    ]),
  );

/** What this library calls the layers of a network, by the number of axes of their weight. */
const LAYERS: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  mlp: { 2: 'layer' },
  cnn: { 4: 'conv', 2: 'dense', 1: 'norm' },
};

/** A layer that a file calls in its own way, such as `features.3`. */
interface Foreign {
  readonly prefix: string;
  /** Its name up to the number at the end. */
  readonly text: string;
  readonly number: number;
  readonly kind: string;
}

/** Weights under the names of a network. */
export interface NamedWeights {
  /** The network's name. */
  readonly network: string;
  readonly weights: Weights;
  /** Whether PyTorch wrote them, where images are channels first. */
  readonly foreign: boolean;
}

/**
 * Weights under the names that a network of this library has.
 *
 * All become float32. Layers that are numbered in another way, as those of PyTorch's `nn.Sequential` ("0.weight"), are renamed in
 * their order. PyTorch's count of batches is left out. Files with such layers, and those of PyTorch's `save_file`, which says so in
 * the metadata, are PyTorch's.
 *
 * @param network - Name of the network.
 * @param file - Arrays and texts as the file has them.
 * @param onNote - Told what was changed.
 * @returns Weights by the network's names.
 * @throws InputError if a number does not fit float32, or the order of layers cannot be told.
 */
export function weightsFor(
  network: string,
  { arrays, metadata }: Pick<FileArrays, 'arrays' | 'metadata'>,
  onNote: OnNote,
): NamedWeights {
  const kept = Object.entries(arrays).filter(([name]) => !/(^|\.)num_batches_tracked$/.test(name));
  const weights = floatWeights(Object.fromEntries(kept));
  const kinds = Object.hasOwn(LAYERS, network) ? LAYERS[network] : {};
  const own = Object.values(kinds).some((kind) => `${kind}1.weight` in weights);
  const layers = own ? [] : foreignLayers(weights, kinds);
  const foreign = layers.length > 0 || metadata.format === 'pt';
  if (foreign && network === 'cnn')
    onNote(
      "weights of a CNN of PyTorch: images were flattened channels first there; convolutions are taken to have padding='same', which this library has",
    );
  return { network, weights: layers.length > 0 ? renamed(weights, layers, onNote) : weights, foreign };
}

/**
 * Parameters of a network. Those of PyTorch are turned from channels first to channels last, but where a perceptron takes images as the file
 * of inputs has them.
 *
 * @param network - Made for these weights.
 * @param named - The weights.
 * @returns Parameters, owned by the caller.
 * @throws InputError if they do not fit.
 */
export function paramsFor(network: Network, named: NamedWeights): Params {
  if (!named.foreign || !('layers' in network)) return paramsFromArrays(named.weights);
  const flattened = named.network === 'mlp' ? 'channels-last' : 'channels-first';
  return fromStateDict(network as LayeredNetwork, named.weights, { flattened });
}

/** The layers in their order; nothing where the names do not tell it. */
function foreignLayers(weights: Weights, kinds: Readonly<Record<number, string>>): readonly Foreign[] {
  const prefixes = Object.keys(weights)
    .filter((name) => name.endsWith('.weight'))
    .map((name) => name.slice(0, -7));
  const layers = prefixes.map((prefix): Foreign | undefined => {
    const [, text, number] = /^(.*?)(\d+)$/.exec(prefix) ?? [];
    const kind = kinds[weights[`${prefix}.weight`].shape.length];
    return text === undefined || kind === undefined ? undefined : { prefix, text, number: Number(number), kind };
  });
  const known = layers.filter((layer) => layer !== undefined);
  const clear = known.every(({ kind, text }) => known.every((other) => other.kind !== kind || other.text === text));
  return known.length === layers.length && clear ? known.toSorted((a, b) => a.number - b.number) : [];
}

function renamed(weights: Weights, layers: readonly Foreign[], onNote: OnNote): Record<string, Weights[string]> {
  const count: Record<string, number> = {};
  const names = new Map(
    layers.map(({ prefix, kind }) => {
      count[kind] = (count[kind] ?? 0) + 1;
      return [prefix, `${kind}${count[kind]}`];
    }),
  );
  onNote(
    `weights: ${Array.from(names, ([from, to]) => `'${from}' is ${to}`).join(', ')}, in the order of their numbers`,
  );
  return Object.fromEntries(
    Object.entries(weights).map(([name, array]) => {
      const at = name.lastIndexOf('.');
      const layer = names.get(name.slice(0, at));
      if (layer === undefined) throw new InputError(`the weights hold '${name}', which belongs to no numbered layer`);
      return [`${layer}${name.slice(at)}`, array];
    }),
  );
}
