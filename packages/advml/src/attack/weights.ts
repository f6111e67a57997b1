import { InputError } from '@advml/core';
import { floatsOf } from '@advml/core/internal';
import type { SafeTensors } from '@advml/formats';
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

/**
 * Weights as a network of this library takes them.
 *
 * All become float32. Layers that are numbered in another way, as those of PyTorch's `nn.Sequential` ("0.weight"), are renamed in
 * their order, and the first dense layer of a CNN is turned from channels first to channels last. PyTorch's count of batches is left out.
 *
 * @param network - Name of the network.
 * @param arrays - As the file has them.
 * @param onNote - Told what was changed.
 * @returns Weights by the network's names.
 * @throws InputError if a number does not fit float32, or the order of layers cannot be told.
 */
export function weightsFor(network: string, arrays: SafeTensors, onNote: OnNote): Weights {
  const kept = Object.entries(arrays).filter(([name]) => !/(^|\.)num_batches_tracked$/.test(name));
  const weights = floatWeights(Object.fromEntries(kept));
  const kinds = Object.hasOwn(LAYERS, network) ? LAYERS[network] : undefined;
  if (!kinds || Object.values(kinds).some((kind) => `${kind}1.weight` in weights)) return weights;
  const layers = foreignLayers(weights, kinds);
  if (layers.length === 0) return weights;
  return network === 'cnn' ? fromTorch(renamed(weights, layers, onNote), onNote) : renamed(weights, layers, onNote);
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

/** A CNN of PyTorch's: images were flattened channels first, and convolutions before a batch normalization may have a bias. */
function fromTorch(weights: Record<string, Weights[string]>, onNote: OnNote): Weights {
  const convolutions = Object.keys(weights).filter((name) => /^conv\d+\.weight$/.test(name)).length;
  const last = weights[`conv${convolutions}.weight`];
  const dense = weights['dense1.weight'];
  if (!last || !dense) return weights;
  const changed = { ...weights, 'dense1.weight': channelsLast(dense, last.shape[0]) };
  for (let at = 1; at <= convolutions; at++) foldBias(changed, at);
  onNote(
    "weights of a CNN of PyTorch: images were flattened channels first there; convolutions are taken to have padding='same', which this library has",
  );
  return changed;
}

/** The columns of a dense layer, from [channels, pixels] to [pixels, channels]. */
function channelsLast({ dtype, shape, data }: Weights[string], channels: number): Weights[string] {
  const pixels = shape[1] / channels;
  const turned = data.slice();
  for (let at = 0; at < data.length; at++) {
    const [row, column] = [Math.floor(at / shape[1]), at % shape[1]];
    turned[row * shape[1] + (column % pixels) * channels + Math.floor(column / pixels)] = data[at];
  }
  return { dtype, shape, data: turned };
}

/** A bias before a batch normalization moves its mean, and nothing else. */
function foldBias(weights: Record<string, Weights[string]>, number: number): void {
  const bias = weights[`conv${number}.bias`];
  const mean = weights[`norm${number}.running_mean`];
  if (!bias || !mean) return;
  weights[`norm${number}.running_mean`] = { ...mean, data: mean.data.map((value, at) => value - bias.data[at]) };
  delete weights[`conv${number}.bias`];
}
