// Work on arrays of double precision is the same by the kernels as without them.
import { addProduct, byRows, hasExtraKernel, runExtraKernel, symmetricEigen, transposeOf } from '@advml/core/internal';
import { useWasm } from '@advml/wasm';
import { getKernel, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { uniform } from '../random.ts';

beforeAll(() => useWasm());

const numbers = (seed: number, count: number, make = (value: number) => 2 * value - 1): Float64Array => {
  const next = uniform(seed);
  return Float64Array.from({ length: count }, () => make(next()));
};

/** What a call gives where the kernel is, and where it is not. */
async function bothWays<Result>(
  name: 'PackedProduct' | 'ReducePanel',
  call: () => Result | Promise<Result>,
): Promise<[by: Result, without: Result]> {
  const by = await call();
  const config = getKernel(name, 'wasm');
  unregisterKernel(name, 'wasm');
  try {
    expect(hasExtraKernel(name)).toBe(false);
    return [by, await call()];
  } finally {
    registerKernel(config);
  }
}

describe('PackedProduct', () => {
  // Sizes on both sides of tiles and of the blocks that are packed at a time; all large enough for the kernel.
  const sizes = fc.constantFrom([33, 67, 40], [130, 36, 257], [32, 513, 33], [5, 90, 300], [1, 700, 64], [3, 400, 40]);

  it('adds what the definition does, exactly where numbers are whole', () =>
    fc.assert(
      fc.asyncProperty(sizes, fc.boolean(), fc.boolean(), async (size, turnA, turnB) => {
        const [rows, columns, depth] = size;
        const whole = (value: number) => Math.round(2000 * value) - 1000;
        const [a, b] = [numbers(rows, rows * depth, whole), numbers(columns, depth * columns, whole)];
        const left = turnA ? transposeOf(byRows(a, rows)) : byRows(a, depth);
        const right = turnB ? transposeOf(byRows(b, depth)) : byRows(b, columns);
        const product = () => {
          const c = new Float64Array(rows * columns).fill(7);
          addProduct({ rows, columns, depth }, left, right, byRows(c, columns), -3);
          return c;
        };
        const [by, without] = await bothWays('PackedProduct', product);
        const at = (data: Float64Array, row: number, column: number, width: number, turned: boolean, height: number) =>
          turned ? data[column * height + row] : data[row * width + column];
        for (const [i, j] of [
          [0, 0],
          [rows - 1, columns - 1],
          [rows >> 1, columns >> 1],
        ]) {
          let sum = 0;
          for (let k = 0; k < depth; k++) sum += at(a, i, k, depth, turnA, rows) * at(b, k, j, columns, turnB, depth);
          expect(by[i * columns + j]).toBe(7 - 3 * sum);
        }
        expect(by).toEqual(without);
      }),
      { numRuns: 40 },
    ));

  it('rounds no more than sums do', async () => {
    const [rows, columns, depth] = [70, 70, 600];
    const [a, b] = [numbers(1, rows * depth), numbers(2, depth * columns)];
    const [by, without] = await bothWays('PackedProduct', () => {
      const c = new Float64Array(rows * columns);
      addProduct({ rows, columns, depth }, byRows(a, depth), byRows(b, columns), byRows(c, columns));
      return c;
    });
    expect(Math.max(...by.map((value, at) => Math.abs(value - without[at])))).toBeLessThan(1e-13);
  });

  it('refuses panels that are not whole, and arrays that are too short', () => {
    const arrays = { left: new Float64Array(16), right: new Float64Array(16), to: new Float64Array(16) };
    const run = (settings: object) =>
      runExtraKernel('PackedProduct', {}, { rows: 4, columns: 4, depth: 4, ...arrays, ...settings });
    expect(() => run({ rows: 3 })).toThrow('PackedProduct: rows and columns must be multiples of 4, got 3 and 4');
    expect(() => run({ right: new Float64Array(15) })).toThrow('PackedProduct: right must hold 16 numbers, got 15');
    expect(() => run({ to: new Float64Array(0) })).toThrow('PackedProduct: to must hold 16 numbers, got 0');
  });
});

describe('ReducePanel', () => {
  const FEW = 64 * Number.EPSILON;

  /** A symmetric matrix: of any entries, of low rank, or with rows that are reduced already. */
  function symmetric(kind: string, size: number): Float64Array {
    const entries = numbers(size, size * size);
    const rank = kind === 'low rank' ? 3 : size;
    const a = new Float64Array(size * size);
    for (let i = 0; i < size; i++)
      for (let j = 0; j <= i; j++) {
        let sum = 0;
        for (let k = 0; k < rank; k++) sum += entries[i * size + k] * entries[j * size + k];
        a[i * size + j] = kind === 'banded' && i - j > 1 ? 0 : sum;
      }
    return a;
  }

  it.each([
    ['any', 64],
    ['any', 97],
    ['any', 130],
    ['any', 131],
    ['low rank', 100],
    ['banded', 75],
  ])('decomposes matrices as without it: %s, %i rows', async (kind, size) => {
    const a = symmetric(kind, size);
    const [by, without] = await bothWays('ReducePanel', () => symmetricEigen(a.slice(), size, true, async () => {}));
    const largest = Math.abs(without.values[0]);
    expect(Math.max(...by.values.map((value, at) => Math.abs(value - without.values[at])))).toBeLessThan(FEW * largest);
    const { values, vectors = new Float64Array() } = by;
    const at = (i: number, j: number) => a[Math.max(i, j) * size + Math.min(i, j)];
    for (const row of [0, 1, size >> 1, size - 1]) {
      const v = vectors.subarray(row * size, (row + 1) * size);
      const left = v.map((own, i) => v.reduce((sum, entry, j) => sum + at(i, j) * entry, -values[row] * own));
      expect(Math.hypot(...left)).toBeLessThan(FEW * largest);
      expect(Math.hypot(...v)).toBeCloseTo(1, 13);
    }
  });

  it('refuses arrays that are too short, and rows that are not there', () => {
    const [diagonal, beside, halves] = [0, 1, 2].map(() => new Float64Array(4));
    const given = {
      a: new Float64Array(16),
      size: 4,
      begin: 2,
      end: 4,
      pairs: new Float64Array(16),
      diagonal,
      beside,
      halves,
    };
    const run = (settings: object) => () => runExtraKernel('ReducePanel', {}, { ...given, ...settings });
    expect(run({})).not.toThrow();
    expect(run({ pairs: new Float64Array(15) })).toThrow('ReducePanel: pairs must hold 16 numbers, got 15');
    const rows = 'ReducePanel: 0 <= begin < end <= size must hold, got';
    expect(run({ end: 5 })).toThrow(`${rows} 2, 5 and 4`);
    expect(run({ begin: 4 })).toThrow(`${rows} 4, 4 and 4`);
    expect(run({ begin: -1 })).toThrow(`${rows} -1, 4 and 4`);
    expect(run({ halves: new Float64Array(3) })).toThrow('ReducePanel: halves must hold 4 numbers, got 3');
  });
});

/** Every row through the reflections before it, one after the other, as `orthonormalRows` of `@advml/data` defines them. */
function reflected(given: Float64Array, count: number, width: number): Float64Array {
  const rows = Array.from({ length: count }, (_, row) => given.slice(row * width, (row + 1) * width));
  for (let j = count - 1; j > 0; j--)
    for (let k = j - 1; k >= 0; k--) {
      const [u, row] = [rows[k], rows[j]];
      const sign = u[k] < 0 ? -1 : 1;
      let factor = sign * row[k];
      for (let at = k; at < width; at++) factor += row[at] * u[at];
      factor /= 1 + Math.abs(u[k]);
      for (let at = k; at < width; at++) row[at] -= factor * u[at];
      row[k] -= factor * sign;
    }
  return Float64Array.from(rows.flatMap((row) => Array.from(row)));
}

describe('ReflectRows', () => {
  it('gives the bits of the reflections one by one', () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 9 }), (count, more) => {
        const width = count + more;
        const rows = numbers(count, count * width).map((value, at) =>
          at % width < Math.floor(at / width) ? 0 : value,
        );
        const expected = reflected(rows, count, width);
        runExtraKernel('ReflectRows', {}, { rows, count, width });
        expect(rows).toEqual(expected);
      }),
      { numRuns: 60 },
    ));

  it('refuses an array that is too short', () => {
    const run = () => runExtraKernel('ReflectRows', {}, { rows: new Float64Array(11), count: 3, width: 4 });
    expect(run).toThrow('ReflectRows: rows must hold 12 numbers, got 11');
  });
});
