import { useWasm } from '@advml/wasm';
import * as tf from '@tensorflow/tfjs-core';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { asTensor } from '../compare.ts';
import { type Data, lengths } from '../random.ts';
import { any, type Differentiable, expectDerivatives } from './derivatives.ts';
import { expectSecondDerivatives } from './second-derivatives.ts';

beforeAll(() => useWasm());

/** Boxes whose sides are shares of small denominators, so that places often lie at the rim or half between pixels. */
const boxesOnGrid = fc.array(
  fc.integer({ min: 1, max: 48 }).chain((parts) => fc.integer({ min: -1, max: parts + 1 }).map((at) => at / parts)),
  { minLength: 4, maxLength: 4 },
);

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

  it.each(['bilinear', 'nearest'] as const)(
    'CropAndResize, %s, has its adjoint for a gradient, however places are rounded',
    (method) =>
      fc.assert(
        fc.property(
          boxesOnGrid,
          fc.tuple(lengths(33), lengths(9)),
          fc.tuple(lengths(5), lengths(5)),
          (sides, shape, crops) =>
            tf.tidy(() => {
              const x = asTensor(any([1, ...shape, 1]));
              const box = tf.tensor2d([sides]);
              const f = (image: tf.Tensor) =>
                tf.image.cropAndResize(
                  image as tf.Tensor4D,
                  box,
                  tf.tensor1d([0], 'int32'),
                  crops as [number, number],
                  method,
                );
              const dy = asTensor(any([1, ...crops, 1], 2));
              const product = (a: tf.Tensor, b: tf.Tensor) => tf.sum(tf.mul(a, b)).dataSync()[0];
              expect(product(tf.grad(f)(x, dy), x)).toBeCloseTo(product(f(x), dy), 3);
            }),
        ),
        {
          numRuns: 100,
          examples: [
            [
              [3 / 41, 0, 1, 0],
              [32, 1],
              [3, 1],
            ],
            [
              [2 / 13, 0, 17 / 22, 0],
              [12, 1],
              [4, 1],
            ],
          ],
        },
      ),
  );

  it('RotateWithOffset, twice', async () => {
    const turn =
      (radians: number, centre: number | [number, number]): Differentiable =>
      (x) =>
        tf.image.rotateWithOffset(x as tf.Tensor4D, radians, 0.3, centre);
    await expectSecondDerivatives(turn(0.7, 0.5), [images]);
    await expectSecondDerivatives(turn(-2, [0.2, 0.9]), [images]);
  });
});
