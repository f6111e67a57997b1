import { useWasm } from '@advml/wasm';
import * as tf from '@tensorflow/tfjs-core';
import * as fc from 'fast-check';
import { beforeAll, describe, it } from 'vitest';
import { asTensor } from '../compare.ts';
import { type Data, integers, lengths, numbers, seeds, uniform } from '../random.ts';
import { any, type Differentiable, expectDerivatives } from './derivatives.ts';
import { expectSecondDerivatives } from './second-derivatives.ts';

beforeAll(() => useWasm());

const run = (kernelName: string, inputs: Record<string, tf.Tensor>, attrs: object = {}) =>
  tf.engine().runKernel(kernelName, inputs, attrs as tf.NamedAttrMap) as tf.Tensor;

describe('picking and putting by index', () => {
  const places = fc.record({
    shape: fc.array(lengths(3), { minLength: 1, maxLength: 3 }),
    depth: lengths(3),
    picks: lengths(4),
    seed: seeds,
  });
  // Indices of `picks` slices, some of them the same.
  const drawn = ({ shape, depth, picks, seed }: { shape: number[]; depth: number; picks: number; seed: number }) => {
    const axes = Math.min(depth, shape.length);
    const next = uniform(seed);
    const values = Int32Array.from({ length: picks * axes }, (_, at) => Math.floor(next() * shape[at % axes]));
    return { indices: { shape: [picks, axes], values } as Data, slices: [picks, ...shape.slice(axes)] };
  };

  it('GatherNd, ScatterNd, TensorScatterUpdate', () =>
    fc.assert(
      fc.asyncProperty(places, async (place) => {
        const { indices, slices } = drawn(place);
        const [x, updates] = [any(place.shape, place.seed), any(slices, place.seed + 1)];
        await expectSecondDerivatives((a) => tf.gatherND(a, asTensor(indices)), [x]);
        const scatter: Differentiable = (a) => tf.scatterND(asTensor(indices) as tf.Tensor2D, a, place.shape as never);
        await expectSecondDerivatives(scatter, [updates]);
        const put: Differentiable = (a, b) => tf.tensorScatterUpdate(a, asTensor(indices) as tf.Tensor2D, b);
        await expectSecondDerivatives(put, [x, updates]);
      }),
      { numRuns: 6 },
    ));

  it('GatherNd, ScatterNd, TensorScatterUpdate by one list: a place of all axes, or places along the first', async () => {
    const list = [2, 0];
    await expectSecondDerivatives((a) => tf.gatherND(a, list), [any([3, 2, 2])]);
    await expectSecondDerivatives((a) => tf.scatterND(list, a, [4, 3]), [any([2, 3])]);
    await expectSecondDerivatives((a, b) => tf.tensorScatterUpdate(a, list, b), [any([4, 3]), any([2, 3], 2)]);
  });

  it('SparseToDense', async () => {
    const indices = { shape: [3, 2], values: Int32Array.of(0, 1, 1, 2, 0, 0) };
    const toDense: Differentiable = (values, rest) =>
      tf.sparseToDense(asTensor(indices), values as tf.Tensor1D, [2, 3], rest as tf.Scalar);
    await expectSecondDerivatives(toDense, [any([3]), any([])]);
    await expectSecondDerivatives(toDense, [any([]), any([])]);
    const alongOne: Differentiable = (values, rest) =>
      tf.sparseToDense([3, 0], values as tf.Tensor1D, [4], rest as tf.Scalar);
    await expectSecondDerivatives(alongOne, [any([2]), any([])]);
  });

  it('SparseSegmentSum, SparseSegmentMean', async () => {
    const ids = [0, 0, 2, 2, 2];
    const picks = integers(3, [5], 0, 4);
    for (const kernelName of ['SparseSegmentSum', 'SparseSegmentMean']) {
      const f: Differentiable = (data) =>
        run(kernelName, { data, indices: asTensor(picks), segmentIds: tf.tensor1d(ids, 'int32') });
      await expectSecondDerivatives(f, [any([4, 3])]);
    }
  });

  it('Bincount and DenseBincount in their weights', async () => {
    const x = integers(4, [6], 0, 5); // bins from 4 on are left out
    await expectSecondDerivatives(
      (weights) => tf.bincount(asTensor(x) as tf.Tensor1D, weights as tf.Tensor1D, 4),
      [any([6])],
    );
    const rows = integers(5, [2, 4], 0, 5);
    const dense =
      (binary: boolean): Differentiable =>
      (weights) =>
        tf.denseBincount(asTensor(rows) as tf.Tensor2D, weights as tf.Tensor2D, 4, binary);
    await expectSecondDerivatives(dense(false), [any([2, 4])]);
    await expectDerivatives(dense(true), [any([2, 4])]);
  });

  it('Diag, DepthToSpace, FlipLeftRight', async () => {
    await expectSecondDerivatives((x) => tf.diag(x), [any([3])]);
    await expectSecondDerivatives((x) => tf.diag(x), [any([2, 3])]);
    await expectSecondDerivatives((x) => tf.depthToSpace(x as tf.Tensor4D, 2), [any([2, 2, 3, 8])]);
    await expectSecondDerivatives((x) => tf.image.flipLeftRight(x as tf.Tensor4D), [any([2, 2, 3, 2])]);
  });

  it('chosen boxes, samples and places pass nothing on', async () => {
    const boxes = numbers(1, [4, 4], { low: 0.1, high: 0.9 });
    const chosen: Differentiable = (b, scores) =>
      tf.gather(scores, tf.image.nonMaxSuppression(b as tf.Tensor2D, scores as tf.Tensor1D, 2) as tf.Tensor1D);
    await expectDerivatives(chosen, [boxes, any([4])]);
    const sorted: Differentiable = (values) =>
      tf.mul(values, tf.cast(tf.searchSorted(tf.tensor1d([0, 1]), values), 'float32'));
    await expectDerivatives(sorted, [any([3])]);
  });
});
