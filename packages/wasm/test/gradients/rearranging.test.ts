import { useWasm } from '@advml/wasm';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, it } from 'vitest';
import type { Data } from '../random.ts';
import { any, type Differentiable, expectDerivatives, smooth } from './derivatives.ts';

beforeAll(() => useWasm());

describe('rearranging', () => {
  const cases: [name: string, f: Differentiable, ...inputs: Data[]][] = [
    ['Reshape', (x) => tf.reshape(x, [4, 3]), any([2, 6])],
    ['squeeze', (x) => tf.squeeze(x), any([2, 1, 3])],
    ['ExpandDims', (x) => tf.expandDims(x, 1), any([2, 3])],
    ['Transpose', (x) => tf.transpose(x), any([2, 3])],
    ['Transpose of four axes', (x) => tf.transpose(x, [2, 0, 3, 1]), any([2, 3, 2, 2])],
    ['Reverse', (x) => tf.reverse(x, [0, 2]), any([2, 3, 2])],
    ['Tile', (x) => tf.tile(x, [2, 1, 3]), any([2, 3, 2])],
    ['Tile of five axes', (x) => tf.tile(x, [2, 1, 2, 1, 2]), any([1, 2, 1, 2, 2])],
    ['broadcastTo', (x) => tf.broadcastTo(x, [4, 2, 3]), any([2, 1])],
    ['Concat', (...x) => tf.concat(x, 1), any([2, 3]), any([2, 1], 2), any([2, 2], 3)],
    ['Concat of one twice', (x) => tf.concat([x, x], 0), any([2, 3])],
    ['Pack', (...x) => tf.stack(x, 1), any([2, 3]), any([2, 3], 2)],
    ['Unpack', (x) => tf.add(tf.unstack(x, 1)[0], tf.square(tf.unstack(x, 1)[2])), any([2, 3, 2])],
    ['Unpack into one', (x) => tf.unstack(x, 0)[0], any([1, 3])],
    ['SplitV', (x) => tf.mul(tf.split(x, [1, 2], 1)[1], tf.slice(x, [0, 0], [2, 1])), any([2, 3])],
    ['SplitV into one', (x) => tf.split(x, [3], 1)[0], any([2, 3])],
    ['Slice', (x) => tf.slice(x, [1, 0, 1], [1, 2, 2]), any([2, 3, 4])],
    ['Slice to the end', (x) => tf.slice(x, [1], [-1]), any([4, 2])],
    [
      'PadV2',
      (x) =>
        tf.pad(
          x,
          [
            [1, 2],
            [0, 1],
          ],
          3,
        ),
      any([2, 3]),
    ],
    [
      'MirrorPad, reflected',
      (x) =>
        tf.mirrorPad(
          x,
          [
            [1, 2],
            [2, 0],
          ],
          'reflect',
        ),
      any([3, 4]),
    ],
    [
      'MirrorPad, symmetric',
      (x) =>
        tf.mirrorPad(
          x,
          [
            [3, 1],
            [0, 2],
          ],
          'symmetric',
        ),
      any([3, 4]),
    ],
    [
      'SpaceToBatchND',
      (x) =>
        tf.spaceToBatchND(
          x,
          [2, 2],
          [
            [0, 1],
            [1, 1],
          ],
        ),
      any([2, 3, 4, 2]),
    ],
    [
      'BatchToSpaceND',
      (x) =>
        tf.batchToSpaceND(
          x,
          [2, 2],
          [
            [0, 1],
            [1, 0],
          ],
        ),
      any([4, 2, 3, 2]),
    ],
    ['StridedSlice', (x) => tf.stridedSlice(x, [0, 1], [5, 6], [2, 3]), any([5, 6])],
    ['StridedSlice backwards', (x) => tf.stridedSlice(x, [4, 5], [0, 1], [-2, -1]), any([5, 6])],
    ['StridedSlice with open ends', (x) => tf.stridedSlice(x, [1, 1, 1], [2, 2, 4], [1, 1, 2], 2, 2), any([2, 3, 4])],
    [
      'StridedSlice of a single row',
      (x) => tf.stridedSlice(x, [1, 1, 1], [2, 3, 4], [1, 1, 1], 0, 0, 0, 0, 1),
      any([2, 3, 4]),
    ],
    ['StridedSlice with new axes', (x) => tf.stridedSlice(x, [0, 0], [2, 2], [1, 1], 0, 0, 2, 1), any([3, 4, 2])],
  ];
  it.each(cases)('%s', (_name, f, ...inputs) => expectDerivatives(f, inputs));

  it('GatherV2 along any axis', async () => {
    const x = any([2, 3, 4]);
    await expectDerivatives((a) => tf.gather(a, [1, 0, 1], 0), [x]);
    await expectDerivatives(
      (a) =>
        tf.gather(
          a,
          [
            [2, 0],
            [2, 2],
          ],
          1,
        ),
      [x],
    );
    await expectDerivatives((a) => tf.gather(a, [3], -1), [x]);
    const perRow = [
      [3, 0, 3],
      [1, 1, 2],
    ];
    await expectDerivatives((a) => tf.gather(a, perRow, 1, 1), [any([2, 4, 3])]);
    await expectDerivatives((a) => tf.gather(a, perRow, 2, 1), [any([2, 2, 4])]);
  });

  it('UnsortedSegmentSum', async () => {
    await expectDerivatives((x) => tf.unsortedSegmentSum(x, [1, -1, 0, 1], 3), [any([4, 2])]);
    await expectDerivatives((x) => tf.unsortedSegmentSum(x, [1, 7, 2, 3], 3), [any([4, 2])]);
  });

  it('OneHot passes nothing on', async () => {
    await expectDerivatives(
      (x) => tf.mul(tf.sum(x), tf.oneHot(tf.cast(tf.floor(x), 'int32'), 3, 1, 0, 'float32')),
      [smooth(1, [4], 0.1, 2.9)],
    );
  });
});
