import { InputError, key, outputMargins } from '@advml/core';
import { expectNoLeak, numbersOf } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { type GaussianMixtureOptions, gaussianMixture } from '../src/index.ts';

beforeAll(async () => {
  await useWasm();
});

const model = (changes: Partial<GaussianMixtureOptions> = {}) =>
  gaussianMixture({ dimension: 6, separation: 3, deviation: 1.2, key: key('data', 0), ...changes });

/** Normal distribution function by Simpson's rule. */
function phi(t: number): number {
  const steps = 2000;
  const f = (s: number) => Math.exp((-s * s) / 2) / Math.sqrt(2 * Math.PI);
  let sum = f(0) + f(t);
  for (let at = 1; at < steps; at++) sum += (at % 2 ? 4 : 2) * f((at * t) / steps);
  return 0.5 + (sum * t) / steps / 3;
}

const distance = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.hypot(...Array.from(a, (value, at) => value - b[at]));

describe('gaussianMixture', () => {
  it.each([
    [2, 1],
    [2, 6],
    [3, 2],
    [5, 4],
    [5, 40],
  ])('has %i means at the stated distance around zero in %i dimensions', (classes, dimension) => {
    const { means } = model({ classes, dimension, labels: 'classes' });
    const rows = Array.from({ length: classes }, (_, own) => means.subarray(own * dimension, (own + 1) * dimension));
    for (let a = 0; a < classes; a++) for (let b = 0; b < a; b++) expect(distance(rows[a], rows[b])).toBeCloseTo(3, 5);
    for (let c = 0; c < dimension; c++) expect(rows.reduce((sum, row) => sum + row[c], 0)).toBeCloseTo(0, 5);
  });

  it('draws each class as often, around its mean, with the stated deviation', () => {
    const own = model({ classes: 3 });
    const { x, y } = own.batch(key('draw', 0), 6000);
    const labels = numbersOf(y);
    expect(y.dtype).toBe('int32');
    for (const label of [0, 1, 2]) {
      const rows = (x as Tensor2D).arraySync().filter((_, at) => labels[at] === label);
      expect(Math.abs(rows.length - 2000)).toBeLessThan(4 * Math.sqrt((6000 * 2) / 9));
      const residuals = rows.flatMap((row) => row.map((value, c) => (value - own.means[label * 6 + c]) / 1.2));
      const mean = residuals.reduce((a, b) => a + b) / residuals.length;
      const square = residuals.reduce((a, b) => a + b * b, 0) / residuals.length;
      expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(residuals.length));
      expect(Math.abs(square - 1)).toBeLessThan(4 * Math.sqrt(2 / residuals.length));
    }
  });

  it('knows the log-odds', () => {
    const [two, three] = [model(), model({ classes: 3 })];
    const { x } = two.batch(key('odds', 0), 5);
    const logDensity = (row: number[], mean: Float32Array) => -(distance(row, mean) ** 2) / (2 * 1.2 ** 2);
    for (const [at, row] of (x as Tensor2D).arraySync().entries()) {
      const [minus, plus] = [0, 1].map((own) => logDensity(row, two.means.subarray(own * 6, own * 6 + 6)));
      expect(numbersOf(two.bayes(x))[at]).toBeCloseTo(plus - minus, 4);
      const logits = (three.bayes(x) as Tensor2D).arraySync()[at];
      const exact = [0, 1, 2].map((own) => logDensity(row, three.means.subarray(own * 6, own * 6 + 6)));
      expect(logits[1] - logits[0]).toBeCloseTo(exact[1] - exact[0], 4);
      expect(logits[2] - logits[0]).toBeCloseTo(exact[2] - exact[0], 4);
    }
  });

  it.each([0, 0.4, 1.1])('has the robust accuracy of the closed form at radius %f', (eps) => {
    const own = model();
    const { x, y } = own.batch(key('robust', 0), 20_000);
    // The score is (s / deviation^2) <unit direction, x>: its worst case within eps is lower by eps s / deviation^2.
    const lost = (eps * 3) / 1.2 ** 2;
    const robust = outputMargins(own.bayes(x), y).filter((margin) => margin > lost).length / 20_000;
    const expected = phi((1.5 - eps) / 1.2);
    expect(Math.abs(robust - expected)).toBeLessThan(4 * Math.sqrt((expected * (1 - expected)) / 20_000));
  });

  it('gives an example the same bits in every batch, labels as asked, and keeps no tensor', async () => {
    const own = model({ labels: 'classes' });
    const rows = (own.batch(key('same', 0), 4).x as Tensor2D).arraySync();
    expect(own.batch(key('same', 0), [3]).x).toHaveSameBits(rows[3]);
    expect(own.bayes(own.batch(key('same', 0), 4).x).shape).toEqual([4, 2]);
    expect(new Set(numbersOf(model().batch(key('same', 0), 50).y))).toEqual(new Set([-1, 1]));
    await expectNoLeak(() => {
      const { x, y } = model().batch(key('leak', 0), 3);
      for (const made of [x, y, model().bayes(x)]) made.dispose();
    });
  });

  it.each<[Partial<GaussianMixtureOptions>, RegExp]>([
    [{ dimension: 0 }, /dimension must be an integer >= 1/],
    [{ separation: 0 }, /separation must be finite and > 0/],
    [{ deviation: -1 }, /deviation must be finite and > 0 \(input units\), got -1/],
    [{ classes: 1 }, /classes must be an integer >= 2, got 1/],
    [{ classes: 8 }, /classes must be at most dimension \+ 1 = 7, got 8/],
    [{ classes: 3, labels: 'signs' }, /labels 'signs' are for two classes, got 3/],
    [{ labels: 'names' as 'signs' }, /labels must be 'signs' or 'classes', got names/],
  ])('refuses %o', (changes, message) => {
    expect(() => model(changes)).toThrow(InputError);
    expect(() => model(changes)).toThrow(message);
  });
});
