import { InputError, key } from '@advml/core';
import { expectNoLeak, numbersOf } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { beforeAll, describe, expect, it } from 'vitest';
import { type NoiseDataOptions, noiseData } from '../src/index.ts';

beforeAll(async () => {
  await useWasm();
});

const uniform = { law: 'uniform', low: -1, high: 3 } as const;
const gaussian = { law: 'gaussian', deviation: 2 } as const;

describe('noiseData', () => {
  it.each([
    [gaussian, 0, 4],
    [uniform, 1, 16 / 12],
  ])('has the mean and variance of its law: %o', (noise, mean, variance) => {
    const { x, y } = noiseData({ shape: [5, 4, 1], noise }).batch(key('noise', 0), 2000);
    expect(x.shape).toEqual([2000, 5, 4, 1]);
    const values = numbersOf(x);
    const average = values.reduce((a, b) => a + b) / values.length;
    const spread = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(Math.abs(average - mean)).toBeLessThan(4 * Math.sqrt(variance / values.length));
    expect(Math.abs(spread / variance - 1)).toBeLessThan(4 * Math.sqrt(2 / values.length));
    if (noise.law === 'uniform') expect(values.every((value) => value >= -1 && value < 3)).toBe(true);
    expect(new Set(numbersOf(y))).toEqual(new Set([-1, 1]));
  });

  it('draws labels evenly and without regard to the inputs', () => {
    const { x, y } = noiseData({ shape: [1], noise: gaussian, classes: 5 }).batch(key('labels', 0), 5000);
    const [inputs, labels] = [numbersOf(x), numbersOf(y)];
    expect(y.dtype).toBe('int32');
    for (const label of [0, 1, 2, 3, 4]) {
      const own = inputs.filter((_, at) => labels[at] === label);
      expect(Math.abs(own.length - 1000)).toBeLessThan(4 * Math.sqrt(800));
      expect(Math.abs(own.reduce((a, b) => a + b) / own.length)).toBeLessThan((4 * 2) / Math.sqrt(own.length));
    }
  });

  it('gives an example the same bits in every batch and keeps no tensor', async () => {
    const model = noiseData({ shape: [3], noise: uniform });
    const whole = numbersOf(model.batch(key('same', 0), 4).x);
    expect(model.batch(key('same', 0), [2, 0]).x).toHaveSameBits([...whole.slice(6, 9), ...whole.slice(0, 3)]);
    await expectNoLeak(() => {
      const { x, y } = model.batch(key('same', 0), 4);
      x.dispose();
      y.dispose();
    });
  });

  it.each<[Partial<NoiseDataOptions>, RegExp]>([
    [{ shape: [3, 0] }, /length of an axis in shape must be an integer >= 1, got 0/],
    [{ noise: { law: 'gaussian', deviation: -1 } }, /deviation must be finite and >= 0/],
    [{ noise: { law: 'uniform', low: 1, high: 1 } }, /finite low < high, got low 1 and high 1/],
    [{ noise: { law: 'uniform', low: 0, high: Infinity } }, /finite low < high/],
    [
      { noise: { law: 'cauchy' } as unknown as NoiseDataOptions['noise'] },
      /law must be 'gaussian' or 'uniform', got cauchy/,
    ],
    [{ classes: 4, labels: 'signs' }, /labels 'signs' are for two classes/],
  ])('refuses %o', (changes, message) => {
    const make = () => noiseData({ shape: [3], noise: uniform, ...changes });
    expect(make).toThrow(InputError);
    expect(make).toThrow(message);
  });
});
