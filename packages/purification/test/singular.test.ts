import { AbortedError, InputError } from '@advml/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { energyShare, type Matrix, singularValues, singularVectors, spectrum, truncated } from '../src/index.ts';
import { dot, gaussian, matrix, orthonormal, rowOf, rowsOf, scaleRows, times } from './matrices.ts';

const across = (source: Matrix): Matrix =>
  matrix(...Array.from({ length: source.shape[1] }, (_, j) => rowsOf(source).map((row) => row[j])));

/** A matrix [rows, columns] with the given singular values: two random orthonormal bases with them between. */
function withValues(name: string, rows: number, columns: number, values: readonly number[]): Matrix {
  const left = matrix(...rowsOf(orthonormal(`${name} left`, rows)).slice(0, values.length));
  const right = matrix(...rowsOf(orthonormal(`${name} right`, columns)).slice(0, values.length));
  return times(across(scaleRows(left, values)), across(right));
}

const largestGap = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.max(...Array.from(a, (value, at) => Math.abs(value - b[at])));

const identity = (size: number): Matrix => ({
  shape: [size, size],
  data: Array.from({ length: size * size }, (_, at) => (at % (size + 1) === 0 ? 1 : 0)),
});

/** Singular values by one-sided Jacobi rotations: another method altogether. */
function jacobiValues(source: Matrix): number[] {
  const columns = rowsOf(across(source));
  for (let sweep = 0; sweep < 30; sweep++)
    for (let i = 0; i < columns.length; i++)
      for (let j = i + 1; j < columns.length; j++) {
        const [a, b, c] = [dot(columns[i], columns[i]), dot(columns[j], columns[j]), dot(columns[i], columns[j])];
        if (c === 0) continue;
        const zeta = (b - a) / (2 * c);
        const tangent = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
        const cosine = 1 / Math.hypot(1, tangent);
        const [left, right] = [columns[i], columns[j]];
        columns[i] = left.map((value, k) => cosine * (value - tangent * right[k]));
        columns[j] = right.map((value, k) => cosine * (value + tangent * left[k]));
      }
  return columns.map((column) => Math.sqrt(dot(column, column))).sort((a, b) => b - a);
}

const shapes = fc.record({
  rows: fc.integer({ min: 1, max: 12 }),
  columns: fc.integer({ min: 1, max: 12 }),
  seed: fc.nat(),
});

describe('singular values', () => {
  it('are those the matrix was made of, at any shape', async () => {
    const values = [40, 7, 7, 1, 0.3, 1e-3, 0];
    for (const [rows, columns] of [
      [30, 30],
      [40, 7],
      [7, 25],
    ]) {
      const made = withValues('known', rows, columns, values);
      const expected = [...values, ...new Array(Math.min(rows, columns) - values.length).fill(0)];
      expect(largestGap((await singularValues(made)).slice(0, 5), expected)).toBeLessThan(1e-12);
      expect(largestGap(await singularValues(made), expected)).toBeLessThan(1e-7 * 40);
      expect(largestGap((await singularVectors(made)).values, expected)).toBeLessThan(1e-11 * 40);
    }
  });

  it('agree with Jacobi rotations', async () => {
    await fc.assert(
      fc.asyncProperty(shapes, async ({ rows, columns, seed }) => {
        const made = gaussian(`jacobi ${seed}`, rows, columns);
        const expected = jacobiValues(rows >= columns ? made : across(made));
        expect(largestGap((await singularVectors(made)).values, expected)).toBeLessThan(1e-12 * expected[0]);
      }),
      { numRuns: 60 },
    );
  });

  it('are exact for matrices that are diagonal, of rank one, or zero', async () => {
    expect(Array.from(await singularValues(matrix([0, 3], [-4, 0])))).toEqual([4, 3]);
    expect(largestGap(await singularValues(matrix([1, 2], [2, 4], [2, 4])), [Math.sqrt(45), 0])).toBeLessThan(1e-6);
    expect(Array.from(await singularValues(matrix([0, 0], [0, 0])))).toEqual([0, 0]);
    expect(Array.from(await singularValues(matrix([-2])))).toEqual([2]);
    expect(largestGap(await singularValues(matrix([1e-200, 0], [0, 1e-202])), [1e-200, 1e-202])).toBeLessThan(1e-214);
  });

  it('can be watched and stopped', async () => {
    const seen: number[] = [];
    await singularVectors(gaussian('watched', 20, 10), { onProgress: (done, total) => seen.push(done / total) });
    expect(seen.at(-1)).toBe(1);
    await singularValues(gaussian('watched', 20, 10), { onProgress: (done, total) => seen.push(done / total) });
    expect(seen.at(-1)).toBe(1);
    const stopped = singularVectors(gaussian('stopped', 20, 10), { signal: AbortSignal.abort() });
    await expect(stopped).rejects.toThrow(AbortedError);
  });

  it('refuses entries that are not finite', async () => {
    await expect(singularValues(matrix([Number.NaN]))).rejects.toThrow(InputError);
  });
});

describe('singularVectors', () => {
  it('are orthonormal and put the matrix together again', async () => {
    await fc.assert(
      fc.asyncProperty(shapes, async ({ rows, columns, seed }) => {
        const made = gaussian(`vectors ${seed}`, rows, columns);
        const vectors = await singularVectors(made);
        const count = Math.min(rows, columns);
        for (const side of [vectors.left, vectors.right])
          expect(largestGap(times(side, side).data, identity(count).data)).toBeLessThan(1e-9);
        expect(largestGap(truncated(vectors, count).data, made.data)).toBeLessThan(1e-12 * vectors.values[0]);
        expect(vectors.left.shape).toEqual([count, rows]);
        expect(vectors.right.shape).toEqual([count, columns]);
      }),
      { numRuns: 60 },
    );
  });

  it('gives a value of one part in 10^5 to eight digits, where the Gram matrix alone has five', async () => {
    const { values } = await singularVectors(withValues('graded', 9, 9, [1, 1e-3, 1e-5]));
    expect(values[2] / 1e-5).toBeCloseTo(1, 8);
  });

  it('finds the direction of a matrix of rank one, and keeps zeros zero', async () => {
    const { values, left, right } = await singularVectors(matrix([3, 4], [0, 0], [6, 8]));
    expect(values[0]).toBeCloseTo(Math.sqrt(125), 12);
    expect(rowOf(right, 0).map(Math.abs)).toEqual([expect.closeTo(0.6, 12), expect.closeTo(0.8, 12)]);
    expect(rowOf(left, 0).map(Math.abs)[2]).toBeCloseTo(2 / Math.sqrt(5), 12);
    expect(Array.from((await singularVectors(matrix([0, 0]))).left.data)).toHaveLength(1);
  });
});

describe('truncated', () => {
  it('misses exactly the values left out', async () => {
    const values = [5, 4, 3, 2, 1];
    const made = withValues('cut', 8, 6, values);
    const vectors = await singularVectors(made);
    for (const rank of [0, 1, 3, 5]) {
      const cut = truncated(vectors, rank);
      const rest = Array.from(cut.data, (value, at) => value - made.data[at]);
      const missed = values.slice(rank).reduce((sum, value) => sum + value * value, 0);
      expect(dot(rest, rest)).toBeCloseTo(missed, 9);
      expect((await singularVectors(cut)).values.filter((value) => value > 1e-6)).toHaveLength(rank);
    }
  });

  it('refuses a rank beyond the number of values', async () => {
    const vectors = await singularVectors(matrix([1, 2]));
    expect(() => truncated(vectors, 2)).toThrow(/rank must be at most 1, got 2/);
    expect(() => truncated(vectors, -1)).toThrow(/rank/);
  });
});

describe('spectrum', () => {
  it('counts equal values, and only those that take part', async () => {
    for (const count of [1, 2, 10]) {
      const { effectiveRank, stableRank } = spectrum([...new Array(count).fill(0.7), 0, 0]);
      expect(effectiveRank).toBeCloseTo(count, 12);
      expect(stableRank).toBeCloseTo(count, 12);
    }
    expect(spectrum([0, 0])).toEqual({ effectiveRank: 0, stableRank: 0 });
  });

  it('is the formula, at any scale', async () => {
    // shares 3/4 and 1/4: exp(-(3/4) ln(3/4) - (1/4) ln(1/4)) = 4 / 3^(3/4)
    for (const scale of [1, 1e-180, 1e180]) {
      const { effectiveRank, stableRank } = spectrum([3 * scale, scale]);
      expect(effectiveRank).toBeCloseTo(4 / 3 ** 0.75, 12);
      expect(stableRank).toBeCloseTo(10 / 9, 12);
    }
  });

  it('refuses what cannot be a singular value', async () => {
    for (const values of [[], [-1], [Number.NaN], [Infinity]]) expect(() => spectrum(values)).toThrow(InputError);
  });
});

describe('energyShare', () => {
  it('is the share of the squares', async () => {
    expect([0, 1, 2, 5].map((rank) => energyShare([2, 1, 1, 1, 1], rank))).toEqual([0, 0.5, 0.625, 1]);
    expect(energyShare([0], 0)).toBe(1);
  });
});
