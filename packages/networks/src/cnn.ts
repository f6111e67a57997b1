import { InputError } from '@advml/core';
import { requireInteger, requireOptions } from '@advml/core/internal';
import type { Tensor } from '@tensorflow/tfjs-core';
import { describedLayers } from './described/described-layers.ts';
import { activation } from './layers/activation.ts';
import { convolution } from './layers/convolution.ts';
import { dense } from './layers/dense.ts';
import { flatten } from './layers/flatten.ts';
import { lecun } from './layers/initial.ts';
import type { Layer } from './layers/layer.ts';
import { type LayeredNetwork, layeredNetwork } from './layers/layered-network.ts';
import { type NormKind, normalization, requireNormKind } from './layers/normalization.ts';
import { averagePooling, maxPooling } from './layers/pooling.ts';
import { sequential } from './layers/sequential.ts';
import { requireLengths } from './require-lengths.ts';

/** What {@link cnn} takes. */
export interface CnnOptions {
  /** Shape of one image, [height, width, channels]. Default: [28, 28, 1]. */
  readonly inputs?: readonly number[];
  /** Filters of each convolution. Default: [16, 32]. */
  readonly filters?: readonly number[];
  /** Sides of their filters, in pixels. Default: 5 in the first and 3 in the others. */
  readonly sizes?: readonly number[];
  /** Pixels from one of their windows to the next. Default: 1. AlexNet's first has 4. */
  readonly strides?: readonly number[];
  /** Neurons of each dense layer but the last. Default: [128]. */
  readonly hidden?: readonly number[];
  /** Number of classes, at least 2, or `score` for a single number whose sign is the class. Default: 10. */
  readonly outputs?: number | 'score';
  /** How convolutions are normalized. Default: `none`. */
  readonly norm?: NormKind;
  /** What windows of 2 x 2 become after each convolution: their largest entry, or their mean, or what they were. Default: `max`. */
  readonly pooling?: 'max' | 'average' | 'none';
  /** What layers do to their pre-activations, any differentiable function of each entry. Default: `relu`. */
  readonly activation?: (preactivation: Tensor) => Tensor;
}

/**
 * A convolutional network of the kind of AlexNet: convolutions, each with rectifier and pooling, then dense layers.
 *
 * ```math
 * h_l = \mathrm{pool}\,\mathrm{relu}\,\mathrm{norm}(w_l * h_{l-1} + b_l), \quad h_0 = x
 * ```
 *
 * Each pooling halves the image, rounding down; a stride divides it, rounding up. Parameters: `conv1.weight` [filters, channels, size, size], `conv1.bias` (without
 * normalization) or `norm1.weight` and so on, `conv2.weight`, ..., `dense1.weight` [neurons, in], `dense1.bias`, ...; as in
 * PyTorch, but that images are flattened channels last. Weights start as He et al. say, in the last layer as `N(0, 1 / in)`.
 *
 * The default has 207,178 parameters; it is sized for images of 28 x 28 on two processor cores.
 *
 * @param options - See {@link CnnOptions}.
 * @returns A frozen network.
 * @throws InputError if a size is out of its range or images become too small; when applied, if inputs or parameters do not
 * fit.
 * @example
 * ```ts
 * const network = cnn({ filters: [32, 64], norm: 'batch' });
 * const logits = network.apply(network.init(key('init', 0)), x); // x [batch, 28, 28, 1], logits [batch, 10]
 * ```
 * @see Krizhevsky, Sutskever, Hinton: ImageNet Classification with Deep Convolutional Neural Networks, 2012.
 */
export function cnn(options: CnnOptions = {}): LayeredNetwork {
  requireOptions<CnnOptions>('cnn', options, {
    inputs: true,
    filters: true,
    sizes: true,
    strides: true,
    hidden: true,
    outputs: true,
    norm: true,
    pooling: true,
    activation: true,
  });
  const {
    inputs = [28, 28, 1],
    filters = [16, 32],
    hidden = [128],
    outputs = 10,
    norm = 'none',
    pooling = 'max',
    activation: bend,
  } = options;
  requireLengths({ inputs, filters, hidden });
  const { sizes = filters.map((_, at) => (at === 0 ? 5 : 3)), strides = filters.map(() => 1) } = options;
  requireLengths({ sizes, strides });
  for (const [name, { length }] of Object.entries({ sizes, strides }))
    if (length !== filters.length)
      throw new InputError(`${name} must be ${filters.length}, one a convolution, got ${length}`);
  if (outputs !== 'score') requireInteger({ outputs }, 2);
  if (!['max', 'average', 'none'].includes(pooling))
    throw new InputError(`pooling must be 'max', 'average' or 'none', got '${pooling}'`);
  requireNormKind(norm);

  const convolutions = filters.map((count, at): Record<string, Layer> => {
    const number = at + 1;
    return {
      [`conv${number}`]: convolution({
        filters: count,
        size: sizes[at],
        stride: strides[at],
        bias: norm === 'none',
      }),
      ...normalization(`norm${number}`, norm, count),
      [`activation${number}`]: activation(bend),
      ...(pooling !== 'none' && { [`pool${number}`]: pooling === 'max' ? maxPooling() : averagePooling() }),
    };
  });
  const denses = hidden.map((neurons, at): Record<string, Layer> => {
    return { [`dense${at + 1}`]: dense({ neurons }), [`activation${filters.length + at + 1}`]: activation(bend) };
  });
  const last = dense({ neurons: outputs === 'score' ? 1 : outputs, initial: lecun });
  const network = layeredNetwork({
    name: `CNN ${[inputs.join('x'), ...filters, ...hidden, outputs].join('-')}`,
    inputShape: inputs,
    layers: sequential(
      Object.assign({}, ...convolutions, { flatten: flatten() }, ...denses, { [`dense${hidden.length + 1}`]: last }),
    ),
  });
  const lists = { inputs: [...inputs], filters: [...filters], sizes: [...sizes], strides: [...strides] };
  return describedLayers(network, bend, { kind: 'cnn', ...lists, hidden: [...hidden], outputs, norm, pooling });
}
