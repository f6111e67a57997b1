import { useWasm } from '@advml/wasm';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { asTensor } from '../compare.ts';
import type { Data } from '../random.ts';
import { any, type Differentiable, distinct, positive, smooth } from './derivatives.ts';
import { expectSecondDerivatives } from './second-derivatives.ts';

beforeAll(() => useWasm());

type Row = [name: string, f: Differentiable, ...inputs: Data[]];

const inside = smooth(5, [2, 3], -0.8, 0.8);
const image = distinct(3, [1, 4, 4, 2]);
const as4d =
  (f: (x: tf.Tensor4D) => tf.Tensor): Differentiable =>
  (x) =>
    f(x as tf.Tensor4D);
const moments = [any([3], 2), positive([3], 3)];

const rows: Row[] = [
  ...([tf.add, tf.sub, tf.mul, tf.div, tf.pow, tf.squaredDifference, tf.atan2, tf.maximum, tf.minimum] as const).map(
    (f): Row => [f.name, f as Differentiable, positive([2, 3]), smooth(9, [3], 0.5, 2)],
  ),
  ...(
    [
      [tf.abs, tf.neg, tf.square, tf.exp, tf.expm1, tf.sin, tf.cos, tf.atan, tf.sinh, tf.cosh, tf.tanh, tf.asinh],
      [tf.erf, tf.relu, tf.relu6, tf.elu, tf.selu, tf.sigmoid, tf.softplus, tf.logSigmoid, tf.leakyRelu, tf.tan],
      [tf.asin, tf.acos, tf.atanh],
    ] as ((x: tf.Tensor) => tf.Tensor)[][]
  )
    .flat()
    .map((f): Row => [f.name, f, inside]),
  ...([tf.sqrt, tf.rsqrt, tf.reciprocal, tf.log, tf.log1p] as ((x: tf.Tensor) => tf.Tensor)[]).map(
    (f): Row => [f.name, f, positive([2, 3])],
  ),
  ['acosh', tf.acosh, smooth(6, [2, 3], 1.5, 3)],
  ['prelu', tf.prelu as Differentiable, any([2, 3]), any([3], 4)],
  ['clipByValue', (x) => tf.clipByValue(x, -1.2, 0.7), any([2, 3])],
  ['where', (a, b) => tf.where(tf.greater(a, 0.01), tf.square(a), tf.mul(a, b)), any([2, 3]), any([2, 3], 4)],
  ...([tf.sum, tf.mean, tf.max, tf.min, tf.prod, tf.logSumExp, tf.norm] as const).map(
    (f): Row => [f.name, (x) => (f as typeof tf.sum)(x), smooth(7, [2, 2], 0.4, 1.5)],
  ),
  ['cumsum', (x) => tf.cumsum(x, 1), any([2, 3])],
  ['softmax', (x) => tf.softmax(x), any([2, 3])],
  ['logSoftmax', (x) => tf.logSoftmax(x), any([2, 3])],
  ['softmaxCrossEntropy', (y, x) => tf.losses.softmaxCrossEntropy(y, x), positive([2, 3]), any([2, 3], 4)],
  ['sigmoidCrossEntropy', (x) => tf.losses.sigmoidCrossEntropy(tf.tensor1d([1, 0, 1]), x), any([3], 4)],
  ['concat', (a, b) => tf.concat([a, b], -1), any([2, 1]), any([2, 2], 4)],
  ['stack', (a, b) => tf.stack([a, b], -1), any([2]), any([2], 4)],
  ['split', (x) => tf.mul(...(tf.split(x, 2, -1) as [tf.Tensor, tf.Tensor])), any([2, 4])],
  ['gather', (x) => tf.gather(x, [1, 1, 0], -1), any([2, 2])],
  ['slice', (x) => tf.slice(x, 1, 2), any([4])],
  ['stridedSlice', (x) => tf.stridedSlice(x, [3], [0], [-2]), any([4])],
  ['pad', (x) => tf.pad(x, [[1, 2]]), any([3])],
  ['mirrorPad', (x) => tf.mirrorPad(x, [[1, 2]], 'reflect'), any([3])],
  ['tile', (x) => tf.tile(x, [2, 2]), any([2, 2])],
  ['transpose', (x) => tf.transpose(x), any([2, 3])],
  ['reverse', (x) => tf.reverse(x, -1), any([2, 3])],
  ['topk', (x) => tf.topk(x, 2).values, distinct(3, [2, 3])],
  ['unsortedSegmentSum', (x) => tf.unsortedSegmentSum(x, [1, 0, 1], 2), any([3, 2])],
  ['matMul', (a, b) => tf.matMul(a, b, false, true), any([2, 3]), any([2, 3], 4)],
  ['fused.matMul', (a, b, bias) => tf.fused.matMul({ a, b, bias }), any([2, 3]), any([3, 2], 4), any([2], 5)],
  ['conv2d', (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same'), image, any([2, 2, 2, 1], 4)],
  [
    'fused.conv2d, dilated',
    (x, w, bias) =>
      tf.fused.conv2d({
        x: x as tf.Tensor4D,
        filter: w as tf.Tensor4D,
        strides: 1,
        pad: 'same',
        dilations: [2, 1],
        bias,
      }),
    image,
    any([2, 2, 2, 1], 4),
    any([1], 5),
  ],
  [
    'fused.depthwiseConv2d, dilated',
    (x, w) =>
      tf.fused.depthwiseConv2d({
        x: x as tf.Tensor4D,
        filter: w as tf.Tensor4D,
        strides: 1,
        pad: 'valid',
        dilations: 2,
      }),
    image,
    any([2, 2, 2, 1], 4),
  ],
  [
    'conv2dTranspose',
    (x, w) => tf.conv2dTranspose(x as tf.Tensor4D, w as tf.Tensor4D, [1, 4, 4, 1], 2, 'same'),
    any([1, 2, 2, 2]),
    any([2, 2, 1, 2], 4),
  ],
  [
    'depthwiseConv2d',
    (x, w) => tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, 2, 'same'),
    image,
    any([3, 3, 2, 2], 4),
  ],
  [
    'separableConv2d',
    (x, depth, point) => tf.separableConv2d(x as tf.Tensor4D, depth as tf.Tensor4D, point as tf.Tensor4D, 1, 'valid'),
    any([1, 3, 3, 2]),
    any([2, 2, 2, 1], 4),
    any([1, 1, 2, 1], 5),
  ],
  ['maxPool', as4d((x) => tf.maxPool(x, 3, 2, 'same')), image],
  ['maxPool, rounded up', as4d((x) => tf.maxPool(x, 2, 3, 0, 'ceil')), image],
  ['avgPool', as4d((x) => tf.avgPool(x, 3, 1, 'same')), image],
  ['avgPool, rounded up', as4d((x) => tf.avgPool(x, [3, 2], 2, 1, 'ceil')), image],
  ['resizeBilinear', as4d((x) => tf.image.resizeBilinear(x, [3, 6], false, true)), image],
  ['resizeNearestNeighbor', as4d((x) => tf.image.resizeNearestNeighbor(x, [6, 3], true)), image],
  ['localResponseNormalization', as4d((x) => tf.localResponseNormalization(x, 1, 1, 0.5, 0.6)), image],
  [
    'batchNorm without scale and offset',
    (x, mean, variance) => tf.batchNorm(x as tf.Tensor2D, mean as tf.Tensor1D, variance as tf.Tensor1D),
    any([2, 3]),
    ...moments,
  ],
  [
    'batchNorm without scale',
    (x, mean, variance, offset) =>
      tf.batchNorm(x as tf.Tensor2D, mean as tf.Tensor1D, variance as tf.Tensor1D, offset as tf.Tensor1D),
    any([2, 3]),
    ...moments,
    any([3], 4),
  ],
];

describe('first and second derivatives in all inputs, by differences', () => {
  it.each(rows)('%s', (_name, f, ...inputs) => expectSecondDerivatives(f, inputs, 2e-2));
});

describe('gradients that a function brings along', () => {
  it('are followed through the inputs and outputs that they keep', () => {
    const cubed = tf.customGrad((x, save) => {
      const value = tf.mul(x as tf.Tensor, tf.square(x as tf.Tensor));
      (save as tf.GradSaveFunc)([x as tf.Tensor, value]);
      return { value, gradFunc: (dy, [input, output]) => tf.mul(dy, tf.mul(3, tf.div(output, input))) };
    });
    tf.tidy(() => {
      const twice = tf.grad((x) => tf.grad((t) => cubed(t))(x))(tf.tensor1d([2, -1]));
      for (const [at, value] of twice.dataSync().entries()) expect(value).toBeCloseTo([12, -6][at], 4);
    });
  });

  it('hold for intermediate results, too', async () => {
    await expectSecondDerivatives((x) => tf.logSigmoid(tf.mul(x, 2)), [any([2, 3])], 2e-2);
    await expectSecondDerivatives((x) => tf.logSoftmax(tf.square(x)), [any([2, 3])], 2e-2);
  });

  it('cross-entropy in its logits has p - p p^T, and the labels get minus the logarithms', () => {
    tf.tidy(() => {
      const labels = tf.tensor2d([[1, 0, 0]]);
      const logits = tf.tensor2d([[0.5, -1, 2]]);
      const p = tf.softmax(logits).dataSync();
      const loss = (z: tf.Tensor, y: tf.Tensor = labels) => tf.losses.softmaxCrossEntropy(y, z);
      const row = tf
        .grad((z) => tf.slice(tf.grad((t) => loss(t))(z), [0, 1], [1, 1]))(logits)
        .dataSync();
      for (const [at, value] of row.entries()) expect(value).toBeCloseTo((at === 1 ? p[1] : 0) - p[1] * p[at], 5);
      const ofLabels = tf
        .grad((y) => loss(logits, y))(labels)
        .dataSync();
      for (const [at, value] of ofLabels.entries()) expect(value).toBeCloseTo(-Math.log(p[at]), 5);
    });
  });

  it('are not thrown away with an activation', () => {
    tf.tidy(() => {
      const [a, b] = [asTensor(any([2, 3])), asTensor(any([3, 2]))];
      const attrs = { transposeA: false, transposeB: false, activation: 'relu' };
      const raw = (x: tf.Tensor) => tf.engine().runKernel('_FusedMatMul', { a: x, b }, attrs) as tf.Tensor;
      expect(() => tf.grad(raw)(a)).toThrow('_FusedMatMul has no gradient with the activation relu: apply it apart');
    });
  });
});
