import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { betaQuantile, binomialLowerLimit, binomialTest, incompleteBeta, logGamma } from '../src/internal.ts';

/** P(X >= least) for X ~ Binomial(n, p), summed term by term. */
function upperTail(least: number, n: number, p: number): number {
  let tail = 0;
  for (let k = least, choose = 1; k <= n; k++) {
    if (k === least) for (let j = 1; j <= k; j++) choose *= (n - k + j) / j;
    else choose *= (n - k + 1) / k;
    tail += choose * p ** k * (1 - p) ** (n - k);
  }
  return tail;
}

describe('logGamma', () => {
  test('of integers is the logarithm of a factorial', () => {
    for (let n = 1, factorial = 1; n <= 170; factorial *= n++)
      expect(logGamma(n)).toBeCloseTo(Math.log(factorial), n < 20 ? 13 : 11);
  });

  test('of 1/2 is ln sqrt(pi), and steps up by ln x', () => {
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 14);
    for (const x of [0.01, 0.7, 15.5, 300.25, 1e5]) expect(logGamma(x + 1) - logGamma(x)).toBeCloseTo(Math.log(x), 9);
  });
});

describe('incompleteBeta', () => {
  const shape = fc.integer({ min: 1, max: 40 });
  const share = fc.double({ min: 0.01, max: 0.99, noNaN: true });

  test('of integer shapes is a binomial tail', () => {
    fc.assert(
      fc.property(shape, shape, share, (a, b, x) => {
        const tail = upperTail(a, a + b - 1, x);
        expect(Math.abs(incompleteBeta(x, a, b) - tail)).toBeLessThan(1e-12);
      }),
    );
  });

  test('of (1/2, 1/2) is the arcsine law, of (a, 1) a power', () => {
    for (const x of [0, 1e-9, 0.2, 0.5, 0.93, 1]) {
      expect(incompleteBeta(x, 0.5, 0.5)).toBeCloseTo((2 / Math.PI) * Math.asin(Math.sqrt(x)), 13);
      expect(incompleteBeta(x, 3.5, 1)).toBeCloseTo(x ** 3.5, 13);
    }
  });

  test('is undone by betaQuantile', () => {
    fc.assert(
      fc.property(shape, shape, fc.double({ min: 1e-6, max: 0.999, noNaN: true }), (a, b, p) => {
        expect(incompleteBeta(betaQuantile(p, a / 2, b / 2), a / 2, b / 2)).toBeCloseTo(p, 10);
      }),
    );
  });

  test('keeps its precision for shapes in the thousands', () => {
    expect(betaQuantile(0.025, 1988, 13)).toBeCloseTo(0.9895426861782051, 13);
    expect(incompleteBeta(0.5, 5e5, 5e5)).toBeCloseTo(0.5, 8);
  });
});

describe('binomial tests', () => {
  test('have the closed forms of certain successes, and tables', () => {
    for (const n of [1, 10, 100]) expect(binomialLowerLimit(n, n, 0.001)).toBeCloseTo(0.001 ** (1 / n), 12);
    expect(binomialLowerLimit(0, 10, 0.05)).toBe(0);
    expect(binomialLowerLimit(5, 10, 0.025)).toBeCloseTo(0.187086, 6); // Clopper and Pearson, 95% of 5 in 10
    expect(binomialTest(10, 10)).toBeCloseTo(2 ** -9, 14);
    expect(binomialTest(8, 10)).toBeCloseTo((2 * (45 + 10 + 1)) / 1024, 14);
    expect(binomialTest(5, 10)).toBe(1);
    expect(binomialTest(0, 0)).toBe(1);
  });

  test('are upper tails summed term by term', () => {
    for (const [s, n] of [
      [7, 12],
      [30, 40],
      [59, 60],
    ]) {
      expect(upperTail(s, n, binomialLowerLimit(s, n, 0.01))).toBeCloseTo(0.01, 10);
      expect(binomialTest(s, n)).toBeCloseTo(2 * upperTail(s, n, 0.5), 12);
    }
  });
});
