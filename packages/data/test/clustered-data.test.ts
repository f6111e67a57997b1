import { InputError, key, outputMargins } from '@advml/core';
import { expectNoLeak, numbersOf } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ClusteredDataOptions, clusteredData } from '../src/index.ts';

beforeAll(async () => {
  await useWasm();
});

const model = (changes: Partial<ClusteredDataOptions> = {}) =>
  clusteredData({ dimension: 16, clusters: 5, deviation: 0.5, key: key('data', 0), ...changes });

const rowOf = (rows: ArrayLike<number>, row: number, width: number) =>
  Array.from({ length: width }, (_, c) => rows[row * width + c]);
const product = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, c) => sum + value * b[c], 0);

describe('clusteredData', () => {
  it('has means of length sqrt(d) at right angles, and random ones at nearly right angles', () => {
    const exact = model();
    const random = model({ dimension: 400, clusters: 6, means: 'random' });
    for (const { means, dimension, clusters } of [exact, random])
      for (let a = 0; a < clusters; a++)
        for (let b = 0; b <= a; b++) {
          const cosine = product(rowOf(means, a, dimension), rowOf(means, b, dimension)) / dimension;
          if (a === b) expect(cosine).toBeCloseTo(1, 5);
          else if (dimension === 16) expect(cosine).toBeCloseTo(0, 5);
          else expect(Math.abs(cosine)).toBeLessThan(4 / Math.sqrt(400));
        }
  });

  it('has one direction against all examples', () => {
    const { direction, means, signs } = model();
    expect([...signs]).toEqual([1, -1, 1, -1, 1]);
    expect(Math.hypot(...direction)).toBeCloseTo(1, 5);
    // With right angles each mean has the same share of it: sqrt(d / k) of its length sqrt(d).
    for (const [at, sign] of signs.entries())
      expect(product(rowOf(means, at, 16), [...direction])).toBeCloseTo(sign * Math.sqrt(16 / 5), 4);
  });

  it('draws each cluster as often, around its mean, with its label and the stated deviation', () => {
    const own = model();
    const { x, y, clusters } = own.batch(key('draw', 0), 2000);
    expect(numbersOf(y)).toEqual(clusters.map((at) => own.signs[at]));
    for (const at of [0, 1, 2, 3, 4])
      expect(Math.abs(clusters.filter((one) => one === at).length - 400)).toBeLessThan(4 * Math.sqrt(2000 * 0.16));
    const residuals = (x as Tensor2D)
      .arraySync()
      .flatMap((row, at) => row.map((value, c) => (value - own.means[clusters[at] * 16 + c]) / 0.5));
    const mean = residuals.reduce((a, b) => a + b) / residuals.length;
    const square = residuals.reduce((a, b) => a + b * b, 0) / residuals.length;
    expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(residuals.length));
    expect(Math.abs(square - 1)).toBeLessThan(4 * Math.sqrt(2 / residuals.length));
  });

  it('knows the log-odds', () => {
    const own = model({ deviation: 2 });
    const { x } = own.batch(key('odds', 0), 6);
    for (const [at, row] of (x as Tensor2D).arraySync().entries()) {
      const weight = (sign: number) =>
        [0, 1, 2, 3, 4]
          .filter((cluster) => own.signs[cluster] === sign)
          .reduce((sum, cluster) => {
            const square = rowOf(own.means, cluster, 16).reduce((s, entry, c) => s + (row[c] - entry) ** 2, 0);
            return sum + Math.exp(-square / 8);
          }, 0);
      expect(numbersOf(own.bayes(x))[at]).toBeCloseTo(Math.log(weight(1) / weight(-1)), 3);
    }
  });

  it('is told as well as two Gaussians at their distance', () => {
    const own = model({ dimension: 2, clusters: 2, deviation: 1 });
    const { x, y } = own.batch(key('bayes', 0), 4_000);
    const share = outputMargins(own.bayes(x), y).filter((margin) => margin > 0).length / 4_000;
    // The means are sqrt(2 d) = 2 apart: the normal distribution function at 1.
    expect(Math.abs(share - 0.8413447)).toBeLessThan(4 * Math.sqrt((0.8413 * 0.1587) / 4_000));
  });

  it('gives an example the same bits in every batch, and keeps no tensor', async () => {
    const rows = (model().batch(key('same', 0), 4).x as Tensor2D).arraySync();
    expect(model().batch(key('same', 0), [3]).x).toHaveSameBits(rows[3]);
    await expectNoLeak(() => {
      const { x, y } = model().batch(key('leak', 0), 3);
      for (const made of [x, y, model().bayes(x)]) made.dispose();
    });
  });

  it.each<[Partial<ClusteredDataOptions>, RegExp]>([
    [{ dimension: 0 }, /dimension must be an integer >= 1/],
    [{ clusters: 1 }, /clusters must be an integer >= 2, got 1/],
    [{ clusters: 17 }, /clusters at right angles must be at most 16, the dimension, got 17/],
    [{ deviation: 0 }, /deviation must be finite and > 0 \(input units\), got 0/],
    [{ means: 'skew' as 'random' }, /means must be 'orthogonal' or 'random', got skew/],
  ])('refuses %o', (changes, message) => {
    expect(() => model(changes)).toThrow(InputError);
    expect(() => model(changes)).toThrow(message);
  });

  it('refuses means that cancel, as those of a line may', () => {
    const made = Array.from({ length: 12 }, (_, seed) => {
      try {
        const { direction } = model({ dimension: 1, clusters: 2, means: 'random', key: key('line', seed) });
        return Math.abs(direction[0]);
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
        return (error as Error).message;
      }
    });
    expect(new Set(made)).toEqual(new Set([1, expect.stringMatching(/must not cancel/)]));
  });
});
