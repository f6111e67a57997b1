import { useWasm } from '@advml/wasm';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { asTensor } from '../compare.ts';
import { numbers } from '../random.ts';
import { any, type Differentiable, distinct, expectDerivatives, positive } from './derivatives.ts';

beforeAll(() => useWasm());

describe('BatchMatMul', () => {
  const stacks: [number[], number[]][] = [
    [[], []],
    [[3], [3]],
    [[1], [3]],
    [[2], []],
    [
      [2, 1],
      [1, 3],
    ],
    [[], [2]],
  ];
  it.each(stacks)('of stacks %j and %j, transposed or not', async (stackA, stackB) => {
    for (const transposeA of [false, true]) {
      for (const transposeB of [false, true]) {
        const a = any([...stackA, ...(transposeA ? [4, 2] : [2, 4])]);
        const b = any([...stackB, ...(transposeB ? [3, 4] : [4, 3])], 7);
        const product: Differentiable = (x, y) => tf.matMul(x, y, transposeA, transposeB);
        const onCpu = stackA.length < 2; // it broadcasts one stack against a single matrix only
        await expectDerivatives(product, [a, b], { tolerance: 5e-3, onCpu });
      }
    }
  });

  it('with a bias and an activation', async () => {
    for (const activation of ['linear', 'relu', 'sigmoid', 'elu'] as const) {
      const layer: Differentiable = (a, b, bias) => tf.fused.matMul({ a, b, bias, transposeB: true, activation });
      await expectDerivatives(layer, [any([2, 4]), any([3, 4], 5), any([3], 9)], { tolerance: 5e-3 });
    }
  });
});

describe('convolutions', () => {
  const image = any([2, 5, 6, 2]);
  type Pad = 'same' | 'valid' | number | tf.backend_util.ExplicitPadding;
  const explicit: Pad = [
    [0, 0],
    [1, 0],
    [0, 2],
    [0, 0],
  ];
  const settings: [strides: [number, number], pad: Pad, dilations: [number, number]][] = [
    [[1, 1], 'same', [1, 1]],
    [[1, 1], 'valid', [1, 1]],
    [[2, 1], 'same', [1, 1]],
    [[2, 2], 'valid', [1, 1]],
    [[1, 1], explicit, [1, 1]],
    [[1, 1], 'same', [2, 2]],
    [[1, 1], 'valid', [2, 1]],
    [[1, 1], explicit, [1, 3]],
  ];
  it.each(settings)('Conv2D with strides %j, pad %j, dilations %j', async (strides, pad, dilations) => {
    const f: Differentiable = (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, strides, pad, 'NHWC', dilations);
    await expectDerivatives(f, [image, any([3, 2, 2, 3], 3)], { tolerance: 5e-3 });
  });
  it.each(settings.filter(([[height, width]]) => height === width))(
    'DepthwiseConv2dNative with strides %j, pad %j, dilations %j',
    async (strides, pad, dilations) => {
      const f: Differentiable = (x, w) =>
        tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, strides, pad, 'NHWC', dilations);
      await expectDerivatives(f, [image, any([3, 2, 2, 3], 3)], { tolerance: 5e-3 });
      await expectDerivatives(f, [image, any([2, 2, 2, 1], 3)], { tolerance: 5e-3 });
    },
  );

  it('Conv2D with one-entry filters, rounding, and of a single image', async () => {
    const f: Differentiable = (x, w) => tf.conv2d(x as tf.Tensor3D, w as tf.Tensor4D, 1, 'valid');
    await expectDerivatives(f, [any([4, 5, 3]), any([1, 1, 3, 2], 4)], { tolerance: 5e-3 });
    const g: Differentiable = (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 2, 1, 'NHWC', 1, 'floor');
    await expectDerivatives(g, [image, any([3, 3, 2, 2], 4)], { tolerance: 5e-3 });
  });

  it('Conv2DBackpropInput', async () => {
    const f: Differentiable = (x, w) => tf.conv2dTranspose(x as tf.Tensor4D, w as tf.Tensor4D, [1, 5, 6, 2], 2, 'same');
    await expectDerivatives(f, [any([1, 3, 3, 3]), any([3, 3, 2, 3], 4)], { tolerance: 5e-3 });
  });

  it('Conv2DBackpropFilter', async () => {
    const attrs = { strides: 1, pad: 'valid', dataFormat: 'NHWC', filterShape: [2, 2, 2, 3] };
    const f: Differentiable = (x, dy) => tf.engine().runKernel('Conv2DBackpropFilter', { x, dy }, attrs) as tf.Tensor;
    await expectDerivatives(f, [any([2, 4, 4, 2]), any([2, 3, 3, 3], 4)], { tolerance: 5e-3 });
  });

  it('Conv3D on the cpu backend', async () => {
    const f: Differentiable = (x, w) => tf.conv3d(x as tf.Tensor5D, w as tf.Tensor5D, 1, 'same');
    await expectDerivatives(f, [any([1, 3, 3, 3, 2]), any([2, 2, 2, 2, 2], 4)], { tolerance: 5e-3, backend: 'cpu' });
    const g: Differentiable = (x, w) => tf.conv3d(x as tf.Tensor5D, w as tf.Tensor5D, 2, 'valid');
    await expectDerivatives(g, [any([1, 4, 4, 4, 1]), any([2, 2, 2, 1, 2], 4)], { tolerance: 5e-3, backend: 'cpu' });
  });
});

describe('pooling', () => {
  const image = distinct(6, [2, 5, 6, 2]);
  type Setting = [
    size: number | [number, number],
    strides: number | [number, number],
    pad: 'same' | 'valid' | number,
    rounding?: 'floor' | 'ceil' | 'round',
  ];
  const settings: Setting[] = [
    [2, 2, 'valid'],
    [2, 2, 'same'],
    [3, 1, 'same'],
    [[3, 2], [2, 1], 'same'],
    [3, 2, 1, 'floor'],
    [3, 2, 1, 'ceil'],
    [2, 2, 0, 'ceil'],
    [2, 3, 0, 'round'],
  ];
  it.each(settings)('MaxPool and AvgPool of %j by %j, pad %j, rounded %s', async (size, strides, pad, rounding) => {
    await expectDerivatives((x) => tf.maxPool(x as tf.Tensor4D, size, strides, pad, rounding), [image]);
    await expectDerivatives((x) => tf.avgPool(x as tf.Tensor4D, size, strides, pad, rounding), [image]);
  });

  it('MaxPool where nothing is positive', async () => {
    const negative = { ...image, values: image.values.map((value) => value - 10) };
    await expectDerivatives((x) => tf.maxPool(x as tf.Tensor4D, 2, 2, 'valid'), [negative]);
  });

  it('MaxPool3D and Dilation2D on the cpu backend', async () => {
    const volume = distinct(7, [1, 3, 4, 3, 2]);
    await expectDerivatives((x) => tf.maxPool3d(x as tf.Tensor5D, 2, 2, 'same'), [volume], { backend: 'cpu' });
    const f: Differentiable = (x, w) => tf.dilation2d(x as tf.Tensor4D, w as tf.Tensor3D, 1, 'valid', 1);
    const filter = numbers(3, [2, 2, 2], { low: 0, high: 0.02 });
    await expectDerivatives(f, [distinct(8, [1, 4, 4, 2]), filter], { backend: 'cpu' });
  });
});

describe('normalization and images', () => {
  it('FusedBatchNorm with moments for each channel', async () => {
    const f: Differentiable = (x, mean, variance, offset, scale) =>
      tf.batchNorm(
        x as tf.Tensor4D,
        mean as tf.Tensor1D,
        variance as tf.Tensor1D,
        offset as tf.Tensor1D,
        scale as tf.Tensor1D,
      );
    await expectDerivatives(f, [any([2, 2, 3, 3]), any([3], 2), positive([3], 3), any([3], 4), any([3], 5)], {
      tolerance: 5e-3,
    });
    await expectDerivatives(f, [any([4, 3]), any([3], 2), positive([3], 3), any([3], 4), any([3], 5)], {
      tolerance: 5e-3,
    });
  });

  it('FusedBatchNorm with the moments of the batch', async () => {
    const f: Differentiable = (x, offset, scale) => {
      const { mean, variance } = tf.moments(x, 0);
      return tf.batchNorm(
        x as tf.Tensor2D,
        mean as tf.Tensor1D,
        variance as tf.Tensor1D,
        offset as tf.Tensor1D,
        scale as tf.Tensor1D,
        0.1,
      );
    };
    await expectDerivatives(f, [any([6, 3]), any([3], 4), any([3], 5)], { tolerance: 5e-3 });
  });

  it('FusedBatchNorm with moments for each entry', async () => {
    const f: Differentiable = (x, mean, variance, offset, scale) =>
      tf.batchNorm(
        x as tf.Tensor2D,
        mean as tf.Tensor2D,
        variance as tf.Tensor2D,
        offset as tf.Tensor2D,
        scale as tf.Tensor2D,
      );
    const inputs = [any([3, 2]), any([3, 2], 2), positive([3, 2], 3), any([3, 2], 4), any([3, 2], 5)];
    await expectDerivatives(f, inputs, { tolerance: 5e-3 });
  });

  it('FusedBatchNorm, twice', async () => {
    const [mean, variance, offset] = [any([3], 2), positive([3], 3), any([3], 4)].map(asTensor) as tf.Tensor1D[];
    const f: Differentiable = (x, scale) => {
      const norm = (s: tf.Tensor) => tf.batchNorm(x as tf.Tensor2D, mean, variance, offset, s as tf.Tensor1D);
      return tf.grad((s) => tf.square(norm(s)))(scale);
    };
    await expectDerivatives(f, [any([4, 3]), any([3], 5)], { tolerance: 5e-3 });
    tf.dispose([mean, variance, offset]);
  });

  it('LRN', async () => {
    await expectDerivatives(
      (x) => tf.localResponseNormalization(x as tf.Tensor4D, 2, 1, 0.5, 0.75),
      [any([1, 2, 2, 6])],
      { tolerance: 5e-3 },
    );
  });

  it('ResizeBilinear and ResizeNearestNeighbor', async () => {
    const image = any([1, 3, 4, 2]);
    for (const [height, width] of [
      [5, 7],
      [2, 2],
      [1, 9],
      [3, 4],
    ] as [number, number][]) {
      for (const [alignCorners, halfPixels] of [
        [false, false],
        [true, false],
        [false, true],
      ]) {
        for (const resize of [tf.image.resizeBilinear, tf.image.resizeNearestNeighbor]) {
          const f: Differentiable = (x) => resize(x as tf.Tensor4D, [height, width], alignCorners, halfPixels);
          await expectDerivatives(f, [image]);
          await expectDerivatives(f, [image], { backend: 'cpu' });
        }
      }
    }
  });

  it('resizing counts from the middles of pixels if told to', () => {
    tf.tidy(() => {
      const bilinear = (x: tf.Tensor) => tf.image.resizeBilinear(x as tf.Tensor4D, [1, 4], false, true);
      const second = tf.grad((x) => tf.slice(tf.reshape(bilinear(x), [4]), 1, 1))(tf.tensor4d([1, 2], [1, 1, 2, 1]));
      expect([...second.dataSync()]).toEqual([0.75, 0.25]);
      const nearest = (x: tf.Tensor) => tf.image.resizeNearestNeighbor(x as tf.Tensor4D, [1, 2], false, true);
      const weights = tf.tensor4d([1, 10], [1, 1, 2, 1]);
      const slope = tf.grad((x) => tf.mul(nearest(x), weights))(tf.ones([1, 1, 3, 1]));
      expect([...slope.dataSync()]).toEqual([1, 0, 10]);
    });
  });
});

describe('losses, composed', () => {
  it('softmax and sigmoid cross-entropy', async () => {
    const labels = tf.tensor2d([1, 0, 0, 0, 1, 0], [2, 3]);
    await expectDerivatives((x) => tf.losses.softmaxCrossEntropy(labels, x), [any([2, 3])]);
    await expectDerivatives((x) => tf.losses.sigmoidCrossEntropy(labels, x), [any([2, 3])]);
    labels.dispose();
  });
});
