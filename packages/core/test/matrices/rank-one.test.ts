import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deflate } from '../../src/matrices/deflate.ts';
import { secularRoots, secularVectors } from '../../src/matrices/secular.ts';
import { turnRows } from '../../src/matrices/turn-rows.ts';
import { diagonalMatrix, gaussian, largestGap, products } from './made.ts';

/** `diag(values) + strength z z^T`. */
const changed = (values: ArrayLike<number>, z: ArrayLike<number>, strength: number): Float64Array =>
  diagonalMatrix(values).map((entry, at) => entry + strength * z[Math.floor(at / z.length)] * z[at % z.length]);

const steps = fc.array(fc.double({ min: 1e-14, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 });

describe('secularRoots', () => {
  it('lie right of their poles, and their vectors are orthonormal and make the matrix, however close the poles', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: -12, max: 3 }), fc.nat(), (gaps, exponent, seed) => {
        let sum = 0;
        const poles = Float64Array.from(gaps, (gap) => (sum += gap));
        const count = poles.length;
        const z = gaussian(`z ${seed}`, count).map((each) => each || 1);
        const strength = 10 ** exponent;
        const roots = secularRoots(poles, z, strength);
        for (let i = 0; i < count; i++)
          for (let j = 0; j < count; j++) expect(Math.sign(roots.gaps[i * count + j])).toBe(j > i ? 1 : -1); // between its pole and the next
        const values = roots.values.slice();
        const vectors = secularVectors(roots, poles, z, Array.from(z.keys()));
        expect(largestGap(products(vectors, vectors, count), diagonalMatrix(new Array(count).fill(1)))).toBeLessThan(
          1e-13,
        );
        const turned = products(vectors, changed(poles, z, strength), count);
        const own = vectors.map((entry, at) => entry * values[Math.floor(at / count)]);
        expect(largestGap(turned, own)).toBeLessThan(1e-13 * Math.max(...values));
      }),
      { numRuns: 300 },
    );
  });

  it('are those of a matrix of two rows', () => {
    // [[1 + 4, 2], [2, 3 + 1]]: half the trace, plus and minus the root of a quarter of 1 + 16
    const { values } = secularRoots(Float64Array.of(1, 3), Float64Array.of(2, 1), 1);
    expect(values[0]).toBeCloseTo(4.5 - Math.sqrt(17) / 2, 14);
    expect(values[1]).toBeCloseTo(4.5 + Math.sqrt(17) / 2, 14);
  });
});

describe('deflate', () => {
  it('leaves out what does not change, and keeps the matrix as it is but for turns', () => {
    const level = fc.constantFrom(0, 1, 1 + 1e-16, 1 + 3e-16, 2);
    const weight = fc.constantFrom(0, 1e-17, 1, -0.5, 2);
    fc.assert(
      fc.property(fc.array(fc.tuple(level, weight), { minLength: 1, maxLength: 9 }), (pairs) => {
        const size = pairs.length;
        const length = Math.hypot(...pairs.map(([, each]) => each)) || 1;
        const [values, z] = [
          Float64Array.from(pairs, ([each]) => each),
          Float64Array.from(pairs, ([, each]) => each / length),
        ];
        const before = changed(values, z, 1);
        const basis = diagonalMatrix(new Array(size).fill(1));
        const kept = deflate(values, z, 1, (first, second, cosine, sine) =>
          turnRows(basis, size, 0, size, first, second, cosine, sine),
        );
        const turned = products(basis, products(basis, before, size), size);
        const alone = z.map((each, at) => (kept.includes(at) ? each : 0));
        expect(largestGap(turned, changed(values, alone, 1))).toBeLessThan(100 * Number.EPSILON);
        for (const [i, at] of kept.entries())
          if (i > 0) expect(values[at] - values[kept[i - 1]]).toBeGreaterThan(1e-15);
      }),
      { numRuns: 200 },
    );
  });
});
