// What claim C11, its tables and its figures make of the costs of trainings.
import { parseSetting } from '@advml/runs';
import { describe, expect, it } from 'vitest';
import { paperSetting } from '../src/index.ts';
import { c11 } from '../src/paper/scaling/claims/c11.ts';
import { type Family, families } from '../src/paper/scaling/family.ts';
import { scalingFigures } from '../src/paper/scaling/figures.ts';
import { lawOf } from '../src/paper/scaling/laws.ts';
import type { Cost } from '../src/paper/scaling/measures.ts';
import { scalingTables } from '../src/paper/scaling/tables.ts';
import { thousandths } from './measures.ts';

const setting = parseSetting(paperSetting, []);

const DIMENSIONS = [256, 512, 1024, 2048];

/** Costs of trainings whose steps until each target are `until(d)`; repeats are 10% above and below. */
function costsOf(until: (d: number, family: Family) => number | null): Cost[] {
  return families.flatMap((family) =>
    DIMENSIONS.flatMap((dimension) =>
      [1 / 1.1, 1.1].map((factor, at): Cost => {
        const steps = until(dimension, family);
        const robust = steps === null ? null : factor * steps;
        return {
          ...{ family, dimension, repeat: at + 1, active: 2, tau: 0.115, batch: dimension / 4, attack: 'a battery' },
          steps: { clean99: factor * 50, robust90: robust, robust99: robust },
          limit: { clean99: 300, robust90: 1000, robust99: 1000 },
          robustBefore: thousandths(10),
          robustAfter: thousandths(995),
        };
      }),
    ),
  );
}

describe('the law of a cost', () => {
  it('has the exponent of the means, one point a dimension', () => {
    const { fits, unreached } = lawOf(
      costsOf((d) => 3 * d ** 0.5),
      'fixed',
      'robust99',
      'examples',
    );
    expect(unreached).toEqual([]);
    expect(fits?.power).toMatchObject({ count: 4, slope: expect.closeTo(1.5, 9), low: expect.closeTo(1.5, 6) });
    expect(fits?.exponential.deviation).toBeGreaterThan(0.1);
  });

  it('leaves out a dimension that one training did not master, and says so', () => {
    const costs = costsOf(() => 100);
    const broken = costs.map((cost, at) => (at === 0 ? { ...cost, steps: { ...cost.steps, robust99: null } } : cost));
    const { fits, unreached } = lawOf(broken, 'fixed', 'robust99', 'steps');
    expect([unreached, fits?.power.count]).toEqual([[256], 3]);
    expect(lawOf(broken, 'growing', 'robust99', 'steps').unreached).toEqual([]);
  });

  it('has a law with the limits of what was not reached', () => {
    // 100 steps up to d = 1024, and more than 1,000 at 2048
    const law = lawOf(
      costsOf((d) => (d < 2000 ? 100 : null)),
      'fixed',
      'robust99',
      'steps',
    );
    expect(law.fits?.power.slope).toBeCloseTo(0, 9);
    // least squares of ln y on ln x at -3, -1, 1, 3 half octaves: the slope of a last point that is ln 10 higher
    expect(law.withLimits?.slope).toBeCloseTo((3 * Math.log(10)) / (10 * Math.log(2)), 9);
    expect(
      lawOf(
        costsOf(() => 100),
        'fixed',
        'robust99',
        'steps',
      ),
    ).not.toHaveProperty('withLimits');
  });

  it('is that with limits alone where fewer than three dimensions are left', () => {
    const law = lawOf(
      costsOf((d) => (d > 600 ? null : 10)),
      'fixed',
      'robust99',
      'steps',
    );
    // 1,000 steps in place of 10 at the last two of four: least squares at -3, -1, 1, 3 half octaves
    const slope = expect.closeTo((4 * Math.log(100)) / (10 * Math.log(2)), 9);
    expect(law).toEqual({ unreached: [1024, 2048], withLimits: expect.objectContaining({ count: 4, slope }) });
  });
});

describe('C11', () => {
  const find = (until: Parameters<typeof costsOf>[0]) => c11.find(costsOf(until), setting);

  it('reports the largest exponent of both families', () => {
    const { value, interval, holds, detail } = find((d, family) => (family === 'growing' ? d ** 0.7 : 200));
    expect([value, holds]).toEqual([expect.closeTo(1.7, 9), true]);
    expect(interval?.[0]).toBeCloseTo(1.7, 6);
    expect(detail?.exponents).toHaveProperty(['robust99, k growing']);
    expect(detail?.exponents).toHaveProperty(['clean99, k fixed', 0], expect.closeTo(1, 9));
  });

  it.each<[string, boolean, (d: number, family: Family) => number | null]>([
    ['of degree 2.9', true, (d) => d ** 1.9],
    ['of degree 3.1', false, (d) => d ** 2.1],
    ['of degree 3.1 in one family', false, (d, family) => (family === 'growing' ? d ** 2.1 : 100)],
    ['that is exponential', false, (d) => (1000 / d) * Math.exp(d / 1000)],
    ['with a wide interval', false, (d) => (d === 512 ? 5000 : 100)],
    ['unknown at one dimension', false, (d) => (d === 2048 ? null : 100)],
  ])('a cost %s: holds %s', (_, holds, until) => {
    expect(find(until).holds).toBe(holds);
  });

  it('names the costs that bend as an exponential does', () => {
    const { detail } = find((d, family) => (family === 'growing' ? (1000 / d) * Math.exp(d / 1000) : 100));
    expect(detail?.closerToExponential).toEqual(['robust99, k growing']);
  });

  it('does not leave out of its number what was not reached', () => {
    const { value, holds, detail } = find((d) => (d === 2048 ? null : 100));
    const slope = 1 + (3 * Math.log(10)) / (10 * Math.log(2));
    expect([value, holds]).toEqual([expect.closeTo(slope, 9), false]);
    expect(detail?.exponentsWithLimits).toHaveProperty(['robust99, k growing', 0], expect.closeTo(slope, 9));
    expect(detail?.exponents).toHaveProperty(['robust99, k growing', 0], expect.closeTo(1, 9));
  });

  it('takes the exponent with limits also where too few d are left for another', () => {
    const { value, interval, holds, detail } = find((d) => (d > 600 ? null : 10));
    const slope = 1 + (4 * Math.log(100)) / (10 * Math.log(2));
    expect([value, holds]).toEqual([expect.closeTo(slope, 9), false]);
    expect(interval?.[1]).toBeGreaterThan(slope);
    expect(Object.keys(detail?.exponents as object)).toEqual(['clean99, k fixed', 'clean99, k growing']);
  });

  it('does not hold, with a number that can be written, where nothing is reached', () => {
    const costs = costsOf(() => null).map((cost) => ({ ...cost, steps: { ...cost.steps, clean99: null } }));
    const { value, interval, holds, detail } = c11.find(costs, setting);
    // limits grow as examples a step do
    expect([value, interval?.map(Math.round), holds]).toEqual([expect.closeTo(1, 9), [1, 1], false]);
    expect(detail?.unreached).toHaveProperty(['clean99, k fixed'], DIMENSIONS);
  });
});

describe('tables and figures', () => {
  const here = parseSetting(paperSetting, [{ scaling: { dimensions: DIMENSIONS, repeats: 2 } }]);
  const costs = costsOf((d, family) => (d === 2048 && family === 'growing' ? null : 100));

  it('have a row for each d of each family, and name what was not reached', () => {
    const [scaling, laws] = scalingTables(costs, here);
    expect(scaling.rows).toHaveLength(8);
    for (const row of scaling.rows) expect(row).toHaveLength(scaling.columns.length);
    expect(scaling.rows.at(-1)).toContain('not reached within 1000 steps by 2 of 2');
    expect(scaling.rows[0]).toContainEqual(expect.objectContaining({ value: expect.closeTo(100, 9) }));
    expect(scaling.rows[0].slice(-2)).toEqual(['not looked for', 'not looked for']);
    expect(laws.rows).toHaveLength(12);
    expect(laws.rows.map((row) => row.at(-1))).toContain('2048');
    for (const row of laws.rows) expect(row).toHaveLength(laws.columns.length);
  });

  it('draw every training, those that did not reach their bar at the limit', () => {
    const figures = scalingFigures(costs, here);
    expect(figures.map(({ name }) => name)).toEqual(['scaling-examples', 'scaling-steps']);
    for (const { draw } of figures) {
      const svg = draw();
      expect(svg).toContain('not reached: costs more');
      expect(svg).toContain(`${3 * costs.length} points on logarithmic axes`);
    }
  });
});
