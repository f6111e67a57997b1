import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { symmetricEigen } from '../../src/internal.ts';
import { diagonalMatrix, gaussian, largestGap, products, withSpectrum } from './made.ts';

/** What the doc comment calls a few roundings, against the largest eigenvalue, for matrices as small as these. */
const FEW = 64 * Number.EPSILON;

const quietly = async () => {};

async function eigen(a: Float64Array, size = Math.sqrt(a.length)) {
  const { values, vectors = new Float64Array() } = await symmetricEigen(a.slice(), size, true, quietly);
  return { values, vectors, size };
}

/** Checks that vectors and values are those of the matrix, up to rounding, and that they come in order. */
async function expectDecomposed(a: Float64Array) {
  const { values, vectors, size } = await eigen(a);
  const largest = Math.max(Math.abs(values[0]), Math.abs(values[size - 1]));
  const [turned, own] = [products(vectors, a, size), vectors.map((entry, at) => entry * values[Math.floor(at / size)])];
  expect(largestGap(turned, own)).toBeLessThanOrEqual(FEW * largest);
  expect(largestGap(products(vectors, vectors, size), diagonalMatrix(new Array(size).fill(1)))).toBeLessThan(FEW);
  expect(values).toEqual(values.slice().sort().reverse());
  const alone = await symmetricEigen(a.slice(), size, false, quietly);
  expect(largestGap(alone.values, values)).toBeLessThanOrEqual(FEW * largest);
  return values;
}

async function expectSpectrum(name: string, values: readonly number[]) {
  const found = await expectDecomposed(withSpectrum(name, values));
  const sorted = Float64Array.from(values).sort().reverse();
  expect(largestGap(found, sorted)).toBeLessThanOrEqual(FEW * Math.max(...values.map(Math.abs)));
}

const symmetric = (name: string, size: number): Float64Array => {
  const entries = gaussian(name, size * size);
  return entries.map((_, at) => entries[Math.max(at, (at % size) * size + Math.floor(at / size))]);
};

const range = <T>(length: number, make: (i: number) => T): T[] => Array.from({ length }, (_, i) => make(i));

describe('symmetricEigen', () => {
  it('decomposes any random matrix', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 90 }), fc.nat(), async (size, seed) => {
        await expectDecomposed(symmetric(`any ${seed}`, size));
      }),
      { numRuns: 40 },
    );
    await expectDecomposed(symmetric('large', 300));
  });

  it('finds known spectra: equal steps, both signs, graded, clustered, repeated, of low rank', async () => {
    const size = 110;
    await expectSpectrum(
      'steps',
      range(size, (i) => i - 40),
    );
    await expectSpectrum(
      'graded',
      range(size, (i) => 10 ** (-i / 6)),
    );
    await expectSpectrum(
      'rising',
      range(size, (i) => 10 ** ((i - size) / 6)),
    );
    await expectSpectrum(
      'clusters',
      range(size, (i) => Math.floor(i / 20) + 1e-13 * i),
    );
    await expectSpectrum(
      'repeated',
      range(size, (i) => i % 3),
    );
    await expectSpectrum(
      'all but one',
      range(size, (i) => (i === 17 ? 2 : 1)),
    );
    await expectSpectrum(
      'rank three',
      range(size, (i) => (i < 3 ? i + 1 : 0)),
    );
  });

  it('has the closed form of the second difference: 2 - 2 cos(pi k / (n + 1))', async () => {
    const size = 133;
    const a = new Float64Array(size * size);
    for (let i = 0; i < size; i++) {
      a[i * size + i] = 2;
      if (i > 0) a[i * size + i - 1] = a[(i - 1) * size + i] = -1;
    }
    const values = await expectDecomposed(a);
    const known = range(size, (i) => 2 - 2 * Math.cos((Math.PI * (size - i)) / (size + 1)));
    expect(largestGap(values, known)).toBeLessThan(FEW * 4);
  });

  it("holds on Wilkinson's matrix, whose eigenvalues meet in pairs, and on glued ones", async () => {
    const [copies, half] = [5, 10];
    const size = copies * (2 * half + 1);
    const a = diagonalMatrix(range(size, (i) => Math.abs((i % (2 * half + 1)) - half)));
    for (let i = 1; i < size; i++) a[i * size + i - 1] = a[(i - 1) * size + i] = i % (2 * half + 1) === 0 ? 1e-8 : 1;
    const values = await expectDecomposed(a);
    for (let i = 0; i < 2 * copies; i++) expect(values[i]).toBeCloseTo(10.746194182903393, 6); // of the single matrix
  });

  it('is exact for diagonal matrices and zero, at any scale', async () => {
    const diagonal = [3, -7, 0.25, 3, 0, 1e-9];
    expect(Array.from((await eigen(diagonalMatrix(diagonal))).values)).toEqual(diagonal.slice().sort((a, b) => b - a));
    for (const size of [1, 2, 40]) {
      const { values, vectors } = await eigen(new Float64Array(size * size));
      expect(values.every((value) => value === 0)).toBe(true);
      expect(largestGap(products(vectors, vectors, size), diagonalMatrix(new Array(size).fill(1)))).toBe(0);
    }
    const unit = await eigen(symmetric('scale', 50));
    for (const scale of [2 ** -900, 2 ** 900]) {
      const scaled = await eigen(symmetric('scale', 50).map((entry) => entry * scale));
      expect(scaled.values).toEqual(unit.values.map((value) => value * scale));
      expect(scaled.vectors).toEqual(unit.vectors);
    }
  });

  it('reads the lower triangle only, and gives the same bits again', async () => {
    const [size, a] = [70, symmetric('lower', 70)];
    const spoilt = a.map((entry, at) => (at % size > Math.floor(at / size) ? 5 : entry));
    expect(await eigen(spoilt)).toEqual(await eigen(a));
  });

  it('tells of all units of work', async () => {
    for (const size of [1, 20, 33, 150])
      for (const wanted of [false, true]) {
        let told = 0;
        await symmetricEigen(symmetric('told', size), size, wanted, async (units = 1) => {
          told += units;
        });
        expect(told).toBe((wanted ? 3 : 2) * size);
      }
  });
});
