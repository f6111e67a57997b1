import { useWasm } from '@advml/wasm';
import { backend_util } from '@tensorflow/tfjs-core';
import * as fc from 'fast-check';
import { beforeAll, describe, it } from 'vitest';
import { expectClose, expectLikeCpu, runOn } from '../compare.ts';
import { lengths, numbers, seeds } from '../random.ts';

beforeAll(() => useWasm());

const cases = fc.record({
  shape: fc.tuple(fc.integer({ min: 0, max: 3 }), lengths(9), lengths(9), lengths(4)),
  filterSize: fc.tuple(lengths(3), lengths(3)),
  strides: fc.tuple(lengths(3), lengths(3)),
  pad: fc.constantFrom('same' as const, 'valid' as const, 0, 1),
  dimRoundingMode: fc.constantFrom('floor' as const, 'ceil' as const, 'round' as const),
  // Coarse grains make ties; a negative range makes windows without a positive entry.
  range: fc.constantFrom({}, { low: -2, high: 0 }, { low: -2, high: 1, grain: 1 }, { low: -1, high: 0, grain: 0.5 }),
  seed: seeds,
});

describe('MaxPoolGrad', () => {
  it('agrees with the cpu backend, also for negative windows and ties', () =>
    fc.assert(
      fc.asyncProperty(cases, async ({ shape, filterSize, strides, pad, dimRoundingMode, range, seed }) => {
        const info = backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
        fc.pre(info.outHeight > 0 && info.outWidth > 0 && (pad !== 1 || Math.min(...filterSize) > 1));
        const input = numbers(seed, shape, range);
        const dy = numbers(seed + 1, info.outShape);
        const attrs = { filterSize, strides, pad, dimRoundingMode };
        await expectLikeCpu('MaxPoolGrad', { dy, input, output: dy }, attrs, 1e-6);
      }),
      { numRuns: 200 },
    ));

  it('hands the gradient of a tie to the first entry', async () => {
    const input = { shape: [1, 2, 2, 1], values: Float32Array.of(-3, -3, -3, -3) };
    const dy = { shape: [1, 1, 1, 1], values: Float32Array.of(5) };
    const result = await runOn(
      'wasm',
      'MaxPoolGrad',
      { dy, input, output: dy },
      { filterSize: 2, strides: 2, pad: 'valid' },
    );
    expectClose(result, { shape: [1, 2, 2, 1], dtype: 'float32', values: [5, 0, 0, 0] }, 0);
  });
});

describe('MaxPoolWithArgmax', () => {
  it('agrees with the cpu backend, also for negative windows and ties', () =>
    fc.assert(
      fc.asyncProperty(cases, fc.boolean(), async (setting, includeBatchInIndex) => {
        const { shape, filterSize, strides, pad, range, seed } = setting;
        const info = backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad);
        fc.pre(info.outHeight > 0 && info.outWidth > 0 && typeof pad !== 'number');
        const attrs = { filterSize, strides, pad, includeBatchInIndex };
        const x = numbers(seed, shape, range);
        for (const output of [0, 1]) {
          expectClose(
            await runOn('wasm', 'MaxPoolWithArgmax', { x }, attrs, output),
            await runOn('cpu', 'MaxPoolWithArgmax', { x }, attrs, output),
            0,
          );
        }
      }),
      { numRuns: 60 },
    ));
});
