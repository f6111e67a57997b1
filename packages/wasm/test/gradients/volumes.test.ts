import { useWasm } from '@advml/wasm';
import * as tf from '@tensorflow/tfjs-core';
import * as fc from 'fast-check';
import { beforeAll, describe, it } from 'vitest';
import { lengths, seeds } from '../random.ts';
import { any, type Differentiable, distinct, expectDerivatives } from './derivatives.ts';
import { expectSecondDerivatives } from './second-derivatives.ts';

beforeAll(() => useWasm());

describe('convolutions of volumes', () => {
  const conv = (...rest: [number | number[], 'same' | 'valid', number[]?]): Differentiable => {
    const [strides, pad, dilations = [1, 1, 1]] = rest;
    return (x, filter) =>
      tf.conv3d(x as tf.Tensor5D, filter as tf.Tensor5D, strides as never, pad, 'NDHWC', dilations as never);
  };
  it.each([
    ['plain', conv(1, 'same')],
    ['strided', conv([2, 1, 2], 'valid')],
    ['dilated', conv(1, 'same', [2, 1, 2])],
  ])('Conv3D, %s, twice', async (_name, f) => {
    await expectSecondDerivatives(f, [any([1, 2, 3, 2, 2]), any([2, 1, 2, 2, 1], 2)], 1e-2);
  });

  it('Conv3DBackpropInputV2, the transposed convolution, twice', async () => {
    const f: Differentiable = (x, filter) =>
      tf.conv3dTranspose(x as tf.Tensor5D, filter as tf.Tensor5D, [1, 3, 2, 3, 1], [2, 1, 2], 'same');
    await expectSecondDerivatives(f, [any([1, 2, 2, 2, 2]), any([2, 1, 2, 1, 2], 2)], 1e-2);
  });
});

describe('pooling of volumes', () => {
  const settings = fc.record({
    shape: fc.tuple(lengths(2), lengths(3), lengths(3), lengths(3), lengths(1)),
    size: fc.tuple(lengths(2), lengths(3), lengths(2)),
    strides: fc.tuple(lengths(2), lengths(2), lengths(2)),
    pad: fc.constantFrom('same' as const, 'valid' as const),
    seed: seeds,
  });
  // Where strides are longer than windows, tfjs's cpu backend starts elsewhere.
  const usual = ({ shape, size, strides, pad }: { shape: number[]; size: number[]; strides: number[]; pad: string }) =>
    size.every((length, axis) => strides[axis] <= length && (pad === 'same' || length <= shape[axis + 1]));

  it('MaxPool3D', () =>
    fc.assert(
      fc.asyncProperty(settings, async (setting) => {
        fc.pre(usual(setting));
        const { shape, size, strides, pad, seed } = setting;
        await expectDerivatives((x) => tf.maxPool3d(x as tf.Tensor5D, size, strides, pad), [distinct(seed, shape)]);
      }),
      { numRuns: 12 },
    ));

  it('AvgPool3D, twice', () =>
    fc.assert(
      fc.asyncProperty(settings, async (setting) => {
        fc.pre(usual(setting));
        const { shape, size, strides, pad, seed } = setting;
        await expectSecondDerivatives((x) => tf.avgPool3d(x as tf.Tensor5D, size, strides, pad), [any(shape, seed)]);
      }),
      { numRuns: 4 },
    ));
});

describe('pooling of images', () => {
  it('MaxPoolWithArgmax', async () => {
    const f: Differentiable = (x) => tf.maxPoolWithArgmax(x as tf.Tensor4D, 2, 2, 'same').result;
    await expectDerivatives(f, [distinct(1, [2, 3, 4, 2])]);
  });

  it('Dilation2D', async () => {
    const f: Differentiable = (x, filter) => tf.dilation2d(x as tf.Tensor4D, filter as tf.Tensor3D, 1, 'same', 2);
    await expectDerivatives(f, [distinct(1, [1, 3, 4, 2]), distinct(2, [2, 2, 2])].map(spaced));
  });
});

/** No two sums closer than the steps of the differences. */
function spaced(data: ReturnType<typeof distinct>, at: number) {
  return at === 0 ? data : { ...data, values: data.values.map((value) => value * 0.37) };
}
