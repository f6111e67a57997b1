import { ready } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { lottery } from '../src/index.ts';
import { gaussian, matrix, reorder, rowsOf, scaleRows } from './matrices.ts';

beforeAll(ready);

/** The definition, neuron against neuron. */
function bruteForce(start: number[][], end: number[][], share: number) {
  const rank = (i: number, j: number) => {
    const sign = Math.sign(end[i][j]);
    const others = start.filter((_, l) => l !== i).map((row) => sign * row[j]);
    const own = sign * start[i][j];
    const behind = others.filter((value) => value < own).length + others.filter((value) => value === own).length / 2;
    return behind / others.length;
  };
  return end.map((row, i) => {
    const largest = Math.max(...row.map(Math.abs));
    const carried = row.flatMap((value, j) => (Math.abs(value) >= share * largest ? [rank(i, j)] : []));
    const top = rank(
      i,
      row.findIndex((value) => Math.abs(value) === largest),
    );
    return { top, carried: carried.reduce((sum, value) => sum + value, 0) / carried.length };
  });
}

describe('lottery', () => {
  test('is 1 for those who started first and 0 for those who started last, by the sign they carry', () => {
    const start = matrix([3, -3], [1, 2], [2, 1]);
    const end = matrix([1, 0], [1, 0], [0, -1]); // ahead; behind; in the middle
    expect([...lottery(start, end).top]).toEqual([1, 0, 0.5]);
    const other = matrix([-1, 0], [-1, 0], [0, 1]);
    expect([...lottery(start, other).top]).toEqual([0, 1, 0.5]);
  });

  test('averages over all that a neuron carries', () => {
    const { top, carried } = lottery(matrix([3, -3, 0], [1, 2, 1]), matrix([1, 0.5, 0.3], [0.3, 0.5, 1]));
    expect([...top]).toEqual([1, 1]);
    expect([...carried]).toEqual([0.5, 1]);
  });

  test('counts ties half', () => {
    const { top } = lottery(matrix([1], [1], [1], [0]), matrix([1], [-1], [1], [1]));
    for (const [at, share] of [2 / 3, 1 / 3, 2 / 3, 0].entries()) expect(top[at]).toBeCloseTo(share, 14);
  });

  const values = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 4, maxLength: 4 });
  const nonzero = values.filter((row) => row.some((value) => value !== 0));
  const pairs = fc.array(fc.tuple(values, nonzero), { minLength: 2, maxLength: 9 });

  test('is what neuron-against-neuron comparison gives', () => {
    fc.assert(
      fc.property(pairs, fc.double({ min: 0.1, max: 1, noNaN: true }), (rows, share) => {
        const [start, end] = [rows.map(([row]) => row), rows.map(([, row]) => row)];
        const { top, carried } = lottery(matrix(...start), matrix(...end), { share });
        for (const [i, expected] of bruteForce(start, end, share).entries()) {
          expect(top[i]).toBeCloseTo(expected.top, 12);
          expect(carried[i]).toBeCloseTo(expected.carried, 12);
        }
      }),
    );
  });

  test('follows the order of neurons, and no scale', () => {
    const [start, end] = [gaussian('start', 30, 5), gaussian('end', 30, 5)];
    const order = Array.from({ length: 30 }, (_, at) => (at * 7) % 30);
    const [plain, shuffled] = [lottery(start, end), lottery(reorder(start, order), reorder(end, order))];
    expect([...shuffled.top]).toEqual(order.map((row) => plain.top[row]));
    const scales = order.map((row) => 1 + row);
    const scaled = lottery(
      scaleRows(
        start,
        scales.map(() => 3),
      ),
      scaleRows(end, scales),
    );
    expect(scaled).toEqual(plain);
  });

  test('is one half by chance, and near 1 where training only amplifies the start', () => {
    const [start, end] = [gaussian('start', 1000, 40), gaussian('end', 1000, 40)];
    const { top, carried } = lottery(start, end).summary;
    expect(Math.abs(top.mean - 0.5)).toBeLessThan(4 / Math.sqrt(12 * 1000));
    expect(Math.abs(carried.mean - 0.5)).toBeLessThan(4 / Math.sqrt(12 * 1000));
    const cubed = matrix(...rowsOf(start).map((row) => row.map((value) => value ** 3)));
    expect(lottery(start, cubed).summary.top.mean).toBeGreaterThan(0.97);
  });

  test('leaves dead neurons out of its summary but in the race', () => {
    const { top, alive, summary } = lottery(matrix([2], [1]), matrix([0], [1]));
    expect([...top]).toEqual([Number.NaN, 0]);
    expect(alive).toEqual([false, true]);
    expect(summary.top).toMatchObject({ count: 1, mean: 0 });
  });

  test('refuses a single neuron and other shapes', () => {
    expect(() => lottery(matrix([1]), matrix([1]))).toThrow('a rank needs at least 2 neurons, got 1');
    expect(() => lottery(matrix([1], [2]), matrix([1, 1], [2, 1]))).toThrow('alpha0 and alpha1 must have one shape');
  });
});
