import { useWasm } from '@advml/wasm';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, it } from 'vitest';
import { asTensor } from '../compare.ts';
import type { Data } from '../random.ts';
import { any, type Differentiable, expectDerivatives } from './derivatives.ts';
import { expectSecondDerivatives } from './second-derivatives.ts';

beforeAll(() => useWasm());

describe('images cut out, brought to a size, turned', () => {
  const images = any([2, 3, 4, 2]);
  // Corners well inside, partly outside, upside down; no place within a step of a pixel's.
  const boxes: Data = {
    shape: [3, 4],
    values: Float32Array.of(0.11, 0.12, 0.63, 0.87, -0.3, 0.21, 0.71, 1.17, 0.87, 0.79, 0.17, 0.22),
  };
  const which: Data = { shape: [3], values: Int32Array.of(1, 0, 1) };
  const crop =
    (size: [number, number], method: 'bilinear' | 'nearest'): Differentiable =>
    (x, b) =>
      tf.image.cropAndResize(x as tf.Tensor4D, b as tf.Tensor2D, asTensor(which) as tf.Tensor1D, size, method, 0.5);

  it('CropAndResize, bilinear, in images and boxes, twice', async () => {
    await expectSecondDerivatives(crop([2, 3], 'bilinear'), [images, boxes], 2e-2);
    await expectSecondDerivatives(crop([1, 1], 'bilinear'), [images, boxes], 2e-2);
  });

  it('CropAndResize, nearest', async () => {
    await expectDerivatives(crop([2, 3], 'nearest'), [images, boxes]);
    const whole = { shape: [1, 4], values: Float32Array.of(0, 0, 1, 1) }; // halves are rounded up
    const f: Differentiable = (x) =>
      tf.image.cropAndResize(x as tf.Tensor4D, asTensor(whole) as tf.Tensor2D, [0] as never, [5, 7], 'nearest');
    await expectDerivatives(f, [images]);
  });

  it('RotateWithOffset, twice', async () => {
    const turn =
      (radians: number, centre: number | [number, number]): Differentiable =>
      (x) =>
        tf.image.rotateWithOffset(x as tf.Tensor4D, radians, 0.3, centre);
    await expectSecondDerivatives(turn(0.7, 0.5), [images]);
    await expectSecondDerivatives(turn(-2, [0.2, 0.9]), [images]);
  });
});
