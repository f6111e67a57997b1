import { useWasm } from '@advml/wasm';
import { backend_util } from '@tensorflow/tfjs-core';
import * as fc from 'fast-check';
import { beforeAll, describe, it } from 'vitest';
import { expectClose, expectLikeCpu, runOn } from '../compare.ts';
import { distinct } from '../gradients/derivatives.ts';
import { type Data, lengths, numbers, seeds } from '../random.ts';

beforeAll(() => useWasm());

type Three = [number, number, number];
type Shape5D = [number, number, number, number, number];

const three = (max: number) => fc.tuple(lengths(max), lengths(max), lengths(max));

const convolutions = fc.record({
  batch: fc.integer({ min: 0, max: 2 }),
  size: three(5),
  window: three(3),
  // tfjs takes either longer strides or dilations.
  apart: fc.oneof(
    fc.record({ strides: three(3), dilations: fc.constant<Three>([1, 1, 1]) }),
    fc.record({ strides: fc.constant<Three>([1, 1, 1]), dilations: three(2) }),
  ),
  channels: fc.tuple(lengths(3), lengths(3)),
  pad: fc.constantFrom('same' as const, 'valid' as const),
  seed: seeds,
});

/** Whether tfjs counts negative padding, as it does where strides are longer than windows. */
function cropped({ padInfo: { front, top, left } }: backend_util.Conv3DInfo): boolean {
  return Math.min(front, top, left) < 0;
}

describe('convolutions of volumes', () => {
  it('are like those of the cpu backend', () =>
    fc.assert(
      fc.asyncProperty(convolutions, async ({ batch, size, window, apart, channels: [from, to], pad, seed }) => {
        const x: Shape5D = [batch, ...size, from];
        const filter: Shape5D = [...window, from, to];
        const { strides, dilations } = apart;
        const info = backend_util.computeConv3DInfo(x, filter, strides, dilations, pad);
        fc.pre(Math.min(info.outDepth, info.outHeight, info.outWidth) >= 0 && !cropped(info));
        const inputs = { x: numbers(seed, x), filter: numbers(seed + 1, filter) };
        const attrs = { strides, pad, dataFormat: 'NDHWC', dilations };
        await expectLikeCpu('Conv3D', inputs, attrs);
        if (!dilations.every((dilation) => dilation === 1)) return;
        const dy = numbers(seed + 2, info.outShape);
        await expectLikeCpu('Conv3DBackpropInputV2', { dy, filter: inputs.filter }, { strides, pad, inputShape: x });
        await expectLikeCpu('Conv3DBackpropFilterV2', { x: inputs.x, dy }, { strides, pad, filterShape: filter });
      }),
      { numRuns: 40 },
    ));
});

/** Each window's share at its largest entry; the cpu backend errs where windows are not square. */
function handedBack(x: Data, dy: Data, info: backend_util.Conv3DInfo): Float32Array {
  const dx = new Float32Array(x.values.length);
  const at = (shape: readonly number[], place: readonly number[]) =>
    place.reduce((flat, index, axis) => flat * shape[axis] + index, 0);
  const range = (length: number) => Array.from({ length }, (_, each) => each);
  const entries = (window: number, size: number, stride: number, before: number, length: number) =>
    range(size)
      .map((tap) => window * stride - before + tap)
      .filter((entry) => entry >= 0 && entry < length);
  const { padInfo } = info;
  for (const n of range(info.batchSize))
    for (const d of range(info.outDepth))
      for (const h of range(info.outHeight))
        for (const w of range(info.outWidth))
          for (const c of range(info.inChannels)) {
            const places = entries(d, info.filterDepth, info.strideDepth, padInfo.front, info.inDepth).flatMap(
              (layer) =>
                entries(h, info.filterHeight, info.strideHeight, padInfo.top, info.inHeight).flatMap((row) =>
                  entries(w, info.filterWidth, info.strideWidth, padInfo.left, info.inWidth).map((column) =>
                    at(x.shape, [n, layer, row, column, c]),
                  ),
                ),
            );
            const largest = places.reduce(
              (best, place) => (x.values[place] > x.values[best] ? place : best),
              places[0],
            );
            if (largest !== undefined) dx[largest] += dy.values[at(dy.shape, [n, d, h, w, c])];
          }
  return dx;
}

const poolings = fc.record({
  shape: fc.tuple(lengths(2), lengths(5), lengths(5), lengths(5), lengths(3)),
  filterSize: three(3),
  strides: three(3),
  pad: fc.constantFrom('same' as const, 'valid' as const, 1),
  dimRoundingMode: fc.constantFrom('floor' as const, 'ceil' as const, 'round' as const),
  seed: seeds,
});

describe('pooling of volumes', () => {
  it('is like that of the cpu backend, forwards and backwards', () =>
    fc.assert(
      fc.asyncProperty(poolings, async ({ shape, filterSize, strides, pad, dimRoundingMode, seed }) => {
        const info = backend_util.computePool3DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
        fc.pre(Math.min(info.outDepth, info.outHeight, info.outWidth) > 0 && !cropped(info));
        fc.pre(pad !== 1 || Math.min(...filterSize) > 1);
        // The last window starts inside the volume.
        const { outDepth, outHeight, outWidth, padInfo } = info;
        const last = [outDepth, outHeight, outWidth].map((windows, axis) => (windows - 1) * strides[axis]);
        const before = [padInfo.front, padInfo.top, padInfo.left];
        fc.pre(last.every((start, axis) => start - before[axis] < shape[axis + 1]));
        const attrs = { filterSize, strides, pad, dimRoundingMode, dataFormat: 'NDHWC' };
        const x = distinct(seed, shape);
        const dy = numbers(seed + 1, info.outShape);
        await expectLikeCpu('MaxPool3D', { x }, attrs, 0);
        const expected = { shape, dtype: 'float32', values: handedBack(x, dy, info) };
        expectClose(await runOn('wasm', 'MaxPool3DGrad', { dy, input: x, output: dy }, attrs), expected);
        await expectLikeCpu('AvgPool3D', { x }, attrs);
        await expectLikeCpu('AvgPool3DGrad', { dy, input: x }, attrs);
      }),
      { numRuns: 40 },
    ));

  it('hands the gradient of a tie to the first entry', async () => {
    const input = { shape: [1, 2, 2, 2, 1], values: new Float32Array(8).fill(-3) };
    const dy = { shape: [1, 1, 1, 1, 1], values: Float32Array.of(5) };
    const attrs = { filterSize: 2, strides: 2, pad: 'valid' };
    const result = await runOn('wasm', 'MaxPool3DGrad', { dy, input, output: dy }, attrs);
    expectClose(result, { shape: [1, 2, 2, 2, 1], dtype: 'float32', values: [5, 0, 0, 0, 0, 0, 0, 0] }, 0);
  });

  it('starts at the first entry where strides are longer than windows', async () => {
    const x = { shape: [1, 2, 1, 4, 1], values: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8) };
    const dy = { shape: [1, 1, 1, 2, 1], values: Float32Array.of(10, 20) };
    const attrs = { filterSize: 1, strides: [2, 1, 3], pad: 'same', dataFormat: 'NDHWC', dilations: 1 };
    const picked = { shape: dy.shape, dtype: 'float32', values: [1, 4] };
    const back = { shape: x.shape, dtype: 'float32', values: [10, 0, 0, 20, 0, 0, 0, 0] };
    const filter = { shape: [1, 1, 1, 1, 1], values: Float32Array.of(1) };
    expectClose(await runOn('wasm', 'MaxPool3D', { x }, attrs), picked);
    expectClose(await runOn('wasm', 'AvgPool3D', { x }, attrs), picked);
    expectClose(await runOn('wasm', 'Conv3D', { x, filter }, attrs), picked);
    expectClose(await runOn('wasm', 'MaxPool3DGrad', { dy, input: x, output: dy }, attrs), back);
    expectClose(await runOn('wasm', 'AvgPool3DGrad', { dy, input: x }, attrs), back);
    const toInput = { ...attrs, inputShape: x.shape };
    expectClose(await runOn('wasm', 'Conv3DBackpropInputV2', { dy, filter }, toInput), back);
  });
});
