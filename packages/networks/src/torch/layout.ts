import { InputError } from '@advml/core';
import type { Layer, LayerPart } from '../layers/layer.ts';
import type { LayeredNetwork } from '../layers/layered-network.ts';

/** Shape of an image, [height, width, channels]. */
export type Image = readonly [height: number, width: number, channels: number];

/** In which order images are flattened: as `nn.Flatten` does, or as here. */
export type Flattening = 'channels-first' | 'channels-last';

/** Where a PyTorch module of the same layers keeps its numbers otherwise. */
export interface TorchLayout {
  /** Parameters whose last axis runs over a flattened image, with its shape. */
  readonly images: ReadonlyMap<string, Image>;
  /** Biases that a layer before a batch normalization may have there, with the name of the mean that they move. */
  readonly folded: ReadonlyMap<string, string>;
}

/** What a layer is given: the flattened image whose order its inputs have, if any. */
type Order = Image | undefined;

const named = (before: string, name: string) => (before ? `${before}.${name}` : name);

/** Whether a layer has weights and no bias, as before a normalization. */
function lacksBias({ layer, input }: LayerPart): boolean {
  if (layer.kind !== 'dense' && !layer.kind.startsWith('convolution')) return false;
  return !('bias' in layer.parameters(input));
}

/** The image that `flatten` turns into a row, if its numbers come in another order there: not with one channel, or one pixel. */
function flattenedImage([height, width, channels = 1]: readonly number[]): Order {
  return channels > 1 && height * width > 1 ? [height, width, channels] : undefined;
}

/**
 * What in a network's parameters differs from those of a PyTorch module, where images are [channels, height, width].
 *
 * @param network - The network.
 * @param flattened - In which order the module flattens images.
 * @throws InputError if a layer takes a flattened image, and it cannot be told what its order means to it.
 */
export function torchLayout({ layers, inputShape }: LayeredNetwork, flattened: Flattening): TorchLayout {
  const images = new Map<string, Image>();
  const folded = new Map<string, string>();

  const throughParts = (name: string, parts: readonly LayerPart[], order: Order): Order => {
    for (const [at, part] of parts.entries())
      if (parts[at + 1]?.layer.kind === 'batch normalization' && lacksBias(part))
        folded.set(named(name, `${part.name}.bias`), named(name, `${parts[at + 1].name}.running_mean`));
    return parts.reduce((before, part) => through(named(name, part.name), part.layer, part.input, before), order);
  };

  /** What a sum is given: the same order by all its ways, of which one without a layer is the input itself. */
  const throughSum = (name: string, layer: Layer, parts: readonly LayerPart[], order: Order): Order => {
    const orders = parts.map((part) => through(named(name, part.name), part.layer, part.input, order));
    const [first, second] = parts.length > 1 ? orders : [...orders, order];
    return first?.join() === second?.join() ? first : refuse(name, layer);
  };

  const refuse = (name: string, layer: Layer): never => {
    throw new InputError(
      `layer '${name}' (${layer.kind}) takes a flattened image, whose order in PyTorch cannot be told for it; ` +
        "flatten channels last there, and say flattened: 'channels-last'",
    );
  };

  const through = (name: string, layer: Layer, input: readonly number[], order: Order): Order => {
    const parts = layer.parts?.(input);
    if (parts && layer.kind === 'sequence') return throughParts(name, parts, order);
    if (parts) return throughSum(name, layer, parts, order);
    const parameters = Object.keys(layer.parameters(input));
    if (layer.kind === 'flatten') return (flattened === 'channels-first' && flattenedImage(input)) || order;
    if (!order || parameters.length === 0) return order;
    if (layer.kind !== 'dense' && layer.kind !== 'batch normalization') refuse(name, layer);
    const turned = layer.kind === 'dense' ? ['weight'] : parameters;
    for (const parameter of turned) images.set(named(name, parameter), order);
    return layer.kind === 'dense' ? undefined : order;
  };

  through('', layers, inputShape, undefined);
  return { images, folded };
}

/** Consecutive matrices, each transposed. */
export function transposedEach(data: Float32Array, rows: number, columns: number): Float32Array {
  const size = rows * columns;
  return data.map((_, at) => {
    const within = at % size;
    return data[at - within + (within % rows) * columns + Math.floor(within / rows)];
  });
}
