// The interval of a ratio of paired shares: published examples, another way to the same statistic, and what it covers.
import { InputError } from '@advml/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pairedRatio } from '../src/index.ts';

/** Outcomes of trials that succeed both ways, only the first, only the second, and not at all. */
function trials(...[both, first, second, neither]: readonly number[]): readonly [boolean[], boolean[]] {
  const repeated = (a: boolean, b: boolean, count: number) => Array.from({ length: count }, () => [a, b]);
  const all = [
    ...[...repeated(true, true, both), ...repeated(true, false, first)],
    ...[...repeated(false, true, second), ...repeated(false, false, neither)],
  ];
  return [all.map(([a]) => a), all.map(([, b]) => b)];
}

const counts = fc.tuple(...Array.from({ length: 4 }, () => fc.integer({ min: 1, max: 300 })));

describe('pairedRatio', () => {
  it.each([
    // Fagerland, Lydersen, Laake: Recommended tests and confidence intervals for paired binomial proportions, 2014: Tang's score interval
    [[1, 1, 7, 12], 0.25, 0.065, 0.907],
    [[59, 6, 16, 80], 0.867, 0.748, 0.988],
  ])('of %j is what is published', (table, value, low, high) => {
    const found = pairedRatio(...trials(...table));
    expect([found.value, found.low, found.high].map((number) => Number(number.toFixed(3)))).toEqual([value, low, high]);
  });

  it('turns over with the two ways', () => {
    fc.assert(
      fc.property(counts, (table) => {
        const [first, second] = trials(...table);
        const [found, turned] = [pairedRatio(first, second), pairedRatio(second, first)];
        expect(found.low * turned.high).toBeCloseTo(1, 9);
        expect(found.high * turned.low).toBeCloseTo(1, 9);
        expect(found.low).toBeLessThan(found.value);
        expect(found.high).toBeGreaterThan(found.value);
      }),
      { numRuns: 50 },
    );
  });

  it('ends where the most likely table of that ratio is just refused', () => {
    const z = 1.959963984540054;
    for (const table of [
      [40, 3, 9, 8],
      [400, 20, 70, 10],
    ]) {
      const n = table.reduce((sum, count) => sum + count, 0);
      const [a, b] = [table[0] + table[1], table[0] + table[2]].map((count) => count / n);
      const { low, high } = pairedRatio(...trials(...table));
      for (const [ratio, sign] of [
        [low, 1],
        [high, -1],
      ]) {
        /** Log likelihood and variance of the table whose second way alone succeeds with a probability, the ratio as it is. */
        const at = (p01: number, p11: number) => {
          const p10 = ratio * (p11 + p01) - p11;
          const p = [p11, p10, p01, 1 - p11 - p10 - p01];
          const likely = p.every((one) => one > 0)
            ? table.reduce((sum, count, i) => sum + count * Math.log(p[i]), 0)
            : -Infinity;
          return { likely, variance: (p11 * (1 - ratio) ** 2 + p10 + ratio ** 2 * p01) / n };
        };
        // a search by ever finer grids, which knows no closed form
        let [best, x, y, step] = [at(0.15, 0.25), 0.15, 0.25, 0.05];
        for (; step > 1e-9; step /= 2)
          for (let moved = true; moved; ) {
            moved = false;
            for (const [dx, dy] of [
              [1, 0],
              [-1, 0],
              [0, 1],
              [0, -1],
              [1, -1],
              [-1, 1],
              [1, 1],
              [-1, -1],
            ]) {
              const next = at(x + dx * step, y + dy * step);
              if (next.likely <= best.likely) continue;
              [best, x, y, moved] = [next, x + dx * step, y + dy * step, true];
            }
          }
        expect((a - ratio * b) / Math.sqrt(best.variance)).toBeCloseTo(sign * z, 3);
      }
    }
  });

  it('is sure of equality only as far as the number of trials goes, and narrower than independent shares', () => {
    const z2 = 1.959963984540054 ** 2;
    expect(pairedRatio(...trials(500, 0, 0, 0))).toMatchObject({ value: 1, high: expect.closeTo(1 + z2 / 500, 9) });
    expect(pairedRatio(...trials(500, 0, 0, 0)).low).toBeCloseTo(1 / (1 + z2 / 500), 9);
    expect(pairedRatio(...trials(0, 0, 5, 10))).toMatchObject({ value: 0, low: 0 });
    const width = (...table: number[]) => {
      const { low, high } = pairedRatio(...trials(...table));
      return high - low;
    };
    expect(width(400, 0, 50, 50)).toBeLessThan(0.65 * width(360, 40, 90, 10));
  });

  it('refuses what has no ratio', () => {
    expect(() => pairedRatio(...trials(0, 3, 0, 2))).toThrow(
      /needs a trial that succeeds the second way, got none of 5/,
    );
    expect(() => pairedRatio([true], [true, false])).toThrow(/must have the same trials, got 1 and 2/);
    expect(() => pairedRatio([true], [true], 1)).toThrow(InputError);
  });
});
