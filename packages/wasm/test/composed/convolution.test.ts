import { useWasm } from '@advml/wasm';
import { fill, fused, ones, type Rank, reshape, type Tensor4D, zeros } from '@tensorflow/tfjs-core';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { asTensor, expectClose, expectLikeCpu, onCpu, resultOf, runOn } from '../compare.ts';
import { convolutions, outputShape, type Shape4D } from '../convolutions.ts';
import { numbers } from '../random.ts';

beforeAll(() => useWasm());

describe('gradients of the convolution', () => {
  it('agree with the cpu backend for all strides and paddings', () =>
    fc.assert(
      fc.asyncProperty(convolutions, async ({ inputShape, filters, filterHeight, filterWidth, strides, pad, seed }) => {
        const filterShape: Shape4D = [filterHeight, filterWidth, inputShape[3], filters];
        const shape = outputShape(inputShape, filterShape, strides, pad);
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
      fc.asyncProperty(convolutions, async ({ inputShape, filters, filterHeight, filterWidth, strides, pad, seed }) => {
        const filterShape: Shape4D = [filterHeight, filterWidth, inputShape[3], 1 + (filters % 3)];
        const shape = outputShape(inputShape, filterShape, strides, pad, { depthwise: true });
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

describe('fused convolutions', () => {
  type Fuse = typeof fused.conv2d;
  const all: [string, Fuse, number, number, number][] = [
    ['Conv2D', fused.conv2d, 1, 4, 4],
    ['Conv2D by the native module', fused.conv2d, 1, 32, 32],
    ['DepthwiseConv2dNative', fused.depthwiseConv2d as Fuse, 4, 1, 4],
  ];

  it.each(all)(
    '%s tells bias and slopes of rows from those of channels',
    async (_, fuse, inChannels, each, channels) => {
      const [row, rows, one] = [[channels], [channels, 1, 1], [1]];
      for (const [ofBias, ofSlopes] of [
        [rows, row],
        [row, rows],
        [row, one],
      ]) {
        const given = (seed: number, shape: number[]) => asTensor(numbers(seed, shape));
        const compute = () =>
          fuse({
            x: given(1, [2, channels, channels, inChannels]) as Tensor4D,
            filter: given(2, [1, 1, inChannels, each]) as Tensor4D,
            strides: 1,
            pad: 'valid',
            bias: reshape(given(3, [channels]), ofBias),
            activation: 'prelu',
            preluActivationWeights: given(4, ofSlopes),
          });
        expectClose(resultOf(compute), await onCpu(compute));
      }
    },
  );

  it.each(all)('%s has slopes of 0.2 where leakyrelu is given none', (_, fuse, inChannels, each, channels) => {
    const expected = { shape: [1, 1, 1, channels], dtype: 'float32', values: Array(channels).fill(-0.2) };
    for (const bias of [undefined, [channels], [1, 1, 1, channels]]) {
      const compute = () =>
        fuse({
          x: ones<Rank.R4>([1, 1, 1, inChannels]),
          filter: fill<Rank.R4>([1, 1, inChannels, each], -1),
          strides: 1,
          pad: 'valid',
          bias: bias && zeros(bias),
          activation: 'leakyrelu',
        });
      expectClose(resultOf(compute), expected);
    }
  });
});
