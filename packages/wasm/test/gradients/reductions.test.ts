import { useWasm } from '@advml/wasm';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { any, type Differentiable, distinct, expectDerivatives } from './derivatives.ts';

beforeAll(() => useWasm());

describe('reductions', () => {
  const axes: (number | number[] | undefined)[] = [undefined, 0, 1, -1, [0, 2], [1, 2], [0, 1, 2]];
  const cases: [name: string, f: (x: tf.Tensor, axis: number | number[] | undefined, keep: boolean) => tf.Tensor][] = [
    ['Sum', tf.sum],
    ['Mean', tf.mean],
    ['Max', tf.max],
    ['Min', tf.min],
    ['Prod', tf.prod],
    ['logSumExp', tf.logSumExp],
    ['norm', (x, axis, keep) => tf.norm(x, 'euclidean', axis, keep)],
  ];
  it.each(cases)('%s along any axes', async (name, f) => {
    for (const axis of axes) {
      if (name === 'norm' && Array.isArray(axis) && axis.length > 2) continue; // a matrix at most
      for (const keep of [false, true]) {
        await expectDerivatives((x) => f(x, axis, keep), [distinct(5, [2, 3, 4])], { tolerance: 5e-3 });
      }
    }
  });

  it('Max and Min give entries that tie equal shares', () => {
    tf.tidy(() => {
      const x = tf.tensor2d([2, 1, 2, 0, 2, 5, 5, -1], [2, 4]);
      expect(
        [
          ...tf
            .grad((a) => tf.max(a, 1))(x)
            .dataSync(),
        ].map((share) => +share.toFixed(6)),
      ).toEqual([0.5, 0, 0.5, 0, 0, 0.5, 0.5, 0]);
      expect([
        ...tf
          .grad((a) => tf.min(a))(tf.tensor1d([3, 1, 1, 1, 1]))
          .dataSync(),
      ]).toEqual([0, 0.25, 0.25, 0.25, 0.25]);
    });
  });

  it('Prod is right at zeros', () => {
    tf.tidy(() => {
      const slopes = (values: number[]) => [
        ...tf
          .grad((x) => tf.prod(x))(tf.tensor1d(values))
          .dataSync(),
      ];
      expect(slopes([2, 0, 3])).toEqual([0, 6, 0]);
      expect(slopes([0, 0, 3])).toEqual([0, 0, 0]);
    });
  });

  it('Cumsum', async () => {
    for (const axis of [0, 1, 2]) {
      for (const [exclusive, reverse] of [
        [false, false],
        [true, false],
        [false, true],
        [true, true],
      ]) {
        await expectDerivatives((x) => tf.cumsum(x, axis, exclusive, reverse), [any([2, 3, 4])]);
      }
    }
  });

  it('Softmax and LogSoftmax', async () => {
    await expectDerivatives((x) => tf.softmax(x), [any([3, 4])]);
    await expectDerivatives((x) => tf.logSoftmax(x), [any([3, 4])]);
    for (const axis of [0, 1]) {
      const raw: Differentiable = (logits) => tf.engine().runKernel('LogSoftmax', { logits }, { axis }) as tf.Tensor;
      await expectDerivatives(raw, [any([3, 4])], { onCpu: false });
    }
  });

  it('ArgMax and ArgMin pass nothing on', async () => {
    await expectDerivatives((x) => tf.mul(tf.sum(x, 1), tf.cast(tf.argMax(x, 1), 'float32')), [distinct(2, [3, 4])]);
    await expectDerivatives((x) => tf.mul(tf.sum(x, 1), tf.cast(tf.argMin(x, 1), 'float32')), [distinct(2, [3, 4])]);
  });

  it('All and Any pass nothing on', async () => {
    await expectDerivatives(
      (x) => tf.mul(tf.sum(x, 1), tf.cast(tf.any(tf.greater(x, 0), 1), 'float32')),
      [any([3, 4])],
    );
    await expectDerivatives(
      (x) => tf.mul(tf.sum(x, 1), tf.cast(tf.all(tf.greater(x, -9), 1), 'float32')),
      [any([3, 4])],
    );
  });

  it('TopK', async () => {
    await expectDerivatives((x) => tf.topk(x, 2).values, [distinct(3, [2, 3, 5])]);
    await expectDerivatives((x) => tf.topk(x, 3).values, [distinct(4, [6])]);
  });
});
