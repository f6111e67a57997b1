import { useWasm } from '@advml/wasm';
import { cast, gather, type Tensor2D } from '@tensorflow/tfjs-core';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { asTensor, expectClose, expectLikeCpu, onCpu, resultOf, runOn } from '../compare.ts';
import { integers, lengths, numbers, seeds } from '../random.ts';

beforeAll(() => useWasm());

describe('GatherV2', () => {
  it('picks like the cpu backend along any axis, for any shape of indices', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(lengths(5), { minLength: 1, maxLength: 4 }),
        fc.nat(3),
        fc.array(lengths(4), { maxLength: 2 }),
        fc.boolean(),
        seeds,
        async (shape, anyAxis, picks, whole, seed) => {
          const axis = anyAxis % shape.length;
          const indices = integers(seed, picks, 0, shape[axis]);
          const x = whole ? integers(seed, shape, -9, 9) : numbers(seed, shape);
          await expectLikeCpu('GatherV2', { x, indices }, { axis, batchDims: 0 }, 0);
        },
      ),
      { numRuns: 100 },
    ));

  it('picks anew for each entry of a batch', () =>
    fc.assert(
      fc.asyncProperty(
        lengths(3),
        lengths(4),
        lengths(4),
        lengths(3),
        fc.constantFrom('float32', 'int32', 'bool'),
        seeds,
        async (batch, outer, dim, inner, dtype, seed) => {
          const [x, indices] = [integers(seed, [batch, outer, dim, inner], 0, 4), integers(seed, [batch, 3], 0, dim)];
          const pick = () => gather(cast(asTensor(x), dtype as 'bool'), asTensor(indices) as Tensor2D, 2, 1);
          expectClose(resultOf(pick), await onCpu(pick), 0);
        },
      ),
      { numRuns: 50 },
    ));

  it('refuses an index that is not there', async () => {
    const inputs = { x: numbers(1, [3, 2]), indices: { shape: [1], values: Int32Array.of(3) } };
    const run = runOn('wasm', 'GatherV2', inputs, { axis: 0, batchDims: 0 });
    await expect(run).rejects.toThrow('gather: index 3 is not in [0, 2]');
  });
});

describe('OneHot', () => {
  it('is like the cpu backend in every type, also for indices that are not there', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(lengths(4), { maxLength: 2 }),
        fc.integer({ min: 2, max: 5 }),
        fc.constantFrom('float32', 'int32', 'bool'),
        seeds,
        async (shape, depth, dtype, seed) => {
          const [onValue, offValue] = dtype === 'float32' ? [2.5, -1] : [1, 0];
          const indices = integers(seed, shape, -1, depth + 1);
          await expectLikeCpu('OneHot', { indices }, { depth, dtype, onValue, offValue }, 0);
        },
      ),
      { numRuns: 60 },
    ));
});

describe('UnsortedSegmentSum', () => {
  it('adds up like the cpu backend, leaving out ids without a segment', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(lengths(5), { minLength: 1, maxLength: 3 }),
        lengths(4),
        seeds,
        async (shape, numSegments, seed) => {
          const segmentIds = integers(seed, [shape[0]], -1, numSegments + 1);
          await expectLikeCpu('UnsortedSegmentSum', { x: numbers(seed, shape), segmentIds }, { numSegments }, 1e-6);
        },
      ),
      { numRuns: 100 },
    ));

  it('keeps whole numbers whole', async () => {
    const inputs = {
      x: { shape: [3], values: Int32Array.of(1, 2, 4) },
      segmentIds: { shape: [3], values: Int32Array.of(1, 0, 1) },
    };
    const result = await runOn('wasm', 'UnsortedSegmentSum', inputs, { numSegments: 2 });
    expectClose(result, { shape: [2], dtype: 'int32', values: [2, 5] }, 0);
  });

  it('refuses ids that do not fit', async () => {
    const run = runOn(
      'wasm',
      'UnsortedSegmentSum',
      { x: numbers(1, [3, 2]), segmentIds: integers(1, [2], 0, 1) },
      { numSegments: 1 },
    );
    await expect(run).rejects.toThrow(/one id for each slice of \[3,2\], got \[2\]/);
  });
});
