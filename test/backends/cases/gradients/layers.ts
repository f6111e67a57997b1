import * as tf from '@tensorflow/tfjs-core';
import type { BackendCase } from '../case.ts';
import { all, type Differentiated } from './differentiated.ts';
import { any, distinct, positive } from './inputs.ts';

const product = (stacks: [number[], number[]], transposed: [boolean, boolean]): Differentiated => ({
  f: (a, b) => tf.matMul(a, b, ...transposed),
  at: () => [
    any([...stacks[0], ...(transposed[0] ? [4, 2] : [2, 4])]),
    any([...stacks[1], ...(transposed[1] ? [3, 4] : [4, 3])], 7),
  ],
});

const fused = (activation: 'linear' | 'relu' | 'sigmoid' | 'elu'): Differentiated => ({
  f: (a, b, bias) => tf.fused.matMul({ a, b, bias, transposeB: true, activation }),
  at: () => [any([2, 4]), any([3, 4], 5), any([3], 9)],
});

const products = all({
  matMul: product([[], []], [false, false]),
  'matMul, first transposed': product([[], []], [true, false]),
  'matMul, second transposed': product([[], []], [false, true]),
  'matMul, both transposed, stacked': product([[3], [3]], [true, true]),
  'matMul of a stack and one': product([[3], []], [false, false]),
  'fused.matMul, linear': fused('linear'),
  'fused.matMul, relu': fused('relu'),
  'fused.matMul, sigmoid': fused('sigmoid'),
  'fused.matMul, elu': fused('elu'),
  einsum: { f: (a, b) => tf.einsum('ijk,kl->il', a, b), at: () => [any([2, 3, 4]), any([4, 2], 2)] },
});

/** Of a window's entries that tie, the gradient goes to one: the first on WASM and the cpu. */
const ANOTHER = 'the gradient of a tie goes to another of its entries';

type Pad = 'same' | 'valid' | number | tf.backend_util.ExplicitPadding;
const explicit: Pad = [
  [0, 0],
  [1, 0],
  [0, 2],
  [0, 0],
];
type Window = [strides: [number, number], pad: Pad, dilations?: [number, number], more?: Partial<Differentiated>];

const conv = (...[strides, pad, dilations = [1, 1], more]: Window): Differentiated => ({
  f: (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, strides, pad, 'NHWC', dilations),
  at: () => [any([2, 5, 6, 2]), any([3, 2, 2, 3], 3)],
  ...more,
});
const depthwise = (...[strides, pad, dilations = [1, 1], more]: Window): Differentiated => ({
  f: (x, w) => tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, strides, pad, 'NHWC', dilations),
  at: () => [any([2, 5, 6, 2]), any([3, 2, 2, 3], 3)],
  ...more,
});

const convolutions = all({
  'conv2d, same': conv([1, 1], 'same'),
  'conv2d, strides': conv([2, 1], 'same'),
  'conv2d, valid strides': conv([2, 2], 'valid'),
  'conv2d, explicit padding': conv([1, 1], explicit),
  'conv2d, dilated': conv([1, 1], 'same', [2, 2]),
  'conv2d, one-entry filters': {
    f: (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'valid'),
    at: () => [any([2, 3, 4, 3]), any([1, 1, 3, 2], 4)],
  },
  conv2dTranspose: {
    f: (x, w) => tf.conv2dTranspose(x as tf.Tensor4D, w as tf.Tensor4D, [1, 5, 6, 2], 2, 'same'),
    at: () => [any([1, 3, 3, 3]), any([3, 3, 2, 3], 4)],
  },
  'fused.conv2d, relu': {
    f: (x, filter, bias) =>
      tf.fused.conv2d({
        x: x as tf.Tensor4D,
        filter: filter as tf.Tensor4D,
        bias,
        strides: 1,
        pad: 'same',
        activation: 'relu',
      }),
    at: () => [any([1, 4, 4, 2]), any([3, 3, 2, 2], 2), any([2], 3)],
  },
  'depthwiseConv2d, same': depthwise([1, 1], 'same'),
  'depthwiseConv2d, strides': depthwise([2, 2], 'valid'),
  'depthwiseConv2d, explicit padding': depthwise([1, 1], explicit),
  'depthwiseConv2d, dilated': depthwise([1, 1], 'same', [2, 2]),
  'fused.depthwiseConv2d, relu6': {
    f: (x, filter, bias) =>
      tf.fused.depthwiseConv2d({
        x: x as tf.Tensor4D,
        filter: filter as tf.Tensor4D,
        bias,
        strides: 1,
        pad: 'same',
        activation: 'relu6',
      }),
    at: () => [any([1, 4, 4, 2]), any([3, 3, 2, 2], 2), any([4], 3)],
  },
  conv3d: {
    f: (x, w) => tf.conv3d(x as tf.Tensor5D, w as tf.Tensor5D, 1, 'same'),
    twice: false,
    at: () => [any([1, 2, 3, 2, 2]), any([2, 1, 2, 2, 1], 2)],
  },
  'conv3d, twice': {
    f: (x, w) => tf.conv3d(x as tf.Tensor5D, w as tf.Tensor5D, 1, 'same'),
    limits: { webgl: 'a shader that does not compile' },
    at: () => [any([1, 2, 3, 2, 2]), any([2, 1, 2, 2, 1], 2)],
  },
  conv3dTranspose: {
    f: (x, w) => tf.conv3dTranspose(x as tf.Tensor5D, w as tf.Tensor5D, [1, 3, 2, 3, 1], [2, 1, 2], 'same'),
    at: () => [any([1, 2, 2, 2, 2]), any([2, 1, 2, 1, 2], 2)],
  },
  dilation2d: {
    f: (x, w) => tf.dilation2d(x as tf.Tensor4D, tf.mul(w, 0.37) as tf.Tensor3D, 1, 'same', 1),
    at: () => [distinct([1, 4, 4, 2], 8), distinct([2, 2, 2], 3)],
    limits: { webgl: 'no kernels for its gradients' },
    twice: false,
  },
});

const overlapping = { size: [3, 2] as [number, number], strides: [2, 1] as [number, number] };
const pooling = all({
  'maxPool, valid': { f: (x) => tf.maxPool(x as tf.Tensor4D, 2, 2, 'valid'), at: () => [distinct([2, 5, 6, 2], 6)] },
  'maxPool, overlapping': {
    f: (x) => tf.maxPool(x as tf.Tensor4D, overlapping.size, overlapping.strides, 'same'),
    at: () => [distinct([2, 5, 6, 2], 6)],
  },
  'maxPool, padded, where nothing is positive': {
    f: (x) => tf.maxPool(tf.sub(x, 10) as tf.Tensor4D, 3, 2, 'same'),
    at: () => [distinct([1, 4, 4, 2], 6)],
  },
  'maxPool of ties': {
    f: (x) => tf.maxPool(x as tf.Tensor4D, 2, 2, 'valid'),
    at: () => [tf.ones([1, 4, 4, 2])],
    limits: { webgl: ANOTHER, webgpu: ANOTHER },
  },
  'avgPool, valid': { f: (x) => tf.square(tf.avgPool(x as tf.Tensor4D, 2, 2, 'valid')), at: () => [any([2, 5, 6, 2])] },
  'avgPool, overlapping': {
    f: (x) => tf.square(tf.avgPool(x as tf.Tensor4D, overlapping.size, overlapping.strides, 'same')),
    at: () => [any([2, 5, 6, 2])],
  },
  'avgPool, rounded up': {
    f: (x) => tf.square(tf.avgPool(x as tf.Tensor4D, 3, 2, 1, 'ceil')),
    at: () => [any([1, 5, 6, 2])],
  },
  maxPoolWithArgmax: {
    f: (x) => tf.maxPoolWithArgmax(x as tf.Tensor4D, 2, 2, 'same').result,
    at: () => [distinct([2, 3, 4, 2])],
    twice: false,
  },
  maxPool3d: {
    f: (x) => tf.maxPool3d(x as tf.Tensor5D, 2, 2, 'same'),
    at: () => [distinct([1, 3, 4, 3, 2], 7)],
    twice: false,
  },
  avgPool3d: { f: (x) => tf.square(tf.avgPool3d(x as tf.Tensor5D, 2, 1, 'same')), at: () => [any([1, 2, 3, 2, 2], 7)] },
});

type Moments = [tf.Tensor1D, tf.Tensor1D, tf.Tensor1D, tf.Tensor1D];
const norm = (x: tf.Tensor, ...moments: tf.Tensor[]) => tf.batchNorm(x as tf.Tensor4D, ...(moments as Moments));
const ofChannels = () => [any([3], 2), positive([3], 3), any([3], 4), positive([3], 5)];

const normalization = all({
  'batchNorm of images': { f: norm, at: () => [any([2, 2, 3, 3]), ...ofChannels()] },
  'batchNorm of rows': { f: norm, at: () => [any([4, 3]), ...ofChannels()] },
  'batchNorm with the moments of the batch': {
    f: (x, offset, scale) => {
      const { mean, variance } = tf.moments(x, 0);
      return norm(x, mean, variance, offset, scale);
    },
    at: () => [any([6, 3]), any([3], 4), positive([3], 5)],
  },
  'batchNorm with moments of entries': {
    f: norm,
    at: () => [any([3, 2]), any([3, 2], 2), positive([3, 2], 3), any([3, 2], 4), any([3, 2], 5)],
  },
  localResponseNormalization: {
    f: (x) => tf.localResponseNormalization(x as tf.Tensor4D, 2, 1, 0.5, 0.75),
    at: () => [any([1, 2, 2, 6])],
  },
});

type Resize = typeof tf.image.resizeBilinear;
const resized = (resize: Resize, size: [number, number], align = false, middles = false): Differentiated => ({
  f: (x) => tf.square(resize(x as tf.Tensor4D, size, align, middles)),
  at: () => [any([1, 3, 4, 2])],
});
const boxes = () => tf.tensor2d([0.11, 0.12, 0.63, 0.87, -0.3, 0.21, 0.71, 1.17], [2, 4]);

const images = all({
  'resizeBilinear, up': resized(tf.image.resizeBilinear, [5, 7]),
  'resizeBilinear, down, corners': resized(tf.image.resizeBilinear, [2, 3], true),
  'resizeBilinear, middles of pixels': resized(tf.image.resizeBilinear, [5, 3], false, true),
  'resizeNearestNeighbor, up': resized(tf.image.resizeNearestNeighbor, [5, 7]),
  'resizeNearestNeighbor, corners': resized(tf.image.resizeNearestNeighbor, [5, 7], true),
  'resizeNearestNeighbor, middles of pixels': resized(tf.image.resizeNearestNeighbor, [2, 3], false, true),
  'cropAndResize, bilinear': {
    f: (x, b) =>
      tf.image.cropAndResize(x as tf.Tensor4D, b as tf.Tensor2D, tf.tensor1d([1, 0], 'int32'), [3, 2], 'bilinear', 0.5),
    at: () => [any([2, 3, 4, 2]), boxes()],
    twice: false,
  },
  'cropAndResize, nearest': {
    f: (x) => tf.image.cropAndResize(x as tf.Tensor4D, boxes(), tf.tensor1d([1, 0], 'int32'), [3, 2], 'nearest', 0.5),
    at: () => [any([2, 3, 4, 2])],
    twice: false,
  },
});

/** Products, convolutions, pooling, normalization, images. */
export const layerCases: readonly BackendCase[] = [
  ...products,
  ...convolutions,
  ...pooling,
  ...normalization,
  ...images,
];
