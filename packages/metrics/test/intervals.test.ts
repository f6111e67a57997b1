import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clopperPearson, meanInterval, medianInterval, proportionDifference, studentQuantile } from '../src/index.ts';

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

describe('clopperPearson', () => {
  test.each([
    [5, 10, 0.95, 0.187086, 0.812914],
    [0, 10, 0.95, 0, 0.3084971],
    [10, 10, 0.95, 0.6915029, 1],
    [1, 1, 0.95, 0.025, 1],
    [1988, 2000, 0.95, 0.98954269, 0.99689598],
    [12, 2000, 0.95, 0.00310402, 0.01045731],
  ])('%i of %i at %f, as R binom.test gives it', (successes, trials, confidence, low, high) => {
    const proportion = clopperPearson(successes, trials, confidence);
    expect(proportion).toMatchObject({ successes, trials, confidence, value: successes / trials });
    expect(proportion.low).toBeCloseTo(low, 6);
    expect(proportion.high).toBeCloseTo(high, 6);
  });

  test('of none and of all has a closed form', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.double({ min: 0.5, max: 0.999, noNaN: true }), (n, level) => {
        const bound = ((1 - level) / 2) ** (1 / n);
        expect(clopperPearson(0, n, level)).toMatchObject({ low: 0, high: expect.closeTo(1 - bound, 10) });
        expect(clopperPearson(n, n, level)).toMatchObject({ low: expect.closeTo(bound, 10), high: 1 });
      }),
    );
  });

  test('ends where the binomial tails are alpha/2', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 60 }), fc.nat(), (n, draw) => {
        const s = 1 + (draw % (n - 1));
        const { low, high } = clopperPearson(s, n, 0.9);
        expect(upperTail(s, n, low)).toBeCloseTo(0.05, 10);
        expect(1 - upperTail(s + 1, n, high)).toBeCloseTo(0.05, 10);
      }),
    );
  });

  test('covers every true share with at least its confidence', () => {
    const n = 20;
    const intervals = Array.from({ length: n + 1 }, (_, s) => clopperPearson(s, n, 0.9));
    for (let p = 0.01; p < 1; p += 0.01) {
      const covered = intervals.reduce(
        (sum, { low, high }, s) => (low <= p && p <= high ? sum + upperTail(s, n, p) - upperTail(s + 1, n, p) : sum),
        0,
      );
      expect(covered).toBeGreaterThanOrEqual(0.9 - 1e-9);
    }
  });

  test('refuses counts and levels that make no sense', () => {
    expect(() => clopperPearson(0, 0)).toThrow('trials must be an integer >= 1, got 0');
    expect(() => clopperPearson(3, 2)).toThrow('successes must be at most trials = 2, got 3');
    expect(() => clopperPearson(0.5, 2)).toThrow('successes must be an integer >= 0, got 0.5');
    expect(() => clopperPearson(1, 2, 1)).toThrow('confidence must be between 0 and 1');
    expect(() => clopperPearson(1, 2, Number.NaN)).toThrow('got NaN');
  });
});

describe('studentQuantile', () => {
  test.each([
    [1, 12.706],
    [2, 4.303],
    [4, 2.776],
    [9, 2.262],
    [30, 2.042],
    [120, 1.98],
  ])('of order 0.975 with %i degrees of freedom is %f, as tables give it', (degrees, value) => {
    expect(studentQuantile(0.975, degrees)).toBeCloseTo(value, 3);
  });

  test('with 1 degree is a tangent, with 2 algebraic, with many normal', () => {
    for (const p of [0.001, 0.2, 0.5, 0.9, 0.9999]) {
      expect(studentQuantile(p, 1) / Math.tan(Math.PI * (p - 0.5)) || 1).toBeCloseTo(1, 8);
      expect(studentQuantile(p, 2)).toBeCloseTo((2 * p - 1) / Math.sqrt(2 * p * (1 - p)), 8);
    }
    expect(studentQuantile(0.975, 1e8)).toBeCloseTo(1.959964, 5);
  });

  test('is odd about one half and infinite at the ends', () => {
    expect(studentQuantile(0.1, 7)).toBeCloseTo(-studentQuantile(0.9, 7), 12);
    expect([studentQuantile(0, 3), studentQuantile(1, 3)]).toEqual([-Infinity, Infinity]);
    expect(() => studentQuantile(1.2, 3)).toThrow('p must be between 0 and 1, got 1.2');
    expect(() => studentQuantile(0.9, 0)).toThrow('degrees must be finite and > 0, got 0');
  });
});

describe('meanInterval', () => {
  test('of 1..5 by hand: 3 +- 2.776 sqrt(2.5 / 5)', () => {
    const { mean, deviation, low, high, count } = meanInterval([1, 2, 3, 4, 5]);
    expect([count, mean]).toEqual([5, 3]);
    expect(deviation).toBeCloseTo(Math.sqrt(2.5), 12);
    expect(low).toBeCloseTo(3 - 2.776445 * Math.sqrt(0.5), 6);
    expect(high).toBeCloseTo(3 + 2.776445 * Math.sqrt(0.5), 6);
  });

  test('moves and scales with the values', () => {
    const values = fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 2, maxLength: 8 });
    fc.assert(
      fc.property(values, fc.double({ min: 0.1, max: 9, noNaN: true }), (numbers, scale) => {
        const [a, b] = [
          meanInterval(numbers, 0.9),
          meanInterval(
            numbers.map((v) => scale * v + 1),
            0.9,
          ),
        ];
        expect(b.low).toBeCloseTo(scale * a.low + 1, 8);
        expect(b.high).toBeCloseTo(scale * a.high + 1, 8);
      }),
    );
  });

  test('refuses one seed and what is not finite', () => {
    expect(() => meanInterval([0.99])).toThrow('an interval needs at least 2 values (seeds), got 1');
    expect(() => meanInterval([1, Number.NaN])).toThrow('values must be finite, got NaN at entry 1');
  });
});

describe('proportionDifference', () => {
  test('has the ends of the formula, and turns with its arguments', () => {
    const [a, b] = [clopperPearson(5, 10), clopperPearson(2, 10)]; // .187 to .813, .025 to .556
    const { value, low, high } = proportionDifference(a, b);
    expect(value).toBeCloseTo(0.3, 12);
    expect(low).toBeCloseTo(0.3 - Math.sqrt((0.5 - 0.187086) ** 2 + (0.5560955 - 0.2) ** 2), 6);
    expect(high).toBeCloseTo(0.3 + Math.sqrt((0.812914 - 0.5) ** 2 + (0.2 - 0.0252107) ** 2), 6);
    expect(proportionDifference(b, a)).toEqual({ value: -value, low: -high, high: -low });
  });

  test.each([
    [0.02, 0.02],
    [0.5, 0.3],
    [0.9, 0.99],
    [0, 0.1],
  ])('covers the difference of %d and %d, counted over all outcomes', (p, q) => {
    const [n, m] = [40, 60];
    const chance = (s: number, trials: number, share: number) =>
      upperTail(s, trials, share) - upperTail(s + 1, trials, share);
    const chances = (trials: number, share: number) =>
      Array.from({ length: trials + 1 }, (_, s) => chance(s, trials, share));
    const [ofA, ofB] = [chances(n, p), chances(m, q)];
    let covered = 0;
    for (let s = 0; s <= n; s++)
      for (let t = 0; t <= m; t++) {
        const { low, high } = proportionDifference(clopperPearson(s, n), clopperPearson(t, m));
        if (low <= p - q && p - q <= high) covered += ofA[s] * ofB[t];
      }
    expect(covered).toBeGreaterThan(0.95);
  });
});

describe('medianInterval', () => {
  test.each([
    [5, -Infinity, Infinity], // one of five: 2 / 2^5 is too much
    [6, 1, 6],
    [10, 2, 9],
    [16, 4, 13],
    [100, 40, 61],
  ])('of %i draws lies between the %d-th and the %d-th, as the sign test has it', (count, low, high) => {
    const draws = Array.from({ length: count }, (_, at) => ((at * 7) % count) + 1);
    const values = count % 7 === 0 ? draws.map((_, at) => at + 1) : draws;
    expect(medianInterval(values)).toEqual({ count, median: (count + 1) / 2, low, high, confidence: 0.95 });
  });

  test('covers with its confidence and gives nothing away: one rank further in does not', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.constantFrom(0.5, 0.9, 0.95, 0.99), (n, confidence) => {
        const { low, high } = medianInterval(
          Array.from({ length: n }, (_, at) => at + 1),
          confidence,
        );
        const missed = (rank: number) => 2 * upperTail(n - rank + 1, n, 0.5); // fewer than `rank` on one side
        const rank = Number.isFinite(low) ? low : 0;
        if (rank > 0) expect([missed(rank) <= 1 - confidence + 1e-12, high]).toEqual([true, n + 1 - rank]);
        if (2 * (rank + 1) <= n + 1) expect(Math.min(1, missed(rank + 1))).toBeGreaterThan(1 - confidence - 1e-12);
      }),
    );
  });

  test('refuses nothing and NaN', () => {
    expect(() => medianInterval([])).toThrow('values must hold at least one number, got none');
    expect(() => medianInterval([1, Number.NaN])).toThrow('values must be numbers, got NaN');
  });
});
