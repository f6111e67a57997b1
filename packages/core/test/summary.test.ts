import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { summarize } from '../src/index.ts';
import { quantiles } from '../src/quantiles.ts';

const numbers = fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 1, maxLength: 40 });

describe('quantiles', () => {
  test('of a known sample, as numpy.quantile and R quantile(type = 7) give them', () => {
    expect(quantiles([7, 1, 3, 10], [0.1, 0.25, 0.5, 0.9])).toEqual([
      expect.closeTo(1.6, 12),
      expect.closeTo(2.5, 12),
      expect.closeTo(5, 12),
      expect.closeTo(9.1, 12),
    ]);
  });

  test('of j/n for j = 0..n are the probabilities themselves', () => {
    const grid = Array.from({ length: 101 }, (_, j) => j / 100);
    for (const p of [0, 0.013, 0.5, 0.777, 1]) expect(quantiles(grid, [p])[0]).toBeCloseTo(p, 12);
  });

  test('lie between the extremes and do not depend on the order', () => {
    fc.assert(
      fc.property(numbers, fc.double({ min: 0, max: 1, noNaN: true }), (values, p) => {
        const [quantile] = quantiles(values, [p]);
        expect(quantile).toBeGreaterThanOrEqual(Math.min(...values) - 1e-6);
        expect(quantile).toBeLessThanOrEqual(Math.max(...values) + 1e-6);
        expect(quantiles([...values].reverse(), [p])[0]).toBe(quantile);
      }),
    );
  });

  test('of infinite numbers are not NaN, of no numbers are', () => {
    expect(quantiles([1, Infinity, Infinity, Infinity], [0, 0.5, 1])).toEqual([1, Infinity, Infinity]);
    expect(quantiles([], [0.5])).toEqual([Number.NaN]);
  });

  test('leave the numbers as they were', () => {
    const values = [3, 1, 2];
    quantiles(values, [0.5]);
    expect(values).toEqual([3, 1, 2]);
  });

  test('refuse NaN and what is no probability', () => {
    expect(() => quantiles([1, Number.NaN], [0.5])).toThrow('quantiles need numbers, got NaN at entry 1');
    expect(() => quantiles([1], [1.5])).toThrow('probability must be between 0 and 1, got 1.5');
  });
});

describe('summarize', () => {
  test('0..100', () => {
    expect(summarize(Float32Array.from({ length: 101 }, (_, at) => 100 - at))).toEqual({
      count: 101,
      mean: 50,
      min: 0,
      q10: 10,
      q25: 25,
      median: 50,
      q75: 75,
      q90: 90,
      max: 100,
    });
  });

  test('nothing', () => {
    const { count, ...rest } = summarize([]);
    expect(count).toBe(0);
    expect(Object.values(rest).every(Number.isNaN)).toBe(true);
  });
});
