import { InputError } from '@advml/core';
import { requireInteger, requireOptions } from '@advml/core/internal';
import type { Tensor } from '@tensorflow/tfjs-core';
import { describedLayers } from './described/described-layers.ts';
import { activation } from './layers/activation.ts';
import { convolution } from './layers/convolution.ts';
import { dense } from './layers/dense.ts';
import { lecun } from './layers/initial.ts';
import type { Layer } from './layers/layer.ts';
import { type LayeredNetwork, layeredNetwork } from './layers/layered-network.ts';
import { type NormKind, normalization, requireNormKind } from './layers/normalization.ts';
import { globalAveragePooling } from './layers/pooling.ts';
import { residual } from './layers/residual.ts';
import { sequential } from './layers/sequential.ts';
import { requireLengths } from './require-lengths.ts';

/** What {@link resnet} takes. */
export interface ResnetOptions {
  /** Shape of one image, [height, width, channels]. Default: [28, 28, 1]. */
  readonly inputs?: readonly number[];
  /** Filters of each stage, whose images are half as large as those of the stage before. Default: [16, 32, 64]. */
  readonly filters?: readonly number[];
  /** Pixels from one window of the first convolution to the next. Default: 1; 2 has all images at half the size. */
  readonly stride?: number;
  /** Residual blocks in each stage, of two convolutions each. Default: 1. */
  readonly blocks?: number;
  /** Number of classes, at least 2, or `score` for a single number whose sign is the class. Default: 10. */
  readonly outputs?: number | 'score';
  /** How convolutions are normalized. Default: `batch`. */
  readonly norm?: NormKind;
  /** What layers do to their pre-activations, any differentiable function of each entry. Default: `relu`. */
  readonly activation?: (preactivation: Tensor) => Tensor;
}

/**
 * A small residual network in the form that He et al. use for CIFAR-10.
 *
 * A convolution; then stages of residual blocks of two convolutions, the first of each stage but the first with stride 2; then
 * the mean over the image and a dense layer. Filters are 3 x 3. Shortcuts are the identity, or a convolution of 1 x 1 where
 * shapes change (option B of the paper).
 *
 * ```math
 * h_{k+1} = \mathrm{relu}\bigl(\mathrm{norm}(w'_k * \mathrm{relu}\,\mathrm{norm}(w_k * h_k)) + \mathrm{shortcut}(h_k)\bigr)
 * ```
 *
 * Parameters: `conv1.weight`, `norm1.weight`, ..., `block1.body.conv1.weight`, ..., `block2.shortcut.conv.weight`, ...,
 * `dense.weight`, `dense.bias`, with the shapes that PyTorch has. The default has 3 blocks, 8 layers and 77,754 parameters.
 *
 * @param options - See {@link ResnetOptions}.
 * @returns A frozen network.
 * @throws InputError if a size is out of its range; when applied, if inputs or parameters do not fit.
 * @example
 * ```ts
 * const network = resnet({ blocks: 3, norm: 'group' }); // 20 layers
 * const logits = network.apply(network.init(key('init', 0)), x); // x [batch, 28, 28, 1], logits [batch, 10]
 * ```
 * @see He, Zhang, Ren, Sun: Deep Residual Learning for Image Recognition, 2016 (arXiv:1512.03385), section 4.2.
 */
export function resnet(options: ResnetOptions = {}): LayeredNetwork {
  requireOptions<ResnetOptions>('resnet', options, {
    inputs: true,
    filters: true,
    stride: true,
    blocks: true,
    outputs: true,
    norm: true,
    activation: true,
  });
  const {
    inputs = [28, 28, 1],
    filters = [16, 32, 64],
    stride = 1,
    blocks = 1,
    outputs = 10,
    norm = 'batch',
    activation: bend,
  } = options;
  requireInteger({ blocks }, 1);
  requireLengths({ inputs, filters });
  if (filters.length === 0) throw new InputError('filters must be at least one number, one a stage, got none');
  if (outputs !== 'score') requireInteger({ outputs }, 2);
  requireNormKind(norm);

  const bent = activation(bend);
  const stages = filters.flatMap((count, stage) =>
    Array.from({ length: blocks }, (_, at): Record<string, Layer> => {
      const number = stage * blocks + at + 1;
      const changes = at === 0 && stage > 0;
      return { [`block${number}`]: block(count, norm, changes, bent), [`activation${number + 1}`]: bent };
    }),
  );
  const network = layeredNetwork({
    name: `ResNet-${2 * blocks * filters.length + 2} ${[inputs.join('x'), ...filters, outputs].join('-')}`,
    inputShape: inputs,
    layers: sequential(
      Object.assign({}, normalized('1', filters[0], norm, stride), { activation1: bent }, ...stages, {
        pool: globalAveragePooling(),
        dense: dense({ neurons: outputs === 'score' ? 1 : outputs, initial: lecun }),
      }),
    ),
  });
  const lists = { inputs: [...inputs], filters: [...filters] };
  return describedLayers(network, bend, { kind: 'resnet', ...lists, stride, blocks, outputs, norm });
}

/** A convolution and its normalization. */
function normalized(number: '1' | '2' | '', filters: number, norm: NormKind, stride = 1, size = 3) {
  return {
    [`conv${number}`]: convolution({ filters, size, stride, padding: (size - 1) / 2, bias: norm === 'none' }),
    ...normalization(`norm${number}`, norm, filters),
  };
}

/** Two convolutions beside a shortcut; those that change shapes halve the image. */
function block(filters: number, norm: NormKind, changes: boolean, bent: Layer): Layer {
  const stride = changes ? 2 : 1;
  return residual({
    body: sequential({
      ...normalized('1', filters, norm, stride),
      activation: bent,
      ...normalized('2', filters, norm),
    }),
    shortcut: changes ? sequential(normalized('', filters, norm, stride, 1)) : undefined,
  });
}
