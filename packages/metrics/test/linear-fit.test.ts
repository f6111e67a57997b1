import { key } from '@advml/core';
import { linearFit, logLogFit } from '@advml/metrics';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const pointsOf = (xs: readonly number[], y: (x: number, at: number) => number) =>
  xs.map((x, at) => ({ x, y: y(x, at) }));

test("of Anscombe's first data set is what he and R's confint(lm(y ~ x)) give", () => {
  const y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68];
  const fit = linearFit(pointsOf([10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5], (_, at) => y[at]));
  expect(fit.count).toBe(11);
  expect(fit.slope).toBeCloseTo(0.5000909, 7);
  expect(fit.intercept).toBeCloseTo(3.0000909, 7);
  expect(fit.low).toBeCloseTo(0.2333701, 6);
  expect(fit.high).toBeCloseTo(0.7668117, 6);
  expect(fit.deviation).toBeCloseTo(1.236603, 6);
});

test('of three points by hand: 2.5 +- 12.706 sqrt(1.5 / 2)', () => {
  const fit = linearFit(pointsOf([0, 1, 2], (_, at) => [1, 2, 6][at]));
  expect([fit.slope, fit.intercept]).toEqual([2.5, 0.5]);
  expect(fit.deviation).toBeCloseTo(Math.sqrt(1.5), 12);
  expect(fit.high - 2.5).toBeCloseTo(12.7062 * Math.sqrt(0.75), 3);
  expect(fit.low + fit.high).toBeCloseTo(5, 12);
});

test('finds a line and a power law that are there, and is then certain', () => {
  const number = fc.double({ min: -3, max: 3, noNaN: true });
  fc.assert(
    fc.property(number, number, (slope, intercept) => {
      const line = linearFit(pointsOf([-2, 0, 1, 5], (x) => intercept + slope * x));
      const power = logLogFit(pointsOf([256, 512, 700, 2048], (x) => Math.exp(intercept) * x ** slope));
      for (const fit of [line, power]) {
        for (const value of [fit.slope, fit.low, fit.high]) expect(value).toBeCloseTo(slope, 9);
        expect(fit.intercept).toBeCloseTo(intercept, 9);
        expect(fit.deviation).toBeLessThan(1e-9);
      }
    }),
  );
});

test('covers the true slope as often as it says', () => {
  const trials = 2000;
  const [xs, confidence] = [[1, 2, 3, 5, 8], 0.8];
  const noise = key('noise').normal(trials * xs.length);
  const covered = Array.from({ length: trials }, (_, trial) => {
    const { low, high } = linearFit(
      pointsOf(xs, (x, at) => 0.7 * x + noise[trial * xs.length + at]),
      confidence,
    );
    return low <= 0.7 && 0.7 <= high;
  }).filter(Boolean).length;
  expect(Math.abs(covered / trials - confidence)).toBeLessThan(4 * Math.sqrt((0.8 * 0.2) / trials));
});

test('refuses too few points, a single x, and what has no place or no logarithm', () => {
  const line = pointsOf([1, 2, 3], (x) => x);
  expect(() => linearFit(line.slice(1))).toThrow('a line with an interval needs at least 3 points, got 2');
  for (const x of [4, 0.1]) // the mean of three times .1 is another number
    expect(() => linearFit(pointsOf([x, x, x], (_, at) => at))).toThrow(`points at two or more x, all are at ${x}`);
  expect(() => linearFit([...line, { x: 1, y: Number.NaN }])).toThrow('points must be finite, got (1, NaN) at entry 3');
  expect(() => linearFit(line, 1)).toThrow('confidence must be between 0 and 1');
  expect(() => logLogFit([...line, { x: 0, y: 1 }])).toThrow('a power law needs x, y > 0, got (0, 1) at entry 3');
});
