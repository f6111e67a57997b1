// What a search draws: published points of the Sobol sequence, how evenly both methods fill space, and what is refused.
import { readFileSync } from 'node:fs';
import { key } from '@advml/core';
import { parseSweep, planSweep, type SearchSide } from '@advml/runs/disk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { overridesOf } from '../src/sweep/plan.ts';
import { extended, recordOf } from '../src/sweep/record.ts';
import { drawn } from '../src/sweep/search/draw.ts';
import { MOST_DIMENSIONS, sobol } from '../src/sweep/search/sobol.ts';
import { draws } from './sweep-experiment.ts';

const found = { experiment: draws, url: 'file:///draws.mjs' };
const planOf = (more: object) => planSweep(parseSweep({ experiment: 'draws', ...more }), [found], '1.0.0');
const indices = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('the Sobol sequence', () => {
  it('begins as its authors print it', () => {
    const printed = [
      ...[0, 0, 0, 0.5, 0.5, 0.5, 0.75, 0.25, 0.25, 0.25, 0.75, 0.75, 0.375, 0.375, 0.625],
      ...[
        0.875, 0.875, 0.125, 0.625, 0.125, 0.875, 0.125, 0.625, 0.375, 0.1875, 0.3125, 0.9375, 0.6875, 0.8125, 0.4375,
      ],
    ];
    expect(indices(10).flatMap((index) => [0, 1, 2].map((dimension) => sobol(dimension)(index)))).toEqual(printed);
  });

  it('has the points of another program in all dimensions, also far along', () => {
    const { bits, points } = JSON.parse(readFileSync(new URL('./sobol/points.json', import.meta.url), 'utf8'));
    for (const [index, point] of Object.entries<number[]>(points))
      expect(
        indices(MOST_DIMENSIONS).map((dimension) => Math.floor(sobol(dimension)(Number(index)) * 2 ** bits)),
      ).toEqual(point);
  });

  it('has a point in every part of each dimension, and in every cell of the first two, however it is shifted', () => {
    const size = 64;
    const [a, b] = key('shift', 1).bits(2);
    for (const [first, second] of [
      [0, 0],
      [a, b],
    ]) {
      for (const dimension of indices(MOST_DIMENSIONS)) {
        const parts = indices(size).map((index) =>
          Math.floor(size * sobol(dimension, dimension ? second : first)(index)),
        );
        expect(new Set(parts).size).toBe(size);
      }
      for (const wide of [1, 2, 4, 8, 16, 32, 64]) {
        const cells = indices(size).map((index) => {
          const [x, y] = [sobol(0, first)(index), sobol(1, second)(index)];
          return `${Math.floor(wide * x)} ${Math.floor((size / wide) * y)}`;
        });
        expect(new Set(cells).size).toBe(size);
      }
    }
  });
});

const range = fc
  .tuple(fc.integer({ min: -1000, max: 1000 }), fc.integer({ min: 1, max: 1000 }), fc.boolean())
  .map(([low, more, integer]): SearchSide => ({ low, high: low + more, integer }));

describe('a search', () => {
  it.each(['random', 'sobol'] as const)(
    '%s stays within ranges, and draws whole numbers where they are asked for',
    (method) => {
      const log = { low: 1e-4, high: 10, scale: 'log' } as const;
      fc.assert(
        fc.property(range, fc.nat(), (side, seed) => {
          for (const { a, b } of drawn({ method, runs: 20, seed, over: { a: side, b: log } })) {
            const { low, high, integer } = side as { low: number; high: number; integer: boolean };
            expect(a).toBeGreaterThanOrEqual(low);
            expect(a).toBeLessThanOrEqual(high);
            expect(b).toBeGreaterThanOrEqual(log.low);
            expect(b).toBeLessThanOrEqual(log.high);
            if (integer) expect(Number.isInteger(a)).toBe(true);
          }
        }),
        { numRuns: 20 },
      );
    },
  );

  it.each(['random', 'sobol'] as const)('%s spreads numbers, logarithms and choices evenly', (method) => {
    const over = { x: { low: 2, high: 4 }, l: { low: 0.001, high: 1, scale: 'log' }, w: ['a', 'b', 'c', 'd'] } as const;
    const places = drawn({ method, runs: 1024, seed: 3, over });
    const share = (holds: (place: Record<string, unknown>) => boolean) => places.filter(holds).length / places.length;
    const near = method === 'sobol' ? 0.002 : 0.06; // of four deviations of a share of a half
    expect(Math.abs(share(({ x }) => (x as number) < 2.5) - 0.25)).toBeLessThan(near);
    expect(Math.abs(share(({ l }) => (l as number) < 0.01) - 1 / 3)).toBeLessThan(near);
    for (const word of over.w) expect(Math.abs(share(({ w }) => w === word) - 0.25)).toBeLessThan(near);
  });

  it('draws the same again, the same first ones of more, others for another seed, and no place twice', () => {
    for (const method of ['random', 'sobol'] as const) {
      const over = { x: { low: 0, high: 1 }, n: { low: 1, high: 64, integer: true } };
      const places = drawn({ method, runs: 8, seed: 0, over });
      expect(drawn({ method, runs: 12, seed: 0, over }).slice(0, 8)).toEqual(places);
      expect(drawn({ method, runs: 8, seed: 1, over })).not.toEqual(places);
      expect(drawn({ method, runs: 100, seed: 0, over: { few: [1, 2, 3] } })).toHaveLength(3);
    }
    const x = { low: 0, high: 1 };
    for (const method of ['random', 'sobol'] as const)
      expect(drawn({ method, runs: 8, seed: 0, over: { b: x, a: x } })).toEqual(
        drawn({ method, runs: 8, seed: 0, over: { a: x, b: x } }),
      );
    const alone = drawn({ method: 'random', runs: 4, seed: 0, over: { x } });
    const beside = drawn({ method: 'random', runs: 4, seed: 0, over: { y: x, x } });
    expect(beside.map((place) => place.x)).toEqual(alone.map((place) => place.x));
  });
});

describe('the plan of a search', () => {
  const search = {
    method: 'sobol',
    runs: 4,
    over: { bar: { low: 0.3, high: 0.7 }, size: { few: { number: 10 }, many: { number: 50 } } },
  };

  it('is each place of the grid with each that was drawn, as a grid of the same values would be', () => {
    const plan = planOf({ grid: { 'sign.of': ['plus', 'minus'] }, search, seeds: 2 });
    expect(plan.runs).toHaveLength(2 * 4 * 2);
    for (const { values, seed, id, name } of plan.runs) {
      const { 'sign.of': sign, bar, size } = values as { 'sign.of': string; bar: number; size: string };
      const number = size === 'few' ? 10 : 50;
      const [same] = planOf({ set: { number, bar, 'sign.of': sign }, seeds: [seed] }).runs;
      expect(id).toBe(same.id);
      expect(name).toMatch(/^of=(plus|minus),bar=0\.\d+,size=(few|many),seed=\d-/);
    }
    const record = recordOf(plan);
    expect(Object.keys(record.grid)).toEqual(['sign.of', 'bar', 'size']);
    expect(overridesOf(record, plan.runs[0].values).length).toBe(3);
  });

  it('goes on with more places in the same folder', () => {
    const before = recordOf(planOf({ search }));
    const now = recordOf(planOf({ search: { ...search, runs: 8 } }));
    const both = extended('here', before, now);
    expect(both.runs).toEqual(now.runs);
    expect(both.grid.bar).toEqual(now.grid.bar);
  });

  it.each([
    [{ search: { ...search, method: 'grid' } }, /search\.method: /],
    [{ search: { ...search, over: {} } }, /a search needs a setting to draw/],
    [{ search: { ...search, over: { bar: { low: 1, high: 0 } } } }, /search\.over\.bar: expected low < high, got/],
    [{ search: { ...search, over: { bar: { low: 0, high: 1, scale: 'log' } } } }, /low > 0 on a log scale/],
    [{ search: { ...search, over: { bar: { low: 0.5, high: 2 } } } }, /draws, bar=.*: the setting cannot be used/],
    [{ search: { ...search, over: { brr: [1] } } }, /unknown key 'brr'; the nearest known key is 'bar'/],
    [{ search, grid: { bar: [0.1] } }, /'bar' may be in one of grid, search and rungs/],
    [
      { search: { ...search, over: Object.fromEntries(indices(22).map((at) => [`s${at}`, [1, 2]])) } },
      /a Sobol sequence has 21 settings at most here, got 22/,
    ],
    [{ halving: { rungs: { number: [10] }, metric: 'half' } }, /the rungs of number must be two or more/],
    [{ halving: { rungs: { number: [10, 20], bar: [0, 1] }, metric: 'half' } }, /expected one setting/],
    [{ halving: { rungs: { number: [10, 20] }, metric: 'half', factor: 1 } }, /halving\.factor: /],
    [{ halving: { rungs: { number: [10, 20] } } }, /halving\.metric: /],
    [{ halving: { rungs: { number: [10, -1] }, metric: 'half' } }, /draws, number=-1: the setting cannot be used/],
  ])('is refused where it cannot be made: %j', (more, message) => {
    expect(() => planOf(more)).toThrow(message);
  });
});
