import { key } from '@advml/core';
import { expectNoLeak } from '@advml/testkit';
import { ready, tensor2d } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { coefficients, featureMass, type Matrix, randomCosine } from '../src/index.ts';
import { dot, gaussian, matrix, orthonormal, reorder, rowOf, rowsOf, scaleRows, times } from './matrices.ts';

beforeAll(ready);

describe('coefficients', () => {
  test('give back the weights: w = sum_j alpha_j M_j', () => {
    const dictionary = orthonormal('dictionary', 8);
    const w = gaussian('weights', 5, 8);
    const alpha = coefficients(w, dictionary);
    expect(alpha.shape).toEqual([5, 8]);
    const columns = matrix(...rowsOf(dictionary)[0].map((_, j) => rowsOf(dictionary).map((atom) => atom[j])));
    const again = times(alpha, columns);
    for (const [at, value] of Array.from(w.data).entries()) expect(again.data[at]).toBeCloseTo(value, 5);
  });

  test('are inner products, for more features than inputs too', () => {
    const alpha = coefficients(matrix([1, 2], [0, -1]), matrix([1, 0], [0, 1], [1, 1]));
    expect(Array.from(alpha.data)).toEqual([1, 2, 3, 0, -1, -1]);
  });

  test('take tensors, leave them alone and leave none behind', async () => {
    const [w, dictionary] = [
      tensor2d([[1, 2]]),
      tensor2d([
        [0, 1],
        [1, 0],
      ]),
    ];
    await expectNoLeak(() => coefficients(w, dictionary));
    expect(Array.from(coefficients(w, dictionary).data)).toEqual([2, 1]);
    w.dispose();
    dictionary.dispose();
  });

  test('refuse other numbers of inputs', () => {
    expect(() => coefficients(matrix([1, 2]), matrix([1, 2, 3]))).toThrow(
      'weight and dictionary must have one number of inputs, got [1,2] and [1,3]',
    );
  });
});

describe('featureMass', () => {
  const D = 100;
  const wStar = Array.from(key('votes').signs(D));
  /** `features` of size 1 plus a mixture of the given size, as coefficients. */
  const neuron = (features: Record<number, number>, mixture: number) =>
    wStar.map((sign, j) => (features[j] ?? 0) + (mixture * sign) / Math.sqrt(D));

  test('of features plus a mixture is known in closed form', () => {
    const [a, b, mixture] = [0.9, -0.5, 0.3];
    const row = neuron({ 7: a, 40: b }, mixture);
    const found = featureMass(matrix(row), wStar);
    const along = mixture + (a * wStar[7] + b * wStar[40]) / Math.sqrt(D);
    const square = dot(row, row);
    expect(found.mixture[0]).toBeCloseTo(along ** 2 / square, 12);
    expect(found.mixtureCosine[0]).toBeCloseTo(Math.abs(along) / Math.sqrt(square), 12);
    const residual = row.map((value, j) => value - (along * wStar[j]) / Math.sqrt(D));
    expect(found.top[0]).toBeCloseTo((residual[7] ** 2 + residual[40] ** 2) / square, 12);
    expect([found.features[0], found.topFeature[0], found.alive[0]]).toEqual([2, 7, true]);
    expect(found.topCosine[0]).toBeCloseTo(Math.abs(row[7]) / Math.sqrt(square), 12);
  });

  test('of a pure feature and of a pure mixture', () => {
    const { mixture, top, rest, features } = featureMass(matrix(neuron({ 3: 1 }, 0), neuron({}, 2)), wStar);
    expect(mixture[0]).toBeCloseTo(1 / D, 12);
    expect(top[0]).toBeCloseTo((1 - 1 / D) ** 2, 12);
    expect(rest[0]).toBeCloseTo((D - 1) / D ** 2, 12);
    expect(mixture[1]).toBeCloseTo(1, 12);
    expect([...features]).toEqual([1, D]);
  });

  test('counts as carried what reaches the share of the largest, either sign', () => {
    const alpha = matrix([1, -0.4, 0.39, 0, 0.8]);
    expect(featureMass(alpha, [1, 1, 1, 1, 1]).features[0]).toBe(3);
    expect(featureMass(alpha, [1, 1, 1, 1, 1], { share: 0.9 }).features[0]).toBe(1);
    expect(featureMass(alpha, [1, 1, 1, 1, 1], { share: 0 }).features[0]).toBe(5);
  });

  test('counts as many features as it is told to, the largest ones', () => {
    const rows = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 5, maxLength: 5 });
    const votes = [1, -1, 2, 1, 1];
    const size = Math.sqrt(dot(votes, votes));
    fc.assert(
      fc.property(
        rows.filter((row) => row.some((value) => value !== 0)),
        fc.integer({ min: 0, max: 5 }),
        (row, count) => {
          const { top, rest, features } = featureMass(matrix(row, [1, 0, 0, 0, 0]), votes, { counts: [count, 1] });
          const along = dot(row, votes) / size;
          const largest = row.map((_, j) => j).toSorted((a, b) => Math.abs(row[b]) - Math.abs(row[a])); // stable
          const mass = (at: readonly number[]) =>
            at.reduce((sum, j) => sum + (row[j] - (along * votes[j]) / size) ** 2, 0) / dot(row, row);
          expect(top[0]).toBeCloseTo(mass(largest.slice(0, count)), 12);
          expect(rest[0]).toBeCloseTo(mass(largest.slice(count)), 12);
          expect([...features]).toEqual([count, 1]);
        },
      ),
    );
  });

  test('refuses counts of other neurons and of more features than there are', () => {
    const counted = (...counts: number[]) => featureMass(matrix([1, 2], [3, 4]), [1, 1], { counts });
    expect(() => counted(1)).toThrow('counts must be 2, one a neuron, got 1');
    expect(() => counted(1, 3)).toThrow('each of counts must be at most the 2 features, got 3');
    expect(() => counted(1, -1)).toThrow('each of counts must be an integer >= 0, got -1');
  });

  test.each([[[0, 0]], [[1e-170, 0]]])('leaves neurons whose square is zero out of its summaries: %s', (row) => {
    const found = featureMass(matrix(row, [1, 0]), [1, 1]);
    expect(found.alive).toEqual([false, true]);
    expect([...found.mixture].map((value) => Number.isNaN(value))).toEqual([true, false]);
    expect([found.topFeature[0], found.features[0]]).toEqual([-1, 0]);
    expect(found.summary.mixture).toMatchObject({ count: 1, mean: expect.closeTo(0.5, 12) });
  });

  test('of random neurons shows the cosine of random vectors', () => {
    const { summary } = featureMass(gaussian('neurons', 2000, D), wStar);
    const { mean } = randomCosine(D);
    const error = Math.sqrt((1 / D - mean ** 2) / 2000);
    expect(Math.abs(summary.mixtureCosine.mean - mean)).toBeLessThan(4 * error);
    expect(summary.mixture.mean).toBeCloseTo(1 / D, 2);
  });

  const alphas = fc
    .array(fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 6, maxLength: 6 }), {
      minLength: 1,
      maxLength: 5,
    })
    .filter((rows) => rows.every((row) => dot(row, row) > 1e-3));
  const votes = [1, -1, 1, 2, -0.5, 1];

  test('sums to 1, follows no scale and no order, and no rotation of inputs', () => {
    const turn = orthonormal('dictionary', 6);
    const same = (a: Float64Array, b: Float64Array, digits = 9) => {
      for (const [at, value] of a.entries()) expect(b[at]).toBeCloseTo(value, digits);
    };
    fc.assert(
      fc.property(alphas, (rows) => {
        const alpha: Matrix = matrix(...rows);
        const plain = featureMass(alpha, votes);
        same(
          plain.mixture.map((mass, at) => mass + plain.top[at] + plain.rest[at]),
          new Float64Array(rows.length).fill(1),
        );
        const scaled = featureMass(
          scaleRows(
            alpha,
            rows.map((_, at) => (at % 2 ? 4 : -0.5)),
          ),
          votes.map((vote) => 2 * vote),
        );
        same(plain.mixture, scaled.mixture);
        same(plain.top, scaled.top);
        expect(scaled.features).toEqual(plain.features);
        const order = rows.map((_, at) => rows.length - 1 - at);
        const reversed = featureMass(reorder(alpha, order), votes);
        same(
          reversed.rest,
          Float64Array.from(order, (at) => plain.rest[at]),
          15,
        );
        // weights over another orthonormal dictionary: w = alpha M has the coefficients alpha
        const columns = matrix(...rowOf(turn, 0).map((_, j) => rowsOf(turn).map((atom) => atom[j])));
        same(featureMass(coefficients(times(alpha, columns), turn), votes).mixture, plain.mixture, 4);
      }),
      { numRuns: 50 },
    );
  });

  test('refuses a mixture without direction or of another length', () => {
    expect(() => featureMass(matrix([1, 2]), [0, 0])).toThrow('wStar must not be zero');
    expect(() => featureMass(matrix([1, 2]), [1])).toThrow('wStar must have 2 entries, got 1');
    expect(() => featureMass(matrix([1, 2]), [1, 1], { share: 2 })).toThrow('share must be between 0 and 1, got 2');
  });
});
