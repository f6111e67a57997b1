import { useWasm } from '@advml/wasm';
import { backend_util } from '@tensorflow/tfjs-core';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectLikeCpu, runOn } from '../compare.ts';
import { lengths, numbers, seeds } from '../random.ts';

beforeAll(() => useWasm());

type Shape4D = [number, number, number, number];

const cases = fc
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
        ([top, bottom, left, right]) =>
          [
            [0, 0],
            [top, bottom],
            [left, right],
            [0, 0],
          ] as backend_util.ExplicitPadding,
      ),
    ),
    seed: seeds,
  })
  .map(({ batch, height, width, channels, filters, filterHeight, filterWidth, strides, pad, seed }) => {
    const inputShape: Shape4D = [batch, height, width, channels];
    return { inputShape, filters, filterHeight, filterWidth, strides, pad, seed };
  });

/** The shape of the result, or nothing if the filter does not fit into the image. */
function outputShape(input: Shape4D, filter: Shape4D, strides: [number, number], pad: never, depthwise = false) {
  const info = backend_util.computeConv2DInfo(input, filter, strides, 1, pad, 'floor', depthwise);
  return info.outHeight > 0 && info.outWidth > 0 ? info.outShape : undefined;
}

describe('gradients of the convolution', () => {
  it('agree with the cpu backend for all strides and paddings', () =>
    fc.assert(
      fc.asyncProperty(cases, async ({ inputShape, filters, filterHeight, filterWidth, strides, pad, seed }) => {
        const filterShape: Shape4D = [filterHeight, filterWidth, inputShape[3], filters];
        const shape = outputShape(inputShape, filterShape, strides, pad as never);
        fc.pre(shape !== undefined);
        const attrs = { strides, pad, dataFormat: 'NHWC', dimRoundingMode: 'floor' };
        const [x, filter, dy] = [numbers(seed, inputShape), numbers(seed + 1, filterShape), numbers(seed + 2, shape!)];
        await expectLikeCpu('Conv2DBackpropFilter', { x, dy }, { ...attrs, filterShape }, 2e-5);
        await expectLikeCpu('Conv2DBackpropInput', { dy, filter }, { ...attrs, inputShape }, 2e-5);
      }),
      { numRuns: 150 },
    ));

  it('refuse images with the channels first', async () => {
    const attrs = { strides: 1, pad: 'same', dataFormat: 'NCHW', filterShape: [1, 1, 2, 2] };
    const x = numbers(1, [1, 2, 3, 3]);
    await expect(runOn('wasm', 'Conv2DBackpropFilter', { x, dy: x }, attrs)).rejects.toThrow(
      /NHWC images only, got NCHW/,
    );
  });
});

describe('gradients of the depthwise convolution', () => {
  it('agree with the cpu backend for all strides, paddings and multipliers', () =>
    fc.assert(
      fc.asyncProperty(cases, async ({ inputShape, filters, filterHeight, filterWidth, strides, pad, seed }) => {
        const filterShape: Shape4D = [filterHeight, filterWidth, inputShape[3], 1 + (filters % 3)];
        const shape = outputShape(inputShape, filterShape, strides, pad as never, true);
        fc.pre(shape !== undefined);
        const attrs = { strides, pad, dilations: 1, dimRoundingMode: 'floor' };
        const [x, filter, dy] = [numbers(seed, inputShape), numbers(seed + 1, filterShape), numbers(seed + 2, shape!)];
        await expectLikeCpu('DepthwiseConv2dNativeBackpropFilter', { x, dy }, { ...attrs, filterShape }, 2e-5);
        await expectLikeCpu('DepthwiseConv2dNativeBackpropInput', { dy, filter }, { ...attrs, inputShape }, 2e-5);
      }),
      { numRuns: 150 },
    ));

  it('refuse a dilation, which the gradient resolves beforehand', async () => {
    const attrs = { strides: 1, pad: 'same', dilations: [2, 2], filterShape: [2, 2, 2, 1] };
    const x = numbers(1, [1, 3, 3, 2]);
    await expect(runOn('wasm', 'DepthwiseConv2dNativeBackpropFilter', { x, dy: x }, attrs)).rejects.toThrow(
      /dilations 2,2/,
    );
  });
});
