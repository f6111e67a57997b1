import { useWasm } from '@advml/wasm';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectClose, expectLikeCpu, runOn } from '../compare.ts';
import { integers, lengths, numbers, seeds } from '../random.ts';

beforeAll(() => useWasm());

const images = fc.tuple(lengths(2), lengths(4), lengths(4), lengths(4));

describe('pixels in other places', () => {
  it('DepthToSpace, in both layouts', () =>
    fc.assert(
      fc.asyncProperty(
        images,
        fc.integer({ min: 2, max: 3 }),
        fc.boolean(),
        seeds,
        async (size, block, whole, seed) => {
          const shape = [...size.slice(0, 3), size[3] * block * block];
          const x = whole ? integers(seed, shape, -9, 9) : numbers(seed, shape);
          const attrs = { blockSize: block, dataFormat: 'NHWC' };
          await expectLikeCpu('DepthToSpace', { x }, attrs, 0);
          // The other layout, which the cpu backend lacks, by way of this one.
          const first = await runOn('wasm', 'Transpose', { x }, { perm: [0, 3, 1, 2] });
          const moved = { shape: first.shape, values: first.values as Int32Array };
          const result = await runOn('wasm', 'DepthToSpace', { x: moved }, { blockSize: block, dataFormat: 'NCHW' });
          const y = await runOn('cpu', 'DepthToSpace', { x }, attrs);
          const back = { x: { shape: y.shape, values: y.values as Int32Array } };
          expectClose(result, await runOn('cpu', 'Transpose', back, { perm: [0, 3, 1, 2] }), 0);
        },
      ),
      { numRuns: 25 },
    ));

  it('RotateWithOffset', () =>
    fc.assert(
      fc.asyncProperty(images, fc.double({ min: -6, max: 6, noNaN: true }), seeds, async (shape, radians, seed) => {
        const attrs = { radians, fillValue: [7, 8, 9], center: [0.4, 0.63] };
        await expectLikeCpu('RotateWithOffset', { image: integers(seed, shape, -9, 9) }, attrs, 0);
        const half = { ...attrs, fillValue: 0.5 };
        await expectLikeCpu('RotateWithOffset', { image: numbers(seed, shape) }, half, 0);
      }),
      { numRuns: 25 },
    ));

  it('CropAndResize', () =>
    fc.assert(
      fc.asyncProperty(images, fc.tuple(lengths(4), lengths(4)), seeds, async (shape, cropSize, seed) => {
        const image = numbers(seed, shape);
        const boxes = numbers(seed + 1, [3, 4], { low: -0.2, high: 1.2 });
        const inputs = { image, boxes, boxInd: integers(seed, [3], 0, shape[0]) };
        for (const method of ['nearest', 'bilinear']) {
          await expectLikeCpu('CropAndResize', inputs, { cropSize, method, extrapolationValue: 0.5 });
        }
      }),
      { numRuns: 40 },
    ));

  it('Transform refuses to mirror', async () => {
    const inputs = { image: numbers(1, [1, 2, 2, 1]), transforms: numbers(2, [1, 8]) };
    const attrs = { interpolation: 'nearest', fillMode: 'reflect', fillValue: 0 };
    await expect(runOn('wasm', 'Transform', inputs, attrs)).rejects.toThrow(/'reflect' is not right on WASM/);
  });
});
