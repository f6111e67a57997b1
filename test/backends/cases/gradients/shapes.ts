import * as tf from '@tensorflow/tfjs-core';
import type { BackendCase } from '../case.ts';
import { all, type Differentiated } from './differentiated.ts';
import { any, distinct, positive, within } from './inputs.ts';

type Axes = number | number[] | undefined;

/** A reduction along three choices of axes. */
const along = (f: (x: tf.Tensor, axis: Axes, keep?: boolean) => tf.Tensor, more: Partial<Differentiated> = {}) => ({
  f: (x: tf.Tensor) => tf.add(f(x, undefined), tf.add(f(x, [0, 2], true), f(x, -1, true))),
  at: () => [distinct([2, 3, 4])],
  ...more,
});

const reductions = all({
  sum: along((x, axis, keep) => tf.square(tf.sum(x, axis, keep))),
  mean: along((x, axis, keep) => tf.square(tf.mean(x, axis, keep))),
  max: along(tf.max),
  min: along(tf.min),
  prod: along((x, axis, keep) => tf.prod(x, axis, keep), { at: () => [positive([2, 3, 2])] }),
  norm: along((x, axis, keep) => tf.norm(x, 'euclidean', axis, keep)),
  logSumExp: along(tf.logSumExp),
  'all, any': {
    f: (x) => tf.mul(x, tf.cast(tf.logicalOr(tf.all(tf.greater(x, 0), 0), tf.any(tf.greater(x, 1), 0)), 'float32')),
    at: () => [any([3, 4])],
  },
  'argMax, argMin': {
    f: (x) => tf.mul(tf.sum(x, 1), tf.cast(tf.add(tf.argMax(x, 1), tf.argMin(x, 1)), 'float32')),
    at: () => [distinct([3, 5])],
  },
  topk: { f: (x) => tf.square(tf.topk(x, 2).values), at: () => [distinct([3, 5])] },
  cumsum: { f: (x) => tf.square(tf.cumsum(x, 1, true, true)), at: () => [any([2, 4])] },
  cumprod: { f: (x) => tf.cumprod(x, 1), at: () => [any([2, 4])] },
  softmax: { f: (x) => tf.softmax(x), at: () => [any([3, 4])] },
  logSoftmax: { f: (x) => tf.logSoftmax(x), at: () => [any([3, 4])] },
  softmaxCrossEntropy: {
    f: (x, y) => tf.losses.softmaxCrossEntropy(tf.softmax(y), x, undefined, undefined, tf.Reduction.NONE),
    at: () => [any([3, 4]), any([3, 4], 2)],
  },
});

const pairs: [number, number][] = [
  [1, 2],
  [0, 1],
];

const rearranging = all({
  'reshape, expandDims, squeeze': {
    f: (x) => tf.square(tf.squeeze(tf.expandDims(tf.reshape(x, [4, 3]), 1))),
    at: () => [any([2, 6])],
  },
  transpose: { f: (x) => tf.square(tf.transpose(x, [2, 0, 3, 1])), at: () => [any([2, 3, 2, 2])] },
  reverse: { f: (x) => tf.square(tf.reverse(x, [0, 2])), at: () => [any([2, 3, 2])] },
  tile: { f: (x) => tf.square(tf.tile(x, [2, 1, 3])), at: () => [any([2, 3, 2])] },
  broadcastTo: { f: (x) => tf.square(tf.broadcastTo(x, [4, 2, 3])), at: () => [any([2, 1])] },
  concat: { f: (...x) => tf.square(tf.concat(x, 1)), at: () => [any([2, 3]), any([2, 1], 2), any([2, 2], 3)] },
  'stack, unstack': {
    f: (...x) => tf.mul(...(tf.unstack(tf.stack(x, 1), 2).slice(1) as [tf.Tensor, tf.Tensor])),
    at: () => [any([2, 3]), any([2, 3], 2)],
  },
  split: { f: (x) => tf.mul(tf.split(x, [1, 2], 1)[1], tf.split(x, [1, 2], 1)[0]), at: () => [any([2, 3])] },
  slice: { f: (x) => tf.square(tf.slice(x, [1, 0, 1], [1, 2, 2])), at: () => [any([2, 3, 4])] },
  stridedSlice: { f: (x) => tf.square(tf.stridedSlice(x, [4, 5], [0, 1], [-2, -1])), at: () => [any([5, 6])] },
  pad: { f: (x) => tf.square(tf.pad(x, pairs, 3)), at: () => [any([2, 3])] },
  'mirrorPad, reflected': { f: (x) => tf.square(tf.mirrorPad(x, pairs, 'reflect')), at: () => [any([3, 4])] },
  'mirrorPad, symmetric': { f: (x) => tf.square(tf.mirrorPad(x, pairs, 'symmetric')), at: () => [any([3, 4])] },
  spaceToBatchND: {
    f: (x) =>
      tf.square(
        tf.spaceToBatchND(
          x,
          [2, 2],
          [
            [0, 1],
            [1, 1],
          ],
        ),
      ),
    at: () => [any([2, 3, 4, 2])],
  },
  batchToSpaceND: {
    f: (x) =>
      tf.square(
        tf.batchToSpaceND(
          x,
          [2, 2],
          [
            [0, 1],
            [1, 0],
          ],
        ),
      ),
    at: () => [any([4, 2, 3, 2])],
  },
  depthToSpace: { f: (x) => tf.square(tf.depthToSpace(x as tf.Tensor4D, 2)), at: () => [any([2, 2, 3, 8])] },
  flipLeftRight: { f: (x) => tf.square(tf.image.flipLeftRight(x as tf.Tensor4D)), at: () => [any([1, 2, 3, 2])] },
  rotateWithOffset: {
    f: (x) => tf.square(tf.image.rotateWithOffset(x as tf.Tensor4D, 0.4, 0.3)),
    at: () => [any([1, 4, 5, 2])],
    twice: false,
  },
  diag: { f: (x) => tf.square(tf.diag(x)), at: () => [any([3])] },
  cast: { f: (x) => tf.mul(x, tf.cast(tf.cast(x, 'int32'), 'float32')), at: () => [any([3, 4])] },
});

const indices = (values: number[], shape: [number, number]) => tf.tensor2d(values, shape, 'int32');

const picking = all({
  gather: { f: (x) => tf.square(tf.gather(x, [2, 0, 2], 1)), at: () => [any([2, 3, 4])] },
  'gather, row by row': {
    f: (x) =>
      tf.square(
        tf.gather(
          x,
          [
            [3, 0, 3],
            [1, 1, 2],
          ],
          1,
          1,
        ),
      ),
    at: () => [any([2, 4, 3])],
  },
  gatherND: { f: (x) => tf.square(tf.gatherND(x, indices([0, 1, 1, 2, 0, 1], [3, 2]))), at: () => [any([2, 3, 2])] },
  scatterND: { f: (x) => tf.square(tf.scatterND(indices([0, 2, 0], [3, 1]), x, [4, 2])), at: () => [any([3, 2])] },
  'scatterND by one list': { f: (x) => tf.square(tf.scatterND([0, 2, 0], x, [4, 2])), at: () => [any([3, 2])] },
  tensorScatterUpdate: {
    f: (x, updates) => tf.square(tf.tensorScatterUpdate(x, indices([0, 2, 3], [3, 1]), updates)),
    at: () => [any([4, 2]), any([3, 2], 2)],
  },
  unsortedSegmentSum: {
    f: (x) => tf.square(tf.unsortedSegmentSum(x, tf.tensor1d([1, 1, 0, 1, 0], 'int32'), 3)),
    at: () => [any([5, 2])],
  },
  'unsortedSegmentSum with rows that are left out': {
    f: (x) => tf.square(tf.unsortedSegmentSum(x, tf.tensor1d([1, -1, 0, 1, 0], 'int32'), 3)),
    at: () => [any([5, 2])],
  },
  sparseToDense: {
    f: (values, rest) =>
      tf.square(tf.sparseToDense(tf.tensor1d([3, 0, 1], 'int32'), values as tf.Tensor1D, [4], rest as tf.Scalar)),
    at: () => [any([3]), any([])],
  },
  bincount: {
    f: (weights) => tf.square(tf.bincount(tf.tensor1d([0, 2, 2, 1, 0], 'int32'), weights as tf.Tensor1D, 4)),
    at: () => [any([5])],
  },
  denseBincount: {
    f: (weights) => tf.square(tf.denseBincount(indices([0, 2, 1, 1], [2, 2]), weights as tf.Tensor2D, 3)),
    at: () => [any([2, 2])],
  },
  oneHot: {
    f: (x) => tf.mul(tf.sum(x), tf.oneHot(tf.cast(tf.floor(x), 'int32'), 3, 1, 0, 'float32')),
    at: () => [within(0.1, 2.9, [4])],
  },
});

/** Along axes, and by places. */
export const shapeCases: readonly BackendCase[] = [...reductions, ...rearranging, ...picking];
