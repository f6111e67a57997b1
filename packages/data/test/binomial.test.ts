import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binomialTable, countAt } from '../src/binomial.ts';

/** C(n, k) p^k (1-p)^(n-k) by logarithms of factorials. */
function mass(trials: number, chance: number, count: number): number {
  const logFactorial = (n: number) => Array.from({ length: n }, (_, at) => Math.log(at + 1)).reduce((a, b) => a + b, 0);
  const ways = logFactorial(trials) - logFactorial(count) - logFactorial(trials - count);
  return Math.exp(ways + count * Math.log(chance) + (trials - count) * Math.log1p(-chance));
}

describe('binomialTable', () => {
  it('is the binomial distribution function', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.double({ min: 1e-3, max: 0.999, noNaN: true }),
        (trials, chance) => {
          const table = binomialTable(trials, chance);
          let sum = 0;
          for (let count = 0; count <= trials; count++) {
            sum += mass(trials, chance, count);
            expect(Math.abs(table[count] - sum)).toBeLessThan(1e-12);
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it('does not underflow where the chance of no success does', () => {
    const table = binomialTable(4000, 0.5);
    expect(table[1999]).toBeCloseTo(0.5 - mass(4000, 0.5, 2000) / 2, 10);
    expect(table[4000]).toBe(1);
  });

  it('is certain of all successes at chance 1', () => {
    const table = binomialTable(3, 1);
    expect([...table]).toEqual([0, 0, 0, 1]);
    expect(countAt(table, 0)).toBe(3);
  });

  it('gives each count for its share of the uniform numbers', () => {
    const table = binomialTable(2, 0.5); // 1/4, 3/4, 1
    expect([0, 0.2499, 0.25, 0.7499, 0.75, 1 - 2 ** -53].map((uniform) => countAt(table, uniform))).toEqual([
      0, 0, 1, 1, 2, 2,
    ]);
  });
});
