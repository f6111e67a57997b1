import { type BatchSource, InputError, key } from '@advml/core';
import { expectNoLeak, numbersOf } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { examplesOf, fixedBatches, freshBatches, modelExamples, sparseCoding } from '../src/index.ts';

beforeAll(async () => {
  await useWasm();
});

const model = sparseCoding({ dimension: 12, active: 2, key: key('data', 0) });

/** Examples whose input and label are their own number. */
const numbered = (count: number) => {
  const numbers = Float32Array.from({ length: count }, (_, at) => at);
  return { x: tensor2d(numbers, [count, 1]), y: tensor1d(Int32Array.from(numbers), 'int32') };
};

describe('freshBatches', () => {
  it('takes other examples at every step, a function of the step alone', () => {
    const source = freshBatches(model, key('train', 0), 5, 'coefficients');
    const first = numbersOf(source(3).x);
    expect(source(4).x).not.toHaveSameBits(first);
    expect(source(3).x).toHaveSameBits(first);
    expect(source(3).x).toHaveSameBits(model.batch(key('train', 0).child('step', 3), 5, 'coefficients').x);
    expect(source(0).codes.offsets).toHaveLength(6);
    const asSource: BatchSource = source;
    expect(asSource(0).x.shape).toEqual([5, 12]);
  });

  it('refuses bad sizes and steps', () => {
    expect(() => freshBatches(model, key('train', 0), 0)).toThrow(InputError);
    expect(() => freshBatches(model, key('train', 0), 4)(-1)).toThrow(/step must be an integer >= 0, got -1/);
  });
});

describe('fixedBatches', () => {
  it('shows every example once an epoch, in a new order, in batches of one size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 15 }), fc.nat(), (count, size, seed) => {
        const source = fixedBatches(examplesOf(numbered(count)), size, key('order', seed));
        const epochs = 3;
        const seen = Array.from({ length: Math.ceil((epochs * count) / size) }, (_, step) => {
          const { x, y } = source(step);
          expect(x.shape).toEqual([size, 1]);
          expect(numbersOf(x)).toEqual(numbersOf(y));
          return numbersOf(y);
        }).flat();
        for (let epoch = 0; epoch < epochs; epoch++) {
          const own = seen.slice(epoch * count, (epoch + 1) * count);
          expect(own.sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, at) => at));
        }
      }),
    );
  });

  it('is a function of the step alone', () => {
    const make = () => fixedBatches(examplesOf(numbered(10)), 4, key('order', 0));
    const inOrder = make();
    const batches = [0, 1, 2, 3, 4, 5].map((step) => numbersOf(inOrder(step).y));
    const backwards = make();
    for (const step of [5, 3, 4, 0, 2, 1]) expect(numbersOf(backwards(step).y)).toEqual(batches[step]);
  });

  it('has every order equally often', () => {
    const source = fixedBatches(examplesOf(numbered(3)), 3, key('order', 1));
    const counts = new Map<string, number>();
    for (let epoch = 0; epoch < 3000; epoch++) {
      const order = numbersOf(source(epoch).y).join();
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 500)).toBeLessThan(4 * Math.sqrt(500));
  });

  it('keeps its own numbers and no tensor', async () => {
    const batch = numbered(4);
    const source = fixedBatches(examplesOf(batch), 2, key('order', 0));
    const before = numbersOf(source(0).x);
    batch.x.dispose();
    batch.y.dispose();
    expect(numbersOf(source(0).x)).toEqual(before);
    await expectNoLeak(() => {
      const { x, y } = source(1);
      x.dispose();
      y.dispose();
    });
  });

  it('takes the same examples of a model again and again', () => {
    const set = modelExamples(model, key('train', 0), 6, 'coefficients');
    const { x, codes } = set.take([4, 4]);
    expect(x).toHaveSameBits(model.batch(key('train', 0), [4, 4], 'coefficients').x);
    expect(codes.offsets).toHaveLength(3);
    expect(fixedBatches(set, 3, key('order', 0))(1).x.shape).toEqual([3, 12]);
  });

  it.each([
    [() => fixedBatches(examplesOf(numbered(0)), 2, key('a', 0)), /at least one example/],
    [() => fixedBatches(examplesOf(numbered(3)), 0, key('a', 0)), /size must be an integer >= 1, got 0/],
    [() => fixedBatches(examplesOf(numbered(3)), 2, key('a', 0))(0.5), /step must be an integer >= 0, got 0.5/],
    [() => examplesOf({ x: numbered(3).x, y: numbered(2).y }), /labels must be 3, one an example, got 2/],
    [() => examplesOf(numbered(3)).take([3]), /index must be below 3/],
    [() => modelExamples(model, key('a', 0), -1), /count must be an integer >= 0/],
    [() => modelExamples(model, key('a', 0), 2).take([2]), /index must be below 2/],
  ])('refuses what cannot be: %#', (work, message) => {
    expect(work).toThrow(InputError);
    expect(work).toThrow(message);
  });
});
