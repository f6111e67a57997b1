import { useWasm } from '@advml/wasm';
import { backend_util } from '@tensorflow/tfjs-core';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectLikeCpu, runOn } from '../compare.ts';
import { lengths, numbers, seeds } from '../random.ts';

beforeAll(() => useWasm());

describe('convolutions and pooling', () => {
  const settings = fc.record({
    height: fc.integer({ min: 3, max: 9 }),
    width: fc.integer({ min: 3, max: 9 }),
    size: lengths(3),
    strides: lengths(3),
    pad: fc.constantFrom<'same' | 'valid' | number>(0, 1, 'same', 'valid'),
    dimRoundingMode: fc.constantFrom('floor' as const, 'ceil' as const, 'round' as const),
    seed: seeds,
  });

  it('agree with the cpu backend, however their size is rounded', () =>
    fc.assert(
      fc.asyncProperty(settings, async ({ height, width, size, strides, pad, dimRoundingMode, seed }) => {
        const windows = backend_util.computePool2DInfo([2, height, width, 3], size, strides, 1, pad, dimRoundingMode);
        const { top, left } = windows.padInfo;
        const [low, right] = [(windows.outHeight - 1) * strides - top, (windows.outWidth - 1) * strides - left];
        const seesPixels = low < height && right < width && Math.max(top, left) < size;
        const x = numbers(seed, [2, height, width, 3]);
        const attrs = { strides, pad, dimRoundingMode, dilations: 1, dataFormat: 'NHWC' };
        const full = numbers(seed + 1, [size, size, 3, 4]);
        const depthwise = numbers(seed + 1, [size, size, 3, 2]);
        await expectLikeCpu('Conv2D', { x, filter: full }, attrs, 2e-5);
        await expectLikeCpu('DepthwiseConv2dNative', { x, filter: depthwise }, attrs, 2e-5);
        await expectLikeCpu('FusedConv2D', { x, filter: full }, { ...attrs, activation: 'relu' }, 2e-5);
        await expectLikeCpu('FusedDepthwiseConv2D', { x, filter: depthwise }, { ...attrs, activation: 'relu' }, 2e-5);
        for (const [kernelName, tolerance] of [
          ['MaxPool', 0],
          ['AvgPool', 1e-6],
        ] as const) {
          const given = [kernelName, { x }, { ...attrs, filterSize: size }] as const;
          if (seesPixels) await expectLikeCpu(...given, tolerance);
          else await expect(runOn('wasm', ...given)).rejects.toThrow('would see nothing but padding');
        }
      }),
      { numRuns: 60 },
    ));

  it('say that tfjs drops windows where the padding is one number and strides or sides differ', async () => {
    const x = numbers(1, [1, 8, 9, 1]);
    for (const [strides, pad, size] of [
      [[2, 1], 0, [1, 1]],
      [1, 1, [5, 1]],
    ] as const) {
      const attrs = { strides, pad, dilations: 1, dataFormat: 'NHWC' };
      const refusal = `drops windows for padding ${pad} on all sides: give pad as [[0, 0], [${pad}, ${pad}]`;
      for (const filters of [1, 32]) {
        const filter = numbers(2, [...size, 1, filters]);
        await expect(runOn('wasm', 'Conv2D', { x, filter }, attrs)).rejects.toThrow(refusal);
        await expect(runOn('wasm', 'FusedConv2D', { x, filter }, { ...attrs, activation: 'linear' })).rejects.toThrow(
          refusal,
        );
      }
      await expect(runOn('wasm', 'MaxPool', { x }, { ...attrs, filterSize: size })).rejects.toThrow(refusal);
    }
  });
});
