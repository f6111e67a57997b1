import { backend_util } from '@tensorflow/tfjs-core';
import * as fc from 'fast-check';
import { lengths, seeds } from './random.ts';

export type Shape4D = [number, number, number, number];

/** Padding as the kernels take it. */
export type Padding = 'same' | 'valid' | number | backend_util.ExplicitPadding;

/** Convolutions of small images, with every kind of stride and padding. */
export const convolutions = fc
  .record({
    batch: lengths(3),
    height: lengths(11),
    width: lengths(11),
    channels: lengths(5),
    filters: lengths(9),
    filterHeight: lengths(4),
    filterWidth: lengths(4),
    strides: fc.tuple(lengths(3), lengths(3)),
    pad: fc.oneof(
      fc.constantFrom('same' as const, 'valid' as const),
      fc.integer({ min: 0, max: 4 }),
      fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3), fc.nat(3)).map(
        ([top, bottom, left, right]): backend_util.ExplicitPadding => [
          [0, 0],
          [top, bottom],
          [left, right],
          [0, 0],
        ],
      ),
    ),
    seed: seeds,
  })
  .map(({ batch, height, width, channels, ...others }) => ({
    inputShape: [batch, height, width, channels] as Shape4D,
    ...others,
  }));

/** The shape of the result, or nothing if the filter does not fit into the image. */
export function outputShape(
  input: Shape4D,
  filter: Shape4D,
  strides: [number, number],
  pad: Padding,
  { depthwise = false, dilations = 1 }: { depthwise?: boolean; dilations?: number | [number, number] } = {},
): Shape4D | undefined {
  const same = pad as Parameters<typeof backend_util.computeConv2DInfo>[4];
  const info = backend_util.computeConv2DInfo(input, filter, strides, dilations, same, 'floor', depthwise);
  return info.outHeight > 0 && info.outWidth > 0 ? info.outShape : undefined;
}
