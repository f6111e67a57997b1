import { key } from '@advml/core';
import { describe, expect, it } from 'vitest';
import { orthonormalRows } from '../src/orthonormal-rows.ts';

/** Largest entry of `Q Q^T - I`. */
function defect(rows: Float32Array, count: number, width: number): number {
  let largest = 0;
  for (let i = 0; i < count; i++) {
    for (let j = 0; j <= i; j++) {
      let product = 0;
      for (let c = 0; c < width; c++) product += rows[i * width + c] * rows[j * width + c];
      largest = Math.max(largest, Math.abs(product - (i === j ? 1 : 0)));
    }
  }
  return largest;
}

const determinant3 = ([a, b, c, d, e, f, g, h, i]: Float32Array) =>
  a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);

describe('orthonormalRows', () => {
  it.each([
    [1, 1],
    [2, 2],
    [3, 7],
    [4, 4],
    [5, 5],
    [8, 8],
    [9, 30],
    [131, 131],
  ])('gives %i orthonormal rows of %i numbers', (count, width) => {
    const rows = orthonormalRows(key('rows', count), count, width);
    expect(rows).toHaveLength(count * width);
    expect(defect(rows, count, width)).toBeLessThan(2e-7);
  });

  it('gives rows that agree whatever their number', () => {
    const whole = orthonormalRows(key('rows', 0), 11, 11);
    const some = orthonormalRows(key('rows', 0), 6, 11);
    for (const [at, entry] of some.entries()) expect(entry).toBeCloseTo(whole[at], 6);
  });

  // Haar measure on O(n): E tr = 0, E tr^2 = 1, E tr^4 = 3 (n >= 2), E q^2 = 1/n, E q^4 = 3/(n(n+2)), determinants +-1 alike.
  it('is uniform over the orthogonal group', () => {
    const draws = Array.from({ length: 20_000 }, (_, at) => orthonormalRows(key('haar', at), 3, 3));
    const mean = (f: (q: Float32Array) => number) => draws.reduce((sum, q) => sum + f(q), 0) / draws.length;
    const trace = (q: Float32Array) => q[0] + q[4] + q[8];
    expect(mean(trace)).toBeCloseTo(0, 1);
    expect(Math.abs(mean(trace))).toBeLessThan(0.03);
    expect(Math.abs(mean((q) => trace(q) ** 2) - 1)).toBeLessThan(0.04);
    expect(Math.abs(mean((q) => trace(q) ** 4) - 3)).toBeLessThan(0.3);
    expect(Math.abs(mean(determinant3))).toBeLessThan(0.03);
    for (let at = 0; at < 9; at++) {
      expect(Math.abs(mean((q) => q[at]))).toBeLessThan(0.02);
      expect(Math.abs(mean((q) => q[at] ** 2) - 1 / 3)).toBeLessThan(0.01);
      expect(Math.abs(mean((q) => q[at] ** 4) - 1 / 5)).toBeLessThan(0.01);
    }
  });
});
