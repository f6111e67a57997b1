import { backend_util } from '@tensorflow/tfjs-core';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectClose, runOn } from '../compare.ts';
import { lengths, numbers, seeds } from '../random.ts';
import { type Variants, variants } from './variants.ts';

let all: Variants;
beforeAll(async () => {
  all = await variants();
});

/** Channels on both sides of multiples of four, one window or many, windows that overlap or leave gaps. */
const cases = fc.record({
  shape: fc.tuple(fc.integer({ min: 0, max: 3 }), lengths(8), lengths(8), lengths(13)),
  filterSize: fc.tuple(lengths(4), lengths(4)),
  strides: fc.tuple(lengths(4), lengths(4)),
  pad: fc.constantFrom('same' as const, 'valid' as const, 0, 1),
  range: fc.constantFrom({}, { low: -2, high: 0 }, { low: -2, high: 1, grain: 1 }),
  seed: seeds,
});

function windowed({
  shape,
  filterSize,
  strides,
  pad,
  range,
  seed,
}: typeof cases extends fc.Arbitrary<infer T> ? T : never) {
  const { outShape } = backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad);
  fc.pre(outShape[1] > 0 && outShape[2] > 0 && (pad !== 1 || Math.min(...filterSize) > 1));
  return { input: numbers(seed, shape, range), dy: numbers(seed + 1, outShape) };
}

describe('the native gradient of pooling', () => {
  it('has the bits of the composition for maxima, in both variants', () =>
    fc.assert(
      fc.property(cases, (each) => {
        const inputs = windowed(each);
        const expected = all.composed('MaxPoolGrad', inputs, each);
        for (const run of [all.plain, all.relaxed]) expect(run('MaxPoolGrad', inputs, each)).toEqual(expected);
      }),
      { numRuns: 200 },
    ));

  it('agrees with the cpu backend for means, and in both variants to the bit', () =>
    fc.assert(
      fc.asyncProperty(cases, async (each) => {
        const inputs = windowed(each);
        const results = all.plain('AvgPoolGrad', inputs, each);
        expect(all.relaxed('AvgPoolGrad', inputs, each)).toEqual(results);
        expectClose(results[0], await runOn('cpu', 'AvgPoolGrad', inputs, each), 1e-6);
      }),
      { numRuns: 100 },
    ));

  it('keeps infinities and what is not a number where the composition has them', () => {
    const shape = [1, 2, 2, 5];
    const odd = [Number.NaN, Infinity, -Infinity, 0, -1];
    const values = Float32Array.from({ length: 20 }, (_, at) => odd[(at * 7 + Math.floor(at / 5)) % 5]);
    const inputs = { input: { shape, values }, dy: numbers(1, [1, 1, 1, 5]) };
    const attrs = { filterSize: 2, strides: 2, pad: 'valid' };
    const expected = all.composed('MaxPoolGrad', inputs, attrs);
    for (const run of [all.plain, all.relaxed]) expect(run('MaxPoolGrad', inputs, attrs)).toEqual(expected);
  });
});
