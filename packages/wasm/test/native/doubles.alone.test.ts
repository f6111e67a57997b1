// Work on arrays of double precision is the same by the kernels as without them.
import { addProduct, byRows, hasExtraKernel, runExtraKernel, transposeOf } from '@advml/core/internal';
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
function bothWays<Result>(name: 'PackedProduct' | 'ReflectRows', call: () => Result): [by: Result, without: Result] {
  const by = call();
  const config = getKernel(name, 'wasm');
  unregisterKernel(name, 'wasm');
  try {
    expect(hasExtraKernel(name)).toBe(false);
    return [by, call()];
  } finally {
    registerKernel(config);
  }
}

describe('PackedProduct', () => {
  // Sizes on both sides of tiles and of the blocks that are packed at a time; all large enough for the kernel.
  const sizes = fc.constantFrom([33, 67, 40], [130, 36, 257], [32, 513, 33], [5, 90, 300], [1, 700, 64], [3, 400, 40]);

  it('adds what the definition does, exactly where numbers are whole', () =>
    fc.assert(
      fc.property(sizes, fc.boolean(), fc.boolean(), (size, turnA, turnB) => {
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
        const [by, without] = bothWays('PackedProduct', product);
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

  it('rounds no more than sums do', () => {
    const [rows, columns, depth] = [70, 70, 600];
    const [a, b] = [numbers(1, rows * depth), numbers(2, depth * columns)];
    const [by, without] = bothWays('PackedProduct', () => {
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
