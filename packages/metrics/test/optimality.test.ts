import { InputError } from '@advml/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { optimality } from '../src/index.ts';

const distance = fc.oneof(
  { weight: 1, arbitrary: fc.constant(0) },
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 40 }) },
);
const pair = fc.tuple(
  distance,
  fc.oneof({ weight: 5, arbitrary: fc.integer({ min: 0, max: 30 }) }, { weight: 1, arbitrary: fc.constant(Infinity) }),
);
const RUNS = { seed: 7, numRuns: 300 };

/** The area above the curve of robust accuracy, up to a radius, rectangle by rectangle: all distances are whole numbers. */
function areaAbove(distances: readonly number[], right: readonly boolean[], upTo: number): number {
  const robust = (eps: number) => distances.filter((size, at) => right[at] && size > eps).length;
  return Array.from({ length: upTo }, (_, eps) => right.filter(Boolean).length - robust(eps + 0.5)).reduce(
    (a, b) => a + b,
    0,
  );
}

it('is the ratio of the areas above two curves', () => {
  fc.assert(
    fc.property(fc.array(pair, { minLength: 2, maxLength: 20 }), (pairs) => {
      const best = pairs.map(([size]) => size);
      fc.pre(new Set(best.filter((size) => size > 0)).size > 1);
      const distances = pairs.map(([size, more]) => (size === 0 ? 0 : size + more));
      const right = best.map((size) => size > 0);
      const most = Math.max(...best);
      const share = optimality(distances, best);
      expect(share).toBeCloseTo(areaAbove(distances, right, most) / areaAbove(best, right, most), 12);
      expect(share).toBeGreaterThanOrEqual(0);
      expect(share).toBeLessThanOrEqual(1);
      expect(optimality(best, best)).toBe(1);
      expect(
        optimality(
          best.map((size) => (size === 0 ? 0 : Infinity)),
          best,
        ),
      ).toBe(0);
    }),
    RUNS,
  );
});

it('refuses what gives no figure', () => {
  for (const [distances, best, words] of [
    [undefined as never, [1], /distances must be an array of distances, one an example, got undefined/],
    [[1, 2], [1], /best must hold 2 distances, one an example, got 1/],
    [[1, -2], [1, 2], /distances must be >= 0 \(input units\), or Infinity for no error, got -2 at 1/],
    [[1, 2], [1, Number.NaN], /best must be >= 0 .* got NaN at 1/],
    [[1, 2], [1, Infinity], /best must be finite, got Infinity/],
    [[3, 2], [1, 1], /optimality needs best distances that differ/],
    [[0, 0], [0, 0], /optimality needs best distances that differ/],
  ] as const) {
    const call = () => optimality(distances, best);
    expect(call).toThrow(InputError);
    expect(call).toThrow(words);
  }
});
