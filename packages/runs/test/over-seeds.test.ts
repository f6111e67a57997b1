// A claim over seeds: its mean, its interval, and a verdict that one bad seed of many cannot slip through.

import { InputError } from '@advml/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aggregateClaims } from '../src/aggregate.ts';
import { isBeyond } from '../src/bar.ts';
import type { Claim } from '../src/claim.ts';

const claim: Claim = {
  id: 'C',
  statement: 'It is so.',
  quantity: 'robust accuracy',
  bar: '> 0.99',
  value: 0.995,
  interval: [0.99, 1],
  holds: true,
  attack: 'a battery',
  detail: { gamma: 0.25, tau: 0.13, own: 1 },
};

/** The claim over seeds whose values these are; each seed holds where `holds` says so. */
function over(values: readonly number[], holds: (value: number) => boolean, change: Partial<Claim> = {}): Claim {
  const runs = values.map((value, own) => [
    { ...claim, value, holds: holds(value), ...change, detail: { ...claim.detail, own } },
  ]);
  return aggregateClaims(
    runs,
    values.map((_, seed) => seed),
  )[0];
}

const above = (value: number) => value > 0.99;

describe('a claim over seeds', () => {
  it('says which attack and which certifier it is by', () => {
    expect(over([0.995, 0.996], above)).toMatchObject({ attack: 'a battery' });
    expect(over([0.995, 0.996], above)).not.toHaveProperty('certifier');
    expect(over([0.995, 0.996], above, { certifier: 'CROWN' })).toMatchObject({ certifier: 'CROWN' });
  });

  it("has the mean and Student's interval of its number, and the details that all seeds share", () => {
    const values = [0.992, 0.996, 0.994, 0.994, 0.993];
    const found = over(values, above);
    // By hand: standard deviation 0.00148324, t(4, 0.975) = 2.776445, so the interval reaches 0.00184168.
    expect(found.value).toBeCloseTo(0.9938, 10);
    expect(found.interval?.[0]).toBeCloseTo(0.9938 - 0.00184168, 7);
    expect(found.interval?.[1]).toBeCloseTo(0.9938 + 0.00184168, 7);
    expect(found).toMatchObject({ id: 'C', bar: '> 0.99', attack: 'a battery', holds: true });
    expect(found.detail).toEqual({
      gamma: 0.25,
      tau: 0.13,
      seedsThatHold: '5 of 5',
      intervalBeyondBar: true,
      seeds: values.map((value, seed) => ({ seed, value, holds: true })),
    });
  });

  it('of two seeds has the wide interval of one degree of freedom, cut to what a share can be', () => {
    // t(1, 0.975) = 12.7062, standard deviation / sqrt(2) = 0.1
    const multiple = over([0.2, 0.4], above, { interval: null });
    expect(multiple.interval?.[0]).toBeCloseTo(0.3 - 1.27062, 5);
    expect(multiple.interval?.[1]).toBeCloseTo(0.3 + 1.27062, 5);
    expect(over([0.2, 0.4], above).interval).toEqual([0, 1]);
  });

  it('is judged by the interval before it is cut: a difference may be below 0', () => {
    const values = [0.01, 0.05, 0.6];
    const change = { bar: '>= 0', interval: [0, 0.9] as const };
    const found = over(values, () => true, change);
    expect(found).toMatchObject({ interval: [0, 1], holds: false, detail: { intervalBeyondBar: false } });
  });

  it.each([
    [4, 5, true],
    [3, 5, false],
    [2, 2, true],
    [1, 2, false],
    [3, 4, false],
    [8, 10, true],
    [7, 10, false],
    [28, 35, true],
  ])('whose interval lies beyond the bar, held by %i of %i: %s', (held, of, holds) => {
    const values = Array.from({ length: of }, (_, at) => 0.995 + at * 1e-6);
    const found = over(values, (value) => value < 0.995 + (held - 0.5) * 1e-6);
    expect(found).toMatchObject({ holds, detail: { seedsThatHold: `${held} of ${of}`, intervalBeyondBar: true } });
  });

  it('does not hold where one seed of five spoils the mean, though four hold', () => {
    const found = over([0.991, 0.991, 0.991, 0.991, 0.5], above);
    expect(found).toMatchObject({ holds: false, detail: { seedsThatHold: '4 of 5', intervalBeyondBar: false } });
  });

  it('does not hold where all seeds are over the bar by less than they differ', () => {
    const found = over([0.991, 0.9999, 0.9905, 0.9995, 0.9901], above);
    expect(found.value).toBeGreaterThan(0.99);
    expect(found).toMatchObject({ holds: false, detail: { seedsThatHold: '5 of 5', intervalBeyondBar: false } });
  });

  it('with a bar in words is held by four of five alone', () => {
    const found = over([0.991, 0.991, 0.991, 0.991, 0.5], above, { bar: 'as a reader would expect' });
    expect(found.holds).toBe(true);
    expect(found.detail).not.toHaveProperty('intervalBeyondBar');
  });

  it('needs two seeds', () => {
    expect(() => over([0.5], above)).toThrow(InputError);
  });
});

describe('a bar', () => {
  it.each([
    ['> 0.99', [0.99, 1], false],
    ['> 0.99', [0.9901, 1], true],
    ['>= 10', [10, 12], true],
    ['< 3 at the upper end of every interval', [1, 3], false],
    ["< 0.02, with w' > 0.99", [0, 0.019], true],
    ['<= 0.005', [0, 0.005], true],
    ['< 0 with its interval', [-2, -1], true],
    ['> -1e-3', [0, 1], true],
    ['> 1E-3', [0.002, 1], true],
    ['> .9', [0.5, 1], false],
    ['> 0.9.', [0.5, 1], false],
    ['> 1/10', [0.49, 0.52], true],
    ['< 8/255', [0, 0.1], false],
    ['<= 8 / 255 in linf', [0, 0.03], true],
    ['> 1/10%', [0, 1], undefined],
    ['> 90 %', [95, 96], undefined],
    ['> 1,000', [2, 3], undefined],
    ['> 1 - 1e-6', [2, 3], undefined],
    ['0.45 to 0.55', [0, 1], undefined],
    ['above that of w', [0, 1], undefined],
    ['> 5% of all', [0, 1], undefined],
    ['> 3x', [0, 1], undefined],
  ] as const)('%s, by %j: %s', (bar, interval, beyond) => {
    expect(isBeyond(interval, bar)).toBe(beyond);
  });

  it('is passed by an interval where both of its ends pass', () => {
    const ends = fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 }));
    const passes = { '>': (a: number, b: number) => a > b, '<': (a: number, b: number) => a < b } as const;
    fc.assert(
      fc.property(
        ends,
        fc.integer({ min: -9, max: 9 }),
        fc.constantFrom('>' as const, '<' as const),
        (pair, at, sign) => {
          const [low, high] = pair.toSorted((a, b) => a - b);
          expect(isBeyond([low, high], `${sign} ${at}`)).toBe(passes[sign](low, at) && passes[sign](high, at));
        },
      ),
    );
  });
});
