import { InputError, key } from '@advml/core';
import { expectNoLeak, numbersOf } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { balancedSplit, type ExampleSet, examplesOf, labelsOf, subset } from '../src/index.ts';

beforeAll(async () => {
  await useWasm();
});

/** Examples whose input is their own number. */
const labelled = (labels: readonly number[]) =>
  examplesOf({
    x: tensor2d(
      labels.map((_, at) => at),
      [labels.length, 1],
    ),
    y: tensor1d(labels as number[], 'int32'),
  });

const inputs = (set: ExampleSet) => numbersOf(set.take(set.count).x);

describe('labelsOf', () => {
  it('gives the labels of more examples than it takes at a time, and leaves no tensor', async () => {
    const labels = Array.from({ length: 2345 }, (_, at) => (at * at) % 7);
    const set = labelled(labels);
    expect(labelsOf(set)).toEqual(labels);
    await expectNoLeak(() => {
      labelsOf(set);
    });
  });
});

describe('subset', () => {
  it('gives the examples wanted, of a subset too', () => {
    const set = labelled([5, 6, 7, 8]);
    const some = subset(set, [3, 1, 1]);
    expect(some.count).toBe(3);
    expect(inputs(some)).toEqual([3, 1, 1]);
    expect(inputs(subset(some, [2, 0]))).toEqual([1, 3]);
    expect(inputs(subset(set, 2))).toEqual([0, 1]);
    expect(() => subset(set, [4])).toThrow(InputError);
    expect(() => some.take([3])).toThrow(/index must be below 3/);
  });

  it('does not change with the list that it was made from', () => {
    const indices = [2, 0];
    const some = subset(labelled([0, 0, 0]), indices);
    indices[0] = 1;
    expect(inputs(some)).toEqual([2, 0]);
  });
});

describe('balancedSplit', () => {
  it('puts every example in one part, in order, and as many of each class in the held-out one', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 3, max: 9 }), { minLength: 1, maxLength: 4 }), fc.nat(), (sizes, seed) => {
        const labels = sizes.flatMap((size, label) => Array<number>(size).fill(label)).sort((a, b) => (a * b) % 3);
        const { train, validation } = balancedSplit(labelled(labels), 2, key('split', seed));
        expect([...inputs(train), ...inputs(validation)].sort((a, b) => a - b)).toEqual(labels.map((_, at) => at));
        for (const part of [train, validation]) expect(inputs(part)).toEqual(inputs(part).sort((a, b) => a - b));
        const held = labelsOf(validation);
        for (const label of sizes.keys()) expect(held.filter((other) => other === label)).toHaveLength(2);
      }),
    );
  });

  it('holds out every example of a class equally often', () => {
    const set = labelled([0, 0, 0, 0, 1, 1]);
    const counts = Array<number>(6).fill(0);
    for (let seed = 0; seed < 1200; seed++) {
      for (const index of inputs(balancedSplit(set, 1, key('split', seed)).validation)) counts[index] += 1;
    }
    for (const [index, count] of counts.entries()) {
      const mean = index < 4 ? 300 : 600;
      expect(Math.abs(count - mean)).toBeLessThan(5 * Math.sqrt(mean));
    }
  });

  it('splits sets with signs for labels, always the same way', () => {
    const set = labelled([-1, 1, 1, -1, -1, 1]);
    const split = () => inputs(balancedSplit(set, 2, key('split', 0)).validation);
    expect(split()).toEqual(split());
    expect(labelsOf(balancedSplit(set, 2, key('split', 0)).train).toSorted()).toEqual([-1, 1]);
  });

  it.each([
    [0, /perClass must be an integer >= 1, got 0/],
    [2, /perClass must be below 2, the examples of class 1, got 2/],
  ])('refuses to hold out %i', (perClass, message) => {
    expect(() => balancedSplit(labelled([0, 0, 0, 1, 1]), perClass, key('split', 0))).toThrow(message);
  });
});
