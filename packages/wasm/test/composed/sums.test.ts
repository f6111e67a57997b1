import { useWasm } from '@advml/wasm';
import { fill, mean, sum } from '@tensorflow/tfjs-core';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectClose, expectLikeCpu, resultOf, runOn } from '../compare.ts';
import { integers, lengths, numbers, seeds } from '../random.ts';

beforeAll(() => useWasm());

const shapes = fc.array(lengths(5), { minLength: 1, maxLength: 5 });

describe('Sum and Mean', () => {
  it('reduce along any axes like the cpu backend', () =>
    fc.assert(
      fc.asyncProperty(shapes, seeds, fc.boolean(), fc.boolean(), async (shape, seed, keepDims, whole) => {
        const axis = shape.map((_, at) => at).filter((at) => (seed >> at) % 2 === 0);
        fc.pre(axis.length > 0);
        const x = whole ? integers(seed, shape, -9, 9) : numbers(seed, shape);
        await expectLikeCpu('Sum', { x }, { axis, keepDims }, 1e-6);
        await expectLikeCpu('Mean', { x }, { axis, keepDims }, 1e-6);
      }),
      { numRuns: 150 },
    ));

  it('take axes in any order and from the end', async () => {
    for (const axis of [[2, 0], [-1], [1, -3], 1, []]) {
      await expectLikeCpu('Sum', { x: numbers(1, [2, 3, 4]) }, { axis, keepDims: false }, 1e-6);
    }
  });

  it('stay exact over a million entries', () => {
    expect(resultOf(() => sum(fill([1000, 1000], 0.1))).values[0]).toBe(Math.fround(1e6 * Math.fround(0.1)));
    expect(resultOf(() => mean(fill([1000, 1000], 0.1))).values[0]).toBe(Math.fround(0.1));
    expect(resultOf(() => sum(fill([2, 500_000], 0.1), 1)).values[1]).toBe(Math.fround(5e5 * Math.fround(0.1)));
    expect(resultOf(() => sum(fill([500_000, 2], 0.1), 0)).values[1]).toBe(Math.fround(5e5 * Math.fround(0.1)));
  });

  it('of nothing are zero and NaN', async () => {
    for (const [shape, axis, left] of [
      [[0, 3], [0], [3]],
      [[0], [0], []],
      [[2, 0], [1], [2]],
      [[0, 2], [0, 1], []],
    ]) {
      const reduce = (kernelName: string) =>
        runOn('wasm', kernelName, { x: numbers(1, shape) }, { axis, keepDims: false });
      expectClose(await reduce('Sum'), { shape: left, dtype: 'float32', values: Array(left[0] ?? 1).fill(0) }, 0);
      expect(Array.from((await reduce('Mean')).values)).toEqual(Array(left[0] ?? 1).fill(Number.NaN));
    }
  });
});
