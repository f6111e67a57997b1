import { useWasm } from '@advml/wasm';
import { backend_util } from '@tensorflow/tfjs-core';
import * as fc from 'fast-check';
import { beforeAll, describe, it } from 'vitest';
import { expectLikeCpu } from '../compare.ts';
import { integers, lengths, numbers, seeds } from '../random.ts';

beforeAll(() => useWasm());

const cases = fc.record({
  shape: fc.tuple(fc.integer({ min: 0, max: 2 }), lengths(6), lengths(6), lengths(3)),
  window: fc.tuple(lengths(3), lengths(3)),
  strides: fc.tuple(lengths(2), lengths(2)),
  dilations: fc.tuple(lengths(2), lengths(2)),
  pad: fc.constantFrom('same' as const, 'valid' as const),
  whole: fc.boolean(),
  seed: seeds,
});

/** Whether every window along an axis has an entry inside. */
function meets(windows: number, stride: number, size: number, dilation: number, before: number, entries: number) {
  return Array.from({ length: windows }, (_, window) => window * stride - before).every((start) =>
    Array.from({ length: size }, (_, tap) => start + tap * dilation).some((entry) => entry >= 0 && entry < entries),
  );
}

describe('Dilation2D', () => {
  it('is like the cpu backend, forwards and backwards, ties included', () =>
    fc.assert(
      fc.asyncProperty(cases, async ({ shape, window, strides, dilations, pad, whole, seed }) => {
        const filterShape: [number, number, number] = [...window, shape[3]];
        const info = backend_util.computeDilation2DInfo(shape, filterShape, strides, pad, 'NHWC', dilations);
        fc.pre(info.outHeight > 0 && info.outWidth > 0);
        // Of windows that lie in the padding the cpu backend hands the share to some entry.
        const { top, left } = info.padInfo;
        fc.pre(meets(info.outHeight, strides[0], window[0], dilations[0], top, shape[1]));
        fc.pre(meets(info.outWidth, strides[1], window[1], dilations[1], left, shape[2]));
        const some = (add: number, of: readonly number[]) =>
          whole ? integers(seed + add, of, -4, 4) : numbers(seed + add, of);
        const [x, filter, dy] = [some(0, shape), some(1, filterShape), some(2, info.outShape)];
        const attrs = { strides, pad, dilations };
        await expectLikeCpu('Dilation2D', { x, filter }, attrs);
        await expectLikeCpu('Dilation2DBackpropInput', { x, filter, dy }, attrs);
        await expectLikeCpu('Dilation2DBackpropFilter', { x, filter, dy }, attrs);
      }),
      { numRuns: 60 },
    ));
});
