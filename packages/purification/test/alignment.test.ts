import { key } from '@advml/core';
import { ready, tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, test } from 'vitest';
import { alignment, randomCosine } from '../src/index.ts';
import { gaussian, matrix, orthonormal, scaleRows, times } from './matrices.ts';

beforeAll(ready);

describe('alignment', () => {
  test('by hand', () => {
    const delta = matrix([-1, 0], [1, 0], [1, 0], [3, -4], [0, 0]);
    const { cosine, excluded, summary } = alignment(delta, [1, 1, -1, 1, -1], [2, 0]);
    expect([...cosine]).toEqual([1, -1, 1, -0.6, Number.NaN]);
    expect(excluded).toBe(1);
    expect(summary).toMatchObject({ count: 4, mean: expect.closeTo(0.1, 12), min: -1, max: 1 });
  });

  test('is 1 for the attack that follows the direction, whatever its sizes and labels', () => {
    const direction = Array.from(key('direction').normal(12));
    const labels = Array.from(key('labels').signs(20));
    const delta = matrix(...labels.map((label, at) => direction.map((value) => -label * (0.01 + at) * value)));
    for (const value of alignment(delta, labels, direction).cosine) expect(value).toBeCloseTo(1, 12);
  });

  test('of random perturbations is as large as random cosines are', () => {
    const [rows, columns] = [2000, 50];
    const labels = key('random labels').signs(rows);
    const { cosine } = alignment(gaussian('delta', rows, columns), labels, key('u').normal(columns));
    const { mean } = randomCosine(columns);
    const average = cosine.reduce((sum, value) => sum + Math.abs(value), 0) / rows;
    expect(Math.abs(average - mean)).toBeLessThan(4 * Math.sqrt((1 / columns - mean ** 2) / rows));
    expect(Math.abs(cosine.reduce((sum, value) => sum + value, 0) / rows)).toBeLessThan(4 / Math.sqrt(columns * rows));
  });

  test('follows no scale and no rotation', () => {
    const [delta, labels, u] = [gaussian('delta', 9, 6), key('l').signs(9), gaussian('u', 1, 6)];
    const turn = orthonormal('turn', 6);
    const plain = alignment(delta, labels, u.data).cosine;
    const turned = alignment(times(delta, turn), labels, times(u, turn).data).cosine;
    const scaled = alignment(
      scaleRows(
        delta,
        Array.from(labels, (_, at) => at + 0.5),
      ),
      labels,
      u.data,
    ).cosine;
    for (const [at, value] of plain.entries()) {
      expect(turned[at]).toBeCloseTo(value, 12);
      expect(scaled[at]).toBeCloseTo(value, 12);
    }
  });

  test('excludes what is too small to have a direction, and says so', () => {
    const delta = matrix([1e-7, 0], [0.1, 0], [0.3, 0.4]);
    expect(alignment(delta, [1, 1, 1], [1, 0]).excluded).toBe(1);
    expect(alignment(delta, [1, 1, 1], [1, 0], { least: 0.2 }).excluded).toBe(2);
    expect(alignment(matrix([0, 0]), [1], [1, 0])).toMatchObject({ excluded: 1, summary: { count: 0 } });
  });

  test('takes tensors', () => {
    const [delta, y, u] = [tensor2d([[0, -2]]), tensor1d([1]), tensor1d([0, 1])];
    expect([...alignment(delta, y, u).cosine]).toEqual([1]);
    for (const tensor of [delta, y, u]) tensor.dispose();
  });

  test('refuses what does not fit', () => {
    expect(() => alignment(matrix([1, 2]), [0], [1, 1])).toThrow('y must be -1 or +1, got 0');
    expect(() => alignment(matrix([1, 2]), [1, 1], [1, 1])).toThrow('y must have 1 entries, got 2');
    expect(() => alignment(matrix([1, 2]), [1], [0, 0])).toThrow('direction must not be zero');
    expect(() => alignment(matrix([1, 2]), [1], [1, Number.NaN])).toThrow(
      'direction must be finite, got NaN at entry 1',
    );
    expect(() => alignment(matrix([1, 2]), [1], [1, 1], { least: -1 })).toThrow('least must be finite and >= 0');
  });
});
