import type { Key, Params } from '@advml/core';
import { convolutionStep, requireInteger, requireOptions } from '@advml/core/internal';
import { add, conv2d, type Tensor4D, tidy, transpose } from '@tensorflow/tfjs-core';
import { constant } from './constant.ts';
import { he, type Initial, initialNamed, requireInitial } from './initial.ts';
import type { Layer } from './layer.ts';
import { requireImage } from './require-image.ts';
import { type Padding, requireWindow, windowedShape } from './window.ts';

/** What {@link convolution} takes. */
export interface ConvolutionOptions {
  /** Number of filters, which is the number of channels of the output. */
  readonly filters: number;
  /** Side of the square filters, in pixels. Default: 3. */
  readonly size?: number;
  /** Pixels from one window to the next. Default: 1. */
  readonly stride?: number;
  /**
   * With `same` there are as many windows as strides in the image; `valid` keeps windows inside. A number says how many rows and columns
   * of zeros each side gets, as in PyTorch. Default: `same`.
   */
  readonly padding?: Padding;
  /** Whether a bias is added. Default: true, and of no use before a normalization. */
  readonly bias?: boolean;
  /** How the filters start. Default: {@link he}. */
  readonly initial?: Initial;
}

/**
 * A convolution over images, in the sense of the field: a cross-correlation.
 *
 * ```math
 * y_{o,p,q} = b_o + \sum_{c,i,j} w_{o,c,i,j}\, x_{c,\,ps+i,\,qs+j}
 * ```
 *
 * Parameters are named and shaped as those of PyTorch's `nn.Conv2d`: `weight` [filters, channels, size, size] and `bias`
 * [filters], which starts at zero.
 *
 * @param options - See {@link ConvolutionOptions}.
 * @returns A frozen layer.
 * @throws InputError if a size is out of its range; `outputShape` throws it if inputs are not images as large as a filter.
 * @example
 * ```ts
 * const layer = convolution({ filters: 16, size: 5 });
 * layer.outputShape([28, 28, 1]); // [28, 28, 16]
 * ```
 */
export function convolution(options: ConvolutionOptions): Layer {
  requireOptions<ConvolutionOptions>('convolution', options, {
    filters: true,
    size: true,
    stride: true,
    padding: true,
    bias: true,
    initial: true,
  });
  const { filters, size = 3, stride = 1, padding = 'same', bias = true, initial = he } = options;
  requireInteger({ filters }, 1);
  requireInitial(initial);
  const window = { size, stride, padding };
  requireWindow(window);
  /** [size, size, channels, filters]. */
  const filterOf = (params: Params) => transpose(params.weight as Tensor4D, [2, 3, 1, 0]) as Tensor4D;
  const kind = `convolution ${size}x${size}${stride > 1 ? `, stride ${stride}` : ''}`;
  return Object.freeze<Layer>({
    kind,
    outputShape: (input) => windowedShape(kind, input, window, filters),
    parameters: (input) => {
      const shape = [filters, input[2], size, size];
      const weight = { shape, init: (key: Key) => initial(key, shape) };
      return { weight, ...(bias && { bias: constant([filters], 0) }) };
    },
    apply: (params, x) =>
      tidy(() => {
        const y = conv2d(x as Tensor4D, filterOf(params), stride, padding);
        return bias ? add(y, params.bias) : y;
      }),
    describe: () => ({ kind: 'convolution', filters, ...window, bias, ...initialNamed(initial) }),
    steps: (params, input) => [
      {
        name: '',
        ...convolutionStep({
          input: requireImage(kind, input),
          shape: windowedShape(kind, input, window, filters),
          filter: () => filterOf(params),
          window: [size, size],
          ...(bias && { bias: () => params.bias }),
          stride,
          padding,
        }),
      },
    ],
  });
}
