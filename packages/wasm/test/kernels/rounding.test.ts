import { useWasm } from '@advml/wasm';
import { backend_util } from '@tensorflow/tfjs-core';
import * as fc from 'fast-check';
import { beforeAll, describe, it } from 'vitest';
import { expectLikeCpu } from '../compare.ts';
import { lengths, numbers, seeds } from '../random.ts';

beforeAll(() => useWasm());

describe('convolutions and pooling whose size is rounded', () => {
  const settings = fc.record({
    height: fc.integer({ min: 3, max: 9 }),
    width: fc.integer({ min: 3, max: 9 }),
    size: lengths(3),
    strides: lengths(3),
    pad: fc.nat(1),
    dimRoundingMode: fc.constantFrom('floor' as const, 'ceil' as const, 'round' as const),
    seed: seeds,
  });

  it('agree with the cpu backend', () =>
    fc.assert(
      fc.asyncProperty(settings, async ({ height, width, size, strides, pad, dimRoundingMode, seed }) => {
        const windows = backend_util.computePool2DInfo([2, height, width, 3], size, strides, 1, pad, dimRoundingMode);
        // The last window starts inside the image; XNNPACK wants padding smaller than the window.
        fc.pre((windows.outHeight - 1) * strides - pad < height && (windows.outWidth - 1) * strides - pad < width);
        fc.pre(pad < size);
        const x = numbers(seed, [2, height, width, 3]);
        const attrs = { strides, pad, dimRoundingMode, dilations: 1, dataFormat: 'NHWC' };
        const full = numbers(seed + 1, [size, size, 3, 4]);
        const depthwise = numbers(seed + 1, [size, size, 3, 2]);
        await expectLikeCpu('Conv2D', { x, filter: full }, attrs, 2e-5);
        await expectLikeCpu('DepthwiseConv2dNative', { x, filter: depthwise }, attrs, 2e-5);
        await expectLikeCpu('FusedConv2D', { x, filter: full }, { ...attrs, activation: 'relu' }, 2e-5);
        await expectLikeCpu('FusedDepthwiseConv2D', { x, filter: depthwise }, { ...attrs, activation: 'relu' }, 2e-5);
        await expectLikeCpu('MaxPool', { x }, { ...attrs, filterSize: size }, 0);
        await expectLikeCpu('AvgPool', { x }, { ...attrs, filterSize: size }, 1e-6);
      }),
      { numRuns: 60 },
    ));
});
