import { exampleKeys, InputError, key } from '@advml/core';
import { normalQuantile } from '@advml/core/internal';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { threefry } from '../src/threefry.ts';

fc.configureGlobal({ seed: 7 }); // the same cases every time

const mean = (values: ArrayLike<number>) =>
  Array.from(values).reduce((total, value) => total + value, 0) / values.length;
const correlation = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  const centred = (values: ArrayLike<number>) => {
    const middle = mean(values);
    return Array.from(values, (value) => value - middle);
  };
  const [x, y] = [centred(a), centred(b)];
  const dot = (u: number[], v: number[]) => u.reduce((total, value, at) => total + value * v[at], 0);
  return dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y));
};

describe('threefry', () => {
  // The known answers of the Random123 distribution for threefry2x32 with 20 rounds.
  it.each([
    [0, 0, 0, 0, 0x6b200159, 0x99ba4efe],
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0x1cb996fc, 0xbb002be7],
    [0x13198a2e, 0x03707344, 0x243f6a88, 0x85a308d3, 0xc4923a9c, 0x483df7a0],
  ])('gives the published words for key %i %i and counter %i %i', (k0, k1, c0, c1, first, second) => {
    expect(threefry(k0, k1, c0, c1)).toEqual([first, second]);
  });
});

describe('a key', () => {
  it('gives the same numbers for ever, here and in every browser', () => {
    const run = key('run', 7);
    expect([...run.child('attack').child(41).bits(3)]).toEqual([1282118416, 1475261600, 2218128048]);
    expect([...run.normal(3)]).toEqual([-0.62557452917099, -1.670972228050232, -0.32456809282302856]);
  });

  it('has children by name, whatever else is drawn', () => {
    const parent = key('run', 7);
    const before = parent.child('attack', 3).bits(4);
    parent.bits(100);
    parent.child('other').normal(10);
    expect(parent.child('attack').child(3).bits(4)).toEqual(before);
    expect(parent.child('attack', 3).path).toBe('run/7/attack/3');
  });

  it('gives the first numbers of a longer draw', () => {
    fc.assert(
      fc.property(fc.nat(50), fc.nat(50), (a, b) => {
        const [short, long] = [Math.min(a, b), Math.max(a, b)];
        expect(key('prefix').normal(long).slice(0, short)).toEqual(key('prefix').normal(short));
      }),
    );
  });

  it('has different children for different names, numbers apart from strings', () => {
    const names = ['', 'a', 'b', 'ab', 'ba', 'aa', '1', '0', 'ä', '💡', 0, 1, 2, 255, 2 ** 32, 2 ** 32 + 1, 2 ** 52];
    const parents = [key('x'), key('y', 0), key('y', 1)];
    const words = parents.flatMap((parent) => names.map((name) => parent.child(name).bits(2).join()));
    words.push(...parents.map((parent) => parent.bits(2).join()));
    expect(new Set(words).size).toBe(words.length);
    const many = Array.from({ length: 20_000 }, (_, at) => key('many').child(at).bits(2).join());
    expect(new Set(many).size).toBe(many.length);
  });

  it('refuses names and counts that are not whole numbers', () => {
    for (const bad of [0.5, -1, Number.NaN, Infinity, 2 ** 53]) {
      expect(() => key('x', bad)).toThrow(InputError);
      expect(() => key('x').bits(bad)).toThrow(InputError);
    }
    expect(() => key('x').normal(1, -1)).toThrow('deviation must be finite and >= 0, got -1');
    expect(() => key('x').child(0.5)).toThrow('child of key x must be a string or an integer >= 0, got 0.5');
  });

  const count = 100_000;
  const fiveErrors = 5 / Math.sqrt(count);

  it('draws bits that are fair and unrelated', () => {
    const words = key('bits').bits(count);
    for (let bit = 0; bit < 32; bit++) {
      const ones = Array.from(words, (word) => (word >>> bit) & 1);
      expect(Math.abs(mean(ones) - 0.5)).toBeLessThan(fiveErrors / 2);
      expect(Math.abs(correlation(ones.slice(1), ones.slice(0, -1)))).toBeLessThan(fiveErrors);
    }
  });

  it('draws uniform numbers that fill their range evenly', () => {
    const draws = key('uniform').uniform(count, -2, 6);
    expect(Math.min(...draws.slice(0, 1000))).toBeGreaterThanOrEqual(-2);
    const bins = new Array<number>(64).fill(0);
    for (const draw of draws) bins[Math.floor((draw + 2) * 8)]++;
    const expected = count / 64;
    const chiSquare = bins.reduce((total, seen) => total + (seen - expected) ** 2 / expected, 0);
    expect(chiSquare).toBeLessThan(63 + 5 * Math.sqrt(2 * 63)); // mean and deviation of chi-square with 63 degrees
    expect(chiSquare).toBeGreaterThan(63 - 5 * Math.sqrt(2 * 63));
  });

  it('draws Gaussian numbers with the right moments and quantiles', () => {
    const draws = Array.from(key('normal').normal(count, 3), (draw) => draw / 3);
    expect(Math.abs(mean(draws))).toBeLessThan(fiveErrors);
    expect(Math.abs(mean(draws.map((draw) => draw ** 2)) - 1)).toBeLessThan(fiveErrors * Math.SQRT2);
    expect(Math.abs(mean(draws.map((draw) => draw ** 3)))).toBeLessThan(fiveErrors * Math.sqrt(15));
    expect(Math.abs(mean(draws.map((draw) => draw ** 4)) - 3)).toBeLessThan(fiveErrors * Math.sqrt(96));
    for (const p of [0.001, 0.1, 0.5, 0.9, 0.999]) {
      const share = draws.filter((draw) => draw < normalQuantile(p)).length / count;
      expect(Math.abs(share - p)).toBeLessThan(fiveErrors * Math.sqrt(p * (1 - p)));
    }
  });

  it('draws signs that are fair', () => {
    const signs = key('signs').signs(count);
    expect(new Set(signs)).toEqual(new Set([-1, 1]));
    expect(Math.abs(mean(signs))).toBeLessThan(fiveErrors);
  });

  it('is unrelated to its children, its siblings and its parent', () => {
    const parent = key('family');
    const draws = [
      parent,
      parent.child('a'),
      parent.child('b'),
      parent.child(0),
      parent.child(1),
      parent.child('a', 0),
    ];
    const numbers = draws.map((each) => each.normal(20_000));
    for (let a = 0; a < numbers.length; a++) {
      for (let b = 0; b < a; b++) {
        expect(Math.abs(correlation(numbers[a], numbers[b]))).toBeLessThan(5 / Math.sqrt(20_000));
      }
    }
    const first = Float64Array.from({ length: 20_000 }, (_, at) => parent.child(at).uniform(1)[0]);
    expect(Math.abs(mean(first) - 0.5)).toBeLessThan(5 / Math.sqrt(12 * 20_000));
    expect(Math.abs(correlation(first.slice(1), first.slice(0, -1)))).toBeLessThan(5 / Math.sqrt(20_000));
  });
});

describe('exampleKeys', () => {
  it('goes by the index in the data set', () => {
    const parent = key('attack', 0);
    const paths = (keys: readonly { path: string }[]) => keys.map(({ path }) => path);
    expect(paths(exampleKeys(parent, 2))).toEqual(['attack/0/0', 'attack/0/1']);
    expect(exampleKeys(parent, 2, [41, 40])[0].bits(2)).toEqual(parent.child(41).bits(2));
    expect(() => exampleKeys(parent, 2, [1])).toThrow('indices must be 2, one an example, got 1');
  });
});

describe('normalQuantile', () => {
  it.each([
    [0.5, 0],
    [0.25, -0.6744897501960817],
    [0.9, 1.2815515655446004],
    [0.975, 1.959963984540054],
    [0.99, 2.3263478740408408],
    [0.001, -3.090232306167813],
    [0.9999, 3.71901648545568],
    [1e-10, -6.361340902404],
    [1e-20, -9.2623400897984],
  ])('of %d is %d', (p, quantile) => {
    expect(Math.abs(normalQuantile(p) - quantile)).toBeLessThanOrEqual(1e-12 * Math.abs(quantile));
  });

  it('is odd around one half and rises', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 20 - 1 }), (part) => {
        const p = part / 2 ** 20;
        expect(normalQuantile(1 - p)).toBeCloseTo(-normalQuantile(p), 12);
        expect(normalQuantile(p + 2 ** -21)).toBeGreaterThan(normalQuantile(p));
      }),
    );
  });

  it('is infinite at the ends and NaN beyond', () => {
    expect([0, 1].map(normalQuantile)).toEqual([-Infinity, Infinity]);
    for (const p of [-0.1, 1.1, Number.NaN]) expect(normalQuantile(p)).toBeNaN();
  });
});
