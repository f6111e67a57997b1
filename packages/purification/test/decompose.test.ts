import { expectNoLeak } from '@advml/testkit';
import { ready, tensor2d } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { decompose, randomCosine, randomCosineQuantile, rowCosines } from '../src/index.ts';
import { dot, gaussian, matrix, orthonormal, reorder, rowsOf, scaleRows, times } from './matrices.ts';

beforeAll(ready);

/** `w = beta w' + v` row by row, with v orthogonal to w' and as large as the ratio says. */
function built(betas: readonly number[], ratios: readonly number[]) {
  const wPrime = gaussian('after', betas.length, 6);
  const noise = rowsOf(gaussian('noise', betas.length, 6));
  const w = matrix(
    ...rowsOf(wPrime).map((after, row) => {
      const along = dot(noise[row], after) / dot(after, after);
      const v = noise[row].map((value, at) => value - along * after[at]);
      const size = (ratios[row] * Math.abs(betas[row]) * Math.sqrt(dot(after, after))) / Math.sqrt(dot(v, v));
      return after.map((value, at) => betas[row] * value + size * v[at]);
    }),
  );
  return { w, wPrime };
}

describe('decompose', () => {
  const betas = [0.4, 1, -2, 0.5, 3, 0.1];
  const ratios = [0.7, 0, 0.5, 2, 0.99, 1.01];

  test('finds the multiple and what is left of constructed weights', () => {
    const { w, wPrime } = built(betas, ratios);
    const { beta, ratio, cosine, alive, share, shareAlive, summary } = decompose(w, wPrime);
    for (const [row, expected] of betas.entries()) {
      expect(beta[row]).toBeCloseTo(expected, 12);
      expect(ratio[row]).toBeCloseTo(ratios[row], 12);
      expect(cosine[row]).toBeCloseTo(Math.sign(expected) / Math.hypot(1, ratios[row]), 12);
    }
    expect(alive).not.toContain(false);
    expect([share, shareAlive]).toEqual([0.5, 0.5]); // 0.7, 0 and 0.99; not -2, whose multiple is negative
    expect(summary.beta.median).toBeCloseTo(0.45, 12);
    expect(summary.ratio).toMatchObject({ count: 6, median: expect.closeTo(0.845, 12) });
  });

  test('tells dead neurons apart', () => {
    const w = matrix([1, 0], [0, 0], [3, 4], [1, 1]);
    const wPrime = matrix([2, 0], [1, 1], [0, 0], [1, -1]);
    const found = decompose(w, wPrime);
    expect(found.alive).toEqual([true, false, false, true]);
    expect([...found.beta]).toEqual([0.5, Number.NaN, Number.NaN, 0]);
    expect([...found.cosine]).toEqual([1, Number.NaN, Number.NaN, 0]);
    expect([...found.ratio]).toEqual([0, Number.NaN, Number.NaN, Infinity]);
    expect([found.share, found.shareAlive]).toEqual([0.25, 0.5]);
    expect(found.summary.cosine).toMatchObject({ count: 2, mean: 0.5 });
  });

  test('knows the larger half, in which small neurons that stay do not count', () => {
    const w = matrix([1, 0], [0.01, 0], [0, 2], [0, 0.01], [0, 0]);
    const wPrime = matrix([0, 3], [0.01, 0], [0, 2], [0, 0.01], [3, 0]);
    const { larger, cosine, share } = decompose(w, wPrime);
    expect(larger).toEqual([0, 2, 4]); // of five rows three
    expect(larger.map((row) => cosine[row])).toEqual([0, 1, Number.NaN]);
    expect(share).toBe(0.6);
    expect(decompose(matrix([1], [1], [1]), matrix([1], [-1], [1])).larger).toEqual([0, 1]); // of equal ones the first
  });

  test('says the same of a ratio below 1 and of a cosine above 1/sqrt 2', () => {
    const { cosine, ratio } = decompose(gaussian('any', 400, 3), gaussian('other', 400, 3));
    for (const [row, value] of cosine.entries()) expect(ratio[row] < 1).toBe(Math.abs(value) > Math.SQRT1_2);
  });

  const row = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 4, maxLength: 4 });
  const pairs = fc
    .array(fc.tuple(row, row), { minLength: 1, maxLength: 6 })
    .filter((rows) => rows.every(([a, b]) => Math.min(dot(a, a), dot(b, b)) > 1e-6 && Math.abs(dot(a, b)) > 1e-3));

  test('follows scale and rotation, and forgets the order of neurons', () => {
    const turn = orthonormal('turn', 4);
    fc.assert(
      fc.property(pairs, fc.double({ min: 0.1, max: 10, noNaN: true }), (rows, scale) => {
        const [w, wPrime] = [matrix(...rows.map(([a]) => a)), matrix(...rows.map(([, b]) => b))];
        const plain = decompose(w, wPrime);
        const scaled = decompose(
          w,
          scaleRows(
            wPrime,
            rows.map(() => scale),
          ),
        );
        const turned = decompose(times(w, turn), times(wPrime, turn));
        const order = rows.map((_, at) => rows.length - 1 - at);
        const reversed = decompose(reorder(w, order), reorder(wPrime, order));
        for (const at of rows.keys()) {
          expect(scaled.beta[at] * scale).toBeCloseTo(plain.beta[at], 8);
          expect(scaled.cosine[at]).toBeCloseTo(plain.cosine[at], 8);
          expect(turned.cosine[at]).toBeCloseTo(plain.cosine[at], 8);
          expect(turned.beta[at] / plain.beta[at]).toBeCloseTo(1, 6);
          expect(reversed.beta[at]).toBe(plain.beta[order[at]]);
        }
        expect(reversed.share).toBe(plain.share);
        expect(reversed.summary.beta.median).toBe(plain.summary.beta.median);
      }),
    );
  });

  test('takes tensors, leaves them alone and leaves none behind', async () => {
    const { w, wPrime } = built(betas, ratios);
    const [a, b] = [tensor2d(rowsOf(w)), tensor2d(rowsOf(wPrime))];
    await expectNoLeak(() => decompose(a, b));
    expect(decompose(a, b).beta).toSatisfy((beta: Float64Array) =>
      beta.every((value, at) => Math.abs(value - betas[at]) < 1e-5),
    );
    a.dispose();
    b.dispose();
  });

  test('refuses what does not fit', () => {
    expect(() => decompose(matrix([1, 2]), matrix([1, 2, 3]))).toThrow(
      'w and wPrime must have one shape, got [1,2] and [1,3]',
    );
    expect(() => decompose(matrix([1, Number.NaN]), matrix([1, 2]))).toThrow(
      'w must be finite, got NaN at row 0, column 1',
    );
    expect(() => decompose({ shape: [2, 2], data: [1, 2, 3] }, matrix([1]))).toThrow(
      'w must have 4 entries for shape [2,2], got 3',
    );
    expect(() => decompose({ shape: [4], data: [1, 2, 3, 4] }, matrix([1]))).toThrow('w must be a matrix');
  });
});

describe('rowCosines', () => {
  test('by hand', () => {
    const { cosine, alive, size } = rowCosines(matrix([3, 4], [1, 0], [0, 0]), matrix([4, 3], [-2, 0], [1, 1]));
    expect([...cosine]).toEqual([0.96, -1, Number.NaN]);
    expect(alive).toEqual([true, true, false]);
    expect(size).toMatchObject({ count: 2, mean: 0.98, max: 1 });
  });

  test('of random rows are what randomCosine says, mean and largest', () => {
    const [rows, columns, rounds] = [300, 24, 8];
    const sizes = Array.from(
      { length: rounds },
      (_, round) => rowCosines(gaussian(`a${round}`, rows, columns), gaussian(`b${round}`, rows, columns)).size,
    );
    const { mean, max } = randomCosine(columns, rows);
    const average = (name: 'mean' | 'max') => sizes.reduce((sum, size) => sum + size[name], 0) / rounds;
    const deviation = Math.sqrt(1 / columns - mean ** 2); // of one |cos|
    expect(Math.abs(average('mean') - mean)).toBeLessThan((4 * deviation) / Math.sqrt(rows * rounds));
    expect(Math.abs(average('max') - max)).toBeLessThan(0.06);
    expect(max).toBeGreaterThan(2.5 * mean);
  });
});

describe('randomCosine', () => {
  test('has closed forms: 2/pi in the plane, 1/2 in space, near sqrt(2 / (pi d)) beyond', () => {
    expect(randomCosine(2).mean).toBeCloseTo(2 / Math.PI, 14);
    expect(randomCosine(3).mean).toBe(0.5);
    expect(randomCosine(4).mean).toBeCloseTo(4 / (3 * Math.PI), 14);
    expect(randomCosine(5).mean).toBeCloseTo(3 / 8, 14);
    expect(randomCosine(1536).mean / Math.sqrt(2 / (Math.PI * 1536))).toBeCloseTo(1, 3);
  });

  test('has closed forms for the largest: m/(m + 1) in space, where |cos| is uniform', () => {
    for (const pairs of [1, 2, 9, 99]) expect(randomCosine(3, pairs).max).toBeCloseTo(pairs / (pairs + 1), 5);
    expect(randomCosine(2, 3).max).toBeCloseTo((24 * (Math.PI - 2)) / Math.PI ** 3, 5); // E sin of the largest of 3 angles
  });

  test('is its own mean for one pair, and follows the extremes of a normal sample for many', () => {
    for (const dimension of [2, 7, 64, 1536]) {
      const { mean, max } = randomCosine(dimension);
      expect(max / mean).toBeCloseTo(1, 5);
    }
    // the largest |g| of 1000 standard normal numbers is 3.435 on average
    expect(randomCosine(1e6, 1000).max * 1e3).toBeCloseTo(3.435, 2);
  });

  test('refuses one dimension and no pairs', () => {
    expect(() => randomCosine(1)).toThrow('dimension must be an integer >= 2, got 1');
    expect(() => randomCosine(8, 0)).toThrow('pairs must be an integer >= 1, got 0');
  });
});

describe('randomCosineQuantile', () => {
  test('has closed forms: q^(1/m) in space, the sine of such a share of a right angle in the plane', () => {
    for (const [pairs, chance] of [
      [1, 0.5],
      [7, 0.95],
      [1536, 0.999],
    ]) {
      const share = chance ** (1 / pairs);
      expect(randomCosineQuantile(3, pairs, chance)).toBeCloseTo(share, 12);
      expect(randomCosineQuantile(2, pairs, chance)).toBeCloseTo(Math.sin((share * Math.PI) / 2), 12);
      expect(
        (3 * randomCosineQuantile(5, pairs, chance) - randomCosineQuantile(5, pairs, chance) ** 3) / 2,
      ).toBeCloseTo(
        share, // P(|cos| <= c) in five dimensions
        12,
      );
    }
  });

  test('is that of a normal sample in high dimension', () => {
    // P(|g| <= 4.9709) = .999^(1/1536)
    expect(randomCosineQuantile(1e6, 1536, 0.999) * 1e3).toBeCloseTo(4.9709, 2);
  });

  test('is exceeded by the largest of random cosines as often as it says', () => {
    const [rounds, pairs, columns] = [400, 12, 6];
    const bar = randomCosineQuantile(columns, pairs, 0.8);
    const above = Array.from({ length: rounds }, (_, round) =>
      rowCosines(gaussian(`a${round}`, pairs, columns), gaussian(`b${round}`, pairs, columns)),
    ).filter(({ size }) => size.max > bar).length;
    expect(Math.abs(above / rounds - 0.2)).toBeLessThan(4 * Math.sqrt((0.2 * 0.8) / rounds));
  });

  test('refuses a chance of 0 or 1', () => {
    for (const chance of [0, 1, Number.NaN])
      expect(() => randomCosineQuantile(8, 3, chance)).toThrow(`chance must be between 0 and 1, got ${chance}`);
  });
});
