import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addProduct, byRows, gramOfRows, rowProducts, transposeOf } from '../../src/internal.ts';
import { gaussian, largestGap, products } from './made.ts';

const transposed = (rows: Float64Array, length: number): Float64Array =>
  Float64Array.from(
    rows,
    (_, at) => rows[(at % (rows.length / length)) * length + Math.floor(at / (rows.length / length))],
  );

describe('addProduct', () => {
  it('is the sum of its definition, at any shape, in either order of the factors, within larger matrices', () => {
    const size = fc.integer({ min: 1, max: 13 });
    fc.assert(
      fc.property(size, size, size, fc.integer({ min: 0, max: 3 }), (rows, columns, depth, margin) => {
        const [a, b] = [gaussian('a', rows * depth), gaussian('b', columns * depth)];
        const expected = products(a, b, depth);
        const stride = columns + margin;
        for (const left of [byRows(a, depth), transposeOf(byRows(transposed(a, depth), rows))])
          for (const right of [transposeOf(byRows(b, depth)), byRows(transposed(b, depth), columns)]) {
            const c = new Float64Array(margin + rows * stride).fill(1);
            addProduct({ rows, columns, depth }, left, right, byRows(c, stride, margin), -2);
            const all = Float64Array.from(c, (_, at) => {
              const [row, column] = [Math.floor((at - margin) / stride), (at - margin) % stride];
              return at < margin || column >= columns ? 1 : 1 - 2 * expected[row * columns + column];
            });
            expect(largestGap(c, all)).toBeLessThan(1e-13);
          }
      }),
      { numRuns: 60 },
    );
  });

  it('goes on beyond the blocks that are packed at a time', () => {
    const [rows, columns, depth] = [67, 515, 259];
    const [a, b] = [gaussian('long a', rows * depth), gaussian('long b', columns * depth)];
    const c = new Float64Array(rows * columns);
    addProduct({ rows, columns, depth }, byRows(a, depth), transposeOf(byRows(b, depth)), byRows(c, columns));
    expect(largestGap(c, products(a, b, depth))).toBeLessThan(1e-12);
  });

  it('adds nothing where there is nothing to sum', () => {
    const c = new Float64Array([1, 2]);
    addProduct({ rows: 1, columns: 2, depth: 0 }, byRows(c.slice(0, 0), 0), byRows(c.slice(0, 0), 2), byRows(c, 2));
    expect(Array.from(c)).toEqual([1, 2]);
  });
});

describe('rowProducts and gramOfRows', () => {
  it('are inner products, and every row is told', async () => {
    const [a, b] = [gaussian('rows a', 70 * 9), gaussian('rows b', 5 * 9)];
    let told = 0;
    const pace = async (units = 1) => {
      told += units;
    };
    expect(largestGap(await rowProducts(a, b, 9, pace), products(a, b, 9))).toBeLessThan(1e-13);
    expect(told).toBe(70);
    expect(largestGap(await gramOfRows(a, 9, pace), products(a, a, 9))).toBeLessThan(1e-13);
    expect(told).toBe(140);
  });
});
