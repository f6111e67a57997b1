import { abs, conv2d, conv2dTranspose, type Tensor, type Tensor4D, tidy } from '@tensorflow/tfjs-core';
import { spectrumOf } from './spectrum.ts';
import type { AffineStep, LinearMap } from './step.ts';

/** A convolution, in the sense of the field, as a step. */
export interface ConvolutionParts {
  /** Shape of the images that go in, [height, width, channels]. */
  readonly input: readonly [number, number, number];
  /** Shape of what comes out, [height, width, filters]. */
  readonly shape: readonly [number, number, number];
  /** The filters, [height, width, channels, filters]; called within a `tidy`. */
  readonly filter: () => Tensor4D;
  /** Lengths of the axes of the filters. */
  readonly window: readonly [number, number];
  /** Constants of the filters. Default: none. */
  readonly bias?: () => Tensor;
  /** Pixels from one window to the next. */
  readonly stride: number;
  /** How far windows reach over the edge, as tfjs has it. */
  readonly padding: 'same' | 'valid' | number;
}

/**
 * The step of a convolution of images.
 *
 * @param parts - See {@link ConvolutionParts}.
 */
export function convolutionStep(parts: ConvolutionParts): Omit<AffineStep, 'name' | 'from'> {
  const { input, shape, filter, window, bias, stride, padding } = parts;
  const mapOf = (entries: () => Tensor4D): LinearMap => ({
    apply: (x) => tidy(() => conv2d(x as Tensor4D, entries(), stride, padding)),
    transpose: (g) =>
      tidy(() => conv2dTranspose(g as Tensor4D, entries(), [g.shape[0], ...input], [stride, stride], padding)),
  });
  return {
    kind: 'affine',
    shape,
    map: mapOf(filter),
    absolute: mapOf(() => abs(filter())),
    bias,
    terms: window[0] * window[1] * Math.max(input[2], shape[2]),
    roundings: 0,
    blocks: () => spectrumOf(filter(), [input[0] + window[0] - 1, input[1] + window[1] - 1]),
  };
}
