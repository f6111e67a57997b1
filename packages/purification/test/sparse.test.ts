import { AbortedError, key } from '@advml/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { errorCurve, lasso, lassoPath, type Matrix, matchingPursuit } from '../src/index.ts';
import { dot, gaussian, matrix, orthonormal, rowOf, rowsOf, scaleRows } from './matrices.ts';

const sum = (terms: readonly (readonly [number, readonly number[]])[]) =>
  terms.reduce(
    (total, [factor, row]) => total.map((value, at) => value + factor * row[at]),
    terms[0][1].map(() => 0),
  );

/** What the rows of a dictionary leave of a signal, by Gram and Schmidt, over its size. */
function restOver(signal: readonly number[], atoms: readonly (readonly number[])[]): number[] {
  const basis: (readonly number[])[] = [];
  const reduce = (row: readonly number[]) =>
    basis.reduce(
      (rest, unit) =>
        sum([
          [1, rest],
          [-dot(rest, unit), unit],
        ]),
      row,
    );
  for (const atom of atoms) {
    const rest = reduce(reduce(atom));
    basis.push(rest.map((value) => value / Math.sqrt(dot(rest, rest))));
  }
  return [...reduce(reduce(signal))];
}
const size = (row: readonly number[]) => Math.sqrt(dot(row, row));

/** The unit vectors and the rows of Hadamard's matrix, 32 atoms in 16 dimensions: no two closer than a cosine of 1/4. */
const spikesAndWaves = (): Matrix => {
  const units = Array.from({ length: 16 }, (_, i) => Array.from({ length: 16 }, (_, j) => (i === j ? 1 : 0)));
  const bits = (value: number): number => (value === 0 ? 0 : (value & 1) ^ bits(value >> 1));
  const waves = Array.from({ length: 16 }, (_, i) => Array.from({ length: 16 }, (_, j) => (bits(i & j) ? -1 : 1) / 4));
  return matrix(...units, ...waves);
};

describe('matchingPursuit', () => {
  test('finds a sparse signal over an orthonormal dictionary exactly, largest coefficient first', async () => {
    const dictionary = orthonormal('basis', 8);
    const signal = sum([
      [0.5, rowOf(dictionary, 2)],
      [-2, rowOf(dictionary, 5)],
      [1, rowOf(dictionary, 7)],
    ]);
    const { codes, supports, errors } = await matchingPursuit(matrix(signal), dictionary);
    expect(supports).toEqual([[5, 7, 2]]);
    const expected = [0, 0, 0.5, 0, 0, -2, 0, 1];
    for (const [at, value] of rowOf(codes, 0).entries()) expect(value).toBeCloseTo(expected[at], 12);
    expect(errors.shape).toEqual([1, 9]);
    const left = [1, Math.sqrt(1.25 / 5.25), Math.sqrt(0.25 / 5.25), 0, 0, 0, 0, 0, 0];
    for (const [at, value] of rowOf(errors, 0).entries()) expect(value).toBeCloseTo(left[at], 12);
  });

  test('finds the sparsest of all sums over an incoherent dictionary', async () => {
    const dictionary = spikesAndWaves();
    const atoms = rowsOf(dictionary);
    const pairs = [
      [0, 31],
      [3, 4],
      [17, 29],
      [8, 16],
      [15, 2],
    ];
    const signals = pairs.map(([i, j], at) =>
      sum([
        [1 + at, atoms[i]],
        [-1.5, atoms[j]],
      ]),
    );
    const { codes, supports } = await matchingPursuit(matrix(...signals), dictionary, { atoms: 2 });
    for (const [at, [i, j]] of pairs.entries()) {
      const perfect = atoms.flatMap((a, first) =>
        atoms.flatMap((b, second) =>
          first < second && size(restOver(signals[at], [a, b])) < 1e-9 ? [[first, second]] : [],
        ),
      );
      expect(perfect).toEqual([[i, j].sort((a, b) => a - b)]); // brute force: no other two atoms do
      expect([...supports[at]].sort((a, b) => a - b)).toEqual(perfect[0]);
      expect(rowOf(codes, at)[i]).toBeCloseTo(1 + at, 10);
      expect(rowOf(codes, at)[j]).toBeCloseTo(-1.5, 10);
    }
  });

  test('takes the nearest atom and leaves what least squares leave, step by step', async () => {
    const [signals, dictionary] = [gaussian('signals', 5, 6), gaussian('atoms', 13, 6)];
    const atoms = rowsOf(dictionary);
    const { codes, supports, errors } = await matchingPursuit(signals, dictionary, { atoms: 4 });
    for (const [at, signal] of rowsOf(signals).entries()) {
      expect(supports[at]).toHaveLength(4);
      for (const [step, atom] of supports[at].entries()) {
        const before = restOver(
          signal,
          supports[at].slice(0, step).map((taken) => atoms[taken]),
        );
        const nearness = atoms.map((other) => Math.abs(dot(before, other)) / size(other));
        expect(nearness.indexOf(Math.max(...nearness))).toBe(atom);
        expect(rowOf(errors, at)[step]).toBeCloseTo(size(before) / size(signal), 12);
      }
      const rebuilt = sum(rowOf(codes, at).map((factor, atom) => [factor, atoms[atom]] as const));
      expect(
        size(
          sum([
            [1, signal],
            [-1, rebuilt],
          ]),
        ) / size(signal),
      ).toBeCloseTo(rowOf(errors, at)[4], 12);
    }
  });

  test('does not mind the size of atoms, nor those that are zero, doubled, or in the span of others', async () => {
    const [signals, dictionary] = [gaussian('signals', 4, 5), gaussian('atoms', 4, 5)];
    const plain = await matchingPursuit(signals, dictionary);
    const scaled = await matchingPursuit(signals, scaleRows(dictionary, [0.01, 3, -1, 100]));
    expect(scaled.supports).toEqual(plain.supports);
    expect(scaled.codes.data[3]).toBeCloseTo(plain.codes.data[3] / 100, 12);
    const [a, b, c, d] = rowsOf(dictionary);
    const zero = [0, 0, 0, 0, 0];
    const more = await matchingPursuit(
      signals,
      matrix(
        zero,
        a,
        b,
        c,
        d,
        a,
        sum([
          [0.6, a],
          [0.8, b],
        ]),
      ),
      { atoms: 5 },
    );
    for (const [at, errors] of rowsOf(more.errors).entries()) {
      expect(more.supports[at]).toHaveLength(4);
      expect(more.supports[at]).not.toContain(0);
      expect(errors[4]).toBeCloseTo(rowOf(plain.errors, at)[4], 12);
      expect(errors[5]).toBe(errors[4]);
    }
  });

  test('says nothing of a signal of zero', async () => {
    const { supports, errors, codes } = await matchingPursuit(matrix([0, 0], [1, 0]), matrix([1, 1]));
    expect(supports).toEqual([[], [0]]);
    expect(rowOf(errors, 0)).toEqual([Number.NaN, Number.NaN]);
    expect(rowOf(codes, 0)).toEqual([0]);
  });

  test('refuses what does not fit, and can be stopped', async () => {
    const signals = gaussian('signals', 3, 2);
    await expect(matchingPursuit(signals, matrix([1, 2, 3]))).rejects.toThrow(
      'signals and atoms must have one length, got [3,2] and [1,3] for the dictionary',
    );
    await expect(matchingPursuit(signals, signals, { atoms: 0 })).rejects.toThrow(
      'atoms must be an integer >= 1, got 0',
    );
    await expect(matchingPursuit(signals, signals, { signal: AbortSignal.abort() })).rejects.toThrow(AbortedError);
    let last: readonly number[] = [];
    await matchingPursuit(signals, signals, { onProgress: (...told) => (last = told) });
    expect(last).toEqual([9, 9]); // three atoms, and each signal twice
  });
});

describe('lasso', () => {
  test('shrinks each coefficient over an orthonormal dictionary', async () => {
    const [signals, dictionary] = [gaussian('signals', 6, 8), orthonormal('basis', 8)];
    const { codes, atoms, errors } = await lasso(signals, dictionary, { penalty: 0.3 });
    for (const [at, signal] of rowsOf(signals).entries()) {
      const along = rowsOf(dictionary).map((atom) => dot(signal, atom));
      const lambda = 0.3 * Math.max(...along.map(Math.abs));
      const expected = along.map((value) => Math.sign(value) * Math.max(Math.abs(value) - lambda, 0));
      for (const [atom, value] of rowOf(codes, at).entries()) expect(value).toBeCloseTo(expected[atom], 12);
      expect(atoms[at]).toBe(expected.filter((value) => value !== 0).length);
      const lost = along.map((value, atom) => value - expected[atom]);
      expect(errors[at]).toBeCloseTo(size(lost) / size(signal), 12);
    }
  });

  test('meets the conditions of the minimum over any dictionary, and proves it', async () => {
    const [signals, dictionary] = [gaussian('signals', 8, 7), gaussian('atoms', 15, 7)];
    const atoms = rowsOf(dictionary);
    for (const penalty of [0.02, 0.2, 0.7]) {
      const { codes, gaps } = await lasso(signals, dictionary, { penalty });
      for (const [at, signal] of rowsOf(signals).entries()) {
        expect(Math.abs(gaps[at])).toBeLessThan(1e-13);
        const code = rowOf(codes, at);
        const rest = sum([[1, signal], ...code.map((factor, atom) => [-factor, atoms[atom]] as const)]);
        const nearness = (row: readonly number[]) => atoms.map((atom) => dot(row, atom) / size(atom));
        const lambda = penalty * Math.max(...nearness(signal).map(Math.abs));
        for (const [atom, value] of nearness(rest).entries()) {
          expect(Math.abs(value)).toBeLessThan(lambda * (1 + 1e-10));
          if (code[atom] !== 0) expect(value * Math.sign(code[atom])).toBeCloseTo(lambda, 10);
        }
      }
    }
  });

  test('has the same codes on one path as one penalty at a time, in the order asked for', async () => {
    const [signals, dictionary] = [gaussian('signals', 8, 7), gaussian('atoms', 15, 7)];
    const penalties = [0.2, 1, 0.02, 0.7, 0.2];
    const alone = await Promise.all(penalties.map((penalty) => lasso(signals, dictionary, { penalty })));
    expect(await lassoPath(signals, dictionary, { penalties })).toEqual(alone);
    expect(await lassoPath(signals, dictionary, { penalties: [] })).toEqual([]);
    await expect(lassoPath(signals, dictionary, { penalties: [0.5, 2] })).rejects.toThrow('at most 1');
    for (const penalties of [undefined, 0.5])
      await expect(lassoPath(signals, dictionary, { penalties } as never)).rejects.toThrow(
        'penalties must be an array',
      );
  });

  test('does not mind atoms that are zero, doubled, or in the span of others', async () => {
    const [signals, dictionary] = [gaussian('signals', 6, 5), gaussian('atoms', 4, 5)];
    const plain = await lasso(signals, dictionary, { penalty: 0.05 });
    const [a, b, c, d] = rowsOf(dictionary);
    const twin = matrix([0, 0, 0, 0, 0], a, b, c, d, a, sum([[-2, b]]));
    const more = await lasso(signals, twin, { penalty: 0.05 });
    for (const [at, error] of plain.errors.entries()) {
      expect(more.errors[at]).toBeCloseTo(error, 10);
      expect(Math.abs(more.gaps[at])).toBeLessThan(1e-10);
    }
    const within = await lasso(
      signals,
      matrix(
        a,
        b,
        c,
        d,
        sum([
          [0.6, a],
          [0.8, b],
        ]),
        sum([
          [1, c],
          [1, d],
        ]),
      ),
      { penalty: 0.05 },
    );
    for (const gap of within.gaps) expect(Math.abs(gap)).toBeLessThan(1e-10);
  });

  const entry = fc.double({ min: -3, max: 3, noNaN: true });
  const row = fc.array(entry, { minLength: 3, maxLength: 3 });

  test('is never above the objective of another code', async () => {
    const dictionary = gaussian('atoms', 4, 3);
    const unit = rowsOf(dictionary).map((atom) => atom.map((value) => value / size(atom)));
    await fc.assert(
      fc.asyncProperty(
        row.filter((signal) => size(signal) > 1e-3),
        fc.array(entry, { minLength: 4, maxLength: 4 }),
        async (signal, other) => {
          const { codes } = await lasso(matrix(signal), dictionary, { penalty: 0.25 });
          const lambda = 0.25 * Math.max(...unit.map((atom) => Math.abs(dot(signal, atom))));
          const objective = (code: readonly number[]) => {
            const rest = sum([[1, signal], ...code.map((factor, atom) => [-factor, unit[atom]] as const)]);
            return dot(rest, rest) / 2 + lambda * code.reduce((total, value) => total + Math.abs(value), 0);
          };
          const found = rowOf(codes, 0).map((value, atom) => value * size(rowOf(dictionary, atom)));
          expect(objective(found)).toBeLessThanOrEqual(objective(other) + 1e-12 * dot(signal, signal));
        },
      ),
      { numRuns: 50 },
    );
  });

  test('gives zero at the full penalty and for signals of zero, and refuses penalties out of range', async () => {
    const [signals, dictionary] = [gaussian('signals', 3, 4), gaussian('atoms', 6, 4)];
    const full = await lasso(signals, dictionary, { penalty: 1 });
    expect([...full.atoms]).toEqual([0, 0, 0]);
    expect([...full.errors]).toEqual([1, 1, 1]);
    const none = await lasso(matrix([0, 0, 0, 0]), dictionary, { penalty: 0.5 });
    expect([none.atoms[0], none.errors[0], none.gaps[0]]).toEqual([0, Number.NaN, 0]);
    await expect(lasso(signals, dictionary, { penalty: 1.5 })).rejects.toThrow('penalty must be at most 1');
    await expect(lasso(signals, dictionary, { penalty: 0 })).rejects.toThrow('penalty must be finite and > 0');
  });
});

describe('errorCurve', () => {
  const errors = {
    shape: [4, 3],
    data: Float64Array.of(1, 0.5, 0, 1, 0.7, 0.4, Number.NaN, Number.NaN, Number.NaN, 1, 0.9, 0.8),
  };

  test('has a value a signal, or a group, without signals of zero', () => {
    expect(errorCurve(errors).map(({ atoms, values }) => [atoms, values])).toEqual([
      [0, [1, 1, 1]],
      [1, [0.5, 0.7, 0.9]],
      [2, [0, 0.4, 0.8]],
    ]);
    const grouped = errorCurve(errors, Int32Array.of(7, 7, 7, 2));
    expect(grouped.map(({ values }) => values)).toEqual([
      [1, 1],
      [0.9, 0.6],
      [0.8, 0.2],
    ]);
    expect(grouped[2].summary).toMatchObject({ count: 2, mean: 0.5, min: 0.2 });
  });

  test('refuses groups that do not fit', () => {
    expect(() => errorCurve(errors, [1, 2])).toThrow('groups must be 4, one a signal, got 2');
    expect(() => errorCurve({ shape: [3], data: [1, 2, 3] })).toThrow('errors must be a matrix with rows and columns');
  });

  test('falls with every atom, and faster over the dictionary that made the signals', async () => {
    const [own, other] = [gaussian('own', 12, 20), gaussian('other', 12, 20)];
    const chosen = (name: string, at: number) => Math.floor(12 * key(name).child(at).uniform(1)[0]);
    const signals = matrix(
      ...Array.from({ length: 10 }, (_, at) =>
        sum([
          [1, rowOf(own, chosen('first', at))],
          [0.5, rowOf(own, chosen('second', at))],
        ]),
      ),
    );
    const means = async (dictionary: Matrix) => {
      const { errors: left } = await matchingPursuit(signals, dictionary, { atoms: 4 });
      return errorCurve(left).map(({ summary }) => summary.mean);
    };
    const [ours, theirs] = [await means(own), await means(other)];
    for (let at = 1; at < 5; at++) expect(theirs[at]).toBeLessThan(theirs[at - 1]);
    expect(ours[4]).toBeLessThan(0.05);
    expect(theirs[4]).toBeGreaterThan(0.3);
  });
});
