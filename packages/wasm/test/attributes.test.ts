import { useWasm } from '@advml/wasm';
import * as tf from '@tensorflow/tfjs-core';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { asTensor, expectClose, expectLikeCpu, onCpu, resultOf } from './compare.ts';
import { type Differentiable, distinct, expectDerivatives } from './gradients/derivatives.ts';
import { integers, lengths, numbers, seeds } from './random.ts';

beforeAll(() => useWasm());

/** A function of a tensor along an axis. */
type Along = (x: tf.Tensor, axis: number) => tf.Tensor;

const alongOne: [name: string, f: Along][] = [
  ['concat', (x, axis) => tf.concat([x, tf.mul(x, 3)], axis)],
  ['concat of the same twice', (x, axis) => tf.square(tf.concat([x, x], axis))],
  ['split', (x, axis) => tf.mul(tf.split(x, 2, axis)[1], tf.square(tf.split(x, 2, axis)[0]))],
  ['split with a rest', (x, axis) => tf.split(x, [1, -1], axis)[1]],
  ['unstack', (x, axis) => tf.mul(tf.unstack(x, axis)[0], tf.unstack(x, axis)[1])],
  ['gather', (x, axis) => tf.gather(x, [1, 0, 1], axis)],
  ['cumsum', (x, axis) => tf.cumsum(x, axis, true)],
  ['reverse', (x, axis) => tf.reverse(x, axis)],
  ['sum', (x, axis) => tf.sum(x, axis)],
  ['mean', (x, axis) => tf.mean(x, axis, true)],
  ['prod', (x, axis) => tf.prod(x, axis)],
  ['max', (x, axis) => tf.max(x, axis)],
  ['min', (x, axis) => tf.min(x, axis, true)],
  ['logSumExp', (x, axis) => tf.logSumExp(x, axis)],
  ['norm', (x, axis) => tf.norm(x, 2, axis)],
  ['moments', (x, axis) => tf.moments(x, axis).variance],
  ['argMax', (x, axis) => tf.mul(tf.sum(x, axis), tf.cast(tf.argMax(x, axis), 'float32'))],
  ['argMin', (x, axis) => tf.mul(tf.sum(x, axis), tf.cast(tf.argMin(x, axis), 'float32'))],
  ['all', (x, axis) => tf.mul(tf.sum(x, axis), tf.cast(tf.all(tf.greater(x, -0.325), axis), 'float32'))],
  ['any', (x, axis) => tf.mul(tf.sum(x, axis), tf.cast(tf.any(tf.greater(x, 0.325), axis), 'float32'))],
  ['squeeze', (x, axis) => tf.squeeze(tf.sum(x, axis, true), [axis])],
];

/** As above, along an axis of the result, which has one more. */
const alongNew: [name: string, f: Along][] = [
  ['stack', (x, axis) => tf.stack([x, tf.square(x)], axis)],
  ['expandDims', (x, axis) => tf.expandDims(x, axis)],
];

/** An array of shape lengths, and one of its axes counted from the front. */
const shapes = fc
  .array(fc.integer({ min: 2, max: 3 }), { minLength: 1, maxLength: 4 })
  .chain((shape) => fc.record({ shape: fc.constant(shape), axis: fc.nat(shape.length - 1), seed: seeds }));

describe('an axis counted from the end', () => {
  const check = (f: Along, extra: number) =>
    fc.assert(
      fc.asyncProperty(shapes, async ({ shape, axis, seed }) => {
        const even = shape.map((length, at) => (at === axis ? 2 * Math.ceil(length / 2) : length));
        const x = distinct(seed, even);
        const back = axis - shape.length - extra;
        const expected = await onCpu(() => f(asTensor(x), axis)); // from the front: its running sums know no other
        expectClose(
          resultOf(() => f(asTensor(x), back)),
          expected,
        );
        await expectDerivatives((t) => f(t, back), [x], { tolerance: 1e-2, onCpu: false });
        tf.tidy(() => {
          const slope = (along: number) =>
            tf
              .grad((t) => tf.sum(tf.square(f(t, along))))(asTensor(x))
              .dataSync();
          expect(slope(back)).toEqual(slope(axis));
        });
      }),
      { numRuns: 6 },
    );

  it.each(alongOne)('%s', (_name, f) => check(f, 0));
  it.each(alongNew)('%s', (_name, f) => check(f, 1));

  it('is the last one where tfjs takes no other', async () => {
    await expectDerivatives((x) => tf.softmax(x, -1), [distinct(1, [2, 3])]);
    await expectDerivatives((x) => tf.logSoftmax(x, -1), [distinct(1, [2, 3])]);
    const raw: Differentiable = (logits) => tf.engine().runKernel('LogSoftmax', { logits }, { axis: -2 }) as tf.Tensor;
    await expectDerivatives(raw, [distinct(1, [2, 3])], { onCpu: false });
  });

  it('may be given for the batch of a gather, too', async () => {
    const indices = [
      [2, 0, 2],
      [1, 1, 0],
    ];
    await expectDerivatives((x) => tf.gather(x, indices, -1, -1), [distinct(3, [2, 4, 3])]);
    await expectDerivatives((x) => tf.gather(x, indices, 1, -1), [distinct(3, [2, 4, 3])]);
  });

  it('beyond the last is refused', () => {
    const x = tf.ones([2, 3]);
    expect(() => tf.sum(x, -3)).toThrow(/-3/);
    expect(() => tf.cumsum(x, 2)).toThrow(/2/);
    x.dispose();
  });

  it('gives the gradient of joined branches', () => {
    tf.tidy(() => {
      const weights = tf.tensor2d([[1, 2, 10, 20]]);
      const f = (x: tf.Tensor) => tf.sum(tf.mul(tf.concat([x, tf.mul(x, 3)], -1), weights));
      expect([
        ...tf
          .grad(f)(tf.tensor2d([[1, 2]]))
          .dataSync(),
      ]).toEqual([31, 62]);
    });
  });
});

describe('several axes', () => {
  it('in any order and from either end', async () => {
    const several: [name: string, f: (x: tf.Tensor, axes: number[]) => tf.Tensor][] = [
      ['sum', tf.sum],
      ['mean', tf.mean],
      ['max', tf.max],
      ['min', tf.min],
      ['prod', tf.prod],
      ['reverse', tf.reverse],
      ['any', (x, axes) => tf.mul(tf.sum(x, axes), tf.cast(tf.any(tf.greater(x, 0.025), axes), 'float32'))],
    ];
    for (const [, f] of several) {
      for (const axes of [[-1, 0], [2, -3], [1, -1, 0], [-2]]) {
        await expectDerivatives((x) => f(x, axes), [distinct(2, [2, 3, 2])], { tolerance: 1e-2 });
      }
    }
  });

  it('are refused if one is named twice', () => {
    tf.tidy(() => {
      const x = tf.ones([2, 2]);
      for (const reduce of [tf.sum, tf.mean, tf.max, tf.min, tf.prod])
        expect(() => reduce(x, [0, -2])).toThrow('axes must differ, got [0,-2]: of [2,2] axis 0 is named twice');
    });
  });

  it('are all if none is named', async () => {
    for (const kernelName of ['Sum', 'Mean', 'Prod', 'Min']) {
      await expectLikeCpu(kernelName, { x: numbers(1, [2, 3]) }, { axis: null, keepDims: false });
    }
    await expectDerivatives((x) => tf.reverse(x), [distinct(2, [2, 3])]);
    await expectDerivatives((x) => tf.max(x, null as never, true), [distinct(2, [2, 3])]);
  });
});

describe('windows', () => {
  const image = distinct(4, [1, 5, 6, 2]);
  const filter = numbers(5, [2, 2, 2, 2]);

  it('have one stride and dilation for each axis, or one number, or none', async () => {
    for (const [strides, dilations] of [
      [1, null],
      [[1, 1], null],
      [2, undefined],
      [1, 2],
      [1, [2, 1]],
      [[2, 2], 1],
    ] as unknown as [number, number][]) {
      const options = { tolerance: 5e-3 };
      const conv: Differentiable = (x, w) =>
        tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, strides, 'same', 'NHWC', dilations);
      if (dilations !== null) await expectDerivatives(conv, [image, filter], options);
      const depthwise: Differentiable = (x, w) =>
        tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, strides, 'same', 'NHWC', dilations);
      await expectDerivatives(depthwise, [image, filter], options);
    }
  });

  it('of pools too', async () => {
    for (const size of [2, [2, 2], [2, 1]] as unknown as number[]) {
      await expectDerivatives((x) => tf.maxPool(x as tf.Tensor4D, size, size, 'same'), [image]);
      await expectDerivatives((x) => tf.avgPool(x as tf.Tensor4D, size, size, 'valid'), [image]);
    }
  });
});

describe('parts', () => {
  const begins = fc
    .array(fc.record({ length: lengths(4), begin: fc.nat(3), size: fc.integer({ min: 1, max: 4 }) }), {
      minLength: 1,
      maxLength: 4,
    })
    .map((each) => each.map(({ length, begin, size }) => ({ length, begin: begin % length, size })));

  it('begin and end anywhere', () =>
    fc.assert(
      fc.asyncProperty(begins, seeds, fc.boolean(), async (each, seed, open) => {
        const x = distinct(
          seed,
          each.map(({ length }) => length),
        );
        const begin = each.map((one) => one.begin);
        const size = each.map((one) => (open ? -1 : Math.min(one.size, one.length - one.begin)));
        await expectDerivatives((t) => tf.slice(t, begin, size), [x]);
        await expectDerivatives((t) => tf.slice(t, begin[0], size[0]), [x]);
        await expectDerivatives((t) => tf.slice(t, begin[0]), [x]);
      }),
      { numRuns: 10 },
    ));

  it('strided, from either end', () =>
    fc.assert(
      fc.asyncProperty(begins, seeds, fc.constantFrom(1, 2, -1, -2), async (each, seed, stride) => {
        const shape = each.map(({ length }) => length);
        const [low, high] = [each.map(({ begin, length }) => begin - length), each.map(({ size }) => size)];
        const [begin, end] = stride > 0 ? [low, high] : [high, low];
        const strides = each.map(() => stride);
        const empty = shape.some((length, at) => {
          const clip = (place: number) => Math.min(place < 0 ? place + length : place, length);
          return (clip(end[at]) - Math.min(clip(begin[at]), stride < 0 ? length - 1 : length)) * stride <= 0;
        });
        fc.pre(!empty);
        await expectDerivatives((t) => tf.stridedSlice(t, begin, end, strides), [distinct(seed, shape)]);
      }),
      { numRuns: 15 },
    ));
});

describe('indices', () => {
  it('are picked along any axis with any batch', () =>
    fc.assert(
      fc.asyncProperty(lengths(3), lengths(3), lengths(3), seeds, async (batch, outer, inner, seed) => {
        const picks = integers(seed, [batch, 2], 0, 4);
        for (const [shape, axis] of [
          [[batch, 4, inner], 1],
          [[batch, outer, 4], 2],
        ] as [number[], number][]) {
          const x = distinct(seed, shape);
          await expectDerivatives((t) => tf.gather(t, asTensor(picks) as tf.Tensor2D, axis - 3, 1), [x]);
          await expectDerivatives((t) => tf.gather(t, asTensor(picks) as tf.Tensor2D, axis, -1), [x]);
        }
      }),
      { numRuns: 6 },
    ));
});
