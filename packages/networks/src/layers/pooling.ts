import { InputError, type Step } from '@advml/core';
import { linearMap, positiveStep, requireOptions } from '@advml/core/internal';
import { avgPool, maxPool, mean, type Tensor, type Tensor4D } from '@tensorflow/tfjs-core';
import type { Layer } from './layer.ts';
import { requireImage } from './require-image.ts';
import { entriesOf, type Image, type Padding, requireWindow, type Window, windowedShape } from './window.ts';

/** What {@link maxPooling} and {@link averagePooling} take. */
export interface PoolingOptions {
  /** Side of the square windows, in pixels. Default: 2. */
  readonly size?: number;
  /** Pixels from one window to the next. Default: `size`. */
  readonly stride?: number;
  /** How far windows reach over the edge. Default: `valid`, not at all. */
  readonly padding?: Padding;
}

/** Pooling of windows by some function. */
function pooling(
  owner: string,
  name: string,
  options: PoolingOptions,
  pool: (x: Tensor, window: Window) => Tensor,
  stepOf: (apply: (x: Tensor) => Tensor, window: Window, input: Image, shape: Image) => Step,
): Layer {
  requireOptions<PoolingOptions>(owner, options, { size: true, stride: true, padding: true });
  const { size = 2, stride = size, padding = 'valid' } = options;
  const window = { size, stride, padding };
  requireWindow(window);
  if (typeof padding === 'number' && padding >= size)
    throw new InputError(
      `padding must be less than size, ${size}, got ${padding}: windows beyond it would hold no pixel`,
    );
  const kind = `${name} ${size}x${size}${stride === size ? '' : `, stride ${stride}`}`;
  return Object.freeze<Layer>({
    kind,
    outputShape: (input) => windowedShape(kind, input, window),
    parameters: () => ({}),
    apply: (_params, x) => pool(x, window),
    describe: () => ({ kind: name.replace(' ', '-'), ...window }),
    steps: (_params, input) => [
      stepOf((x) => pool(x, window), window, requireImage(kind, input), windowedShape(kind, input, window)),
    ],
  });
}

/**
 * The largest entry of each window, channel by channel.
 *
 * @param options - See {@link PoolingOptions}.
 * @returns A frozen layer without parameters.
 * @throws InputError if a size is out of its range; `outputShape` throws it if inputs are not images as large as a window.
 * @example
 * ```ts
 * maxPooling().outputShape([28, 28, 16]); // [14, 14, 16]
 * ```
 */
export function maxPooling(options: PoolingOptions = {}): Layer {
  return pooling(
    'maxPooling',
    'max pooling',
    options,
    (x, { size, stride, padding }) => maxPool(x as Tensor4D, size, stride, padding),
    (apply, window, input, shape) => ({
      kind: 'max',
      name: '',
      shape,
      windows: entriesOf(input, window),
      width: window.size ** 2,
      apply,
    }),
  );
}

/**
 * The mean of each window, channel by channel; over the entries inside the image.
 *
 * @param options - See {@link PoolingOptions}.
 * @returns A frozen layer without parameters.
 * @throws InputError if a size is out of its range; `outputShape` throws it if inputs are not images as large as a window.
 * @example
 * ```ts
 * averagePooling({ size: 3, stride: 2 }).outputShape([28, 28, 16]); // [13, 13, 16]
 * ```
 */
export function averagePooling(options: PoolingOptions = {}): Layer {
  return pooling(
    'averagePooling',
    'average pooling',
    options,
    (x, { size, stride, padding }) => avgPool(x as Tensor4D, size, stride, padding),
    (apply, { size }, input, shape) => ({ name: '', ...positiveStep(linearMap(apply, input), shape, size ** 2, 2) }),
  );
}

/**
 * The mean of each channel over the whole image: [height, width, channels] to [channels].
 *
 * @returns A frozen layer without parameters; its `outputShape` throws InputError if inputs are not images.
 * @example
 * ```ts
 * globalAveragePooling().outputShape([7, 7, 64]); // [64]
 * ```
 * @see Lin, Chen, Yan: Network In Network, 2014 (arXiv:1312.4400), section 3.2.
 */
export function globalAveragePooling(): Layer {
  const kind = 'global average pooling';
  return Object.freeze<Layer>({
    kind,
    outputShape: (input) => [requireImage(kind, input)[2]],
    parameters: () => ({}),
    apply: (_params, x) => mean(x, [1, 2]),
    describe: () => ({ kind: 'global-average-pooling' }),
    steps(_params, input) {
      const [height, width, channels] = requireImage(kind, input);
      const map = linearMap((x) => mean(x, [1, 2]), input);
      return [{ name: '', ...positiveStep(map, [channels], height * width, 2) }];
    },
  });
}
