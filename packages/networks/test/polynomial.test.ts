import { InputError, key, type Params } from '@advml/core';
import { describeNetwork, numbersOf } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { scalar, tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { polynomial } from '../src/index.ts';

beforeAll(async () => {
  await useWasm();
});

for (const degree of [1, 2, 3] as const) describeNetwork(polynomial({ inputs: 4, degree, cubes: 3 }));
describeNetwork(polynomial({ inputs: 4, degree: 3, odd: true }));

/** Every monomial by itself, in double precision. */
function bruteForce(x: readonly number[], params: Params): number {
  const [c, w, A, a, R] = ['constant', 'linear', 'quadratic', 'cubic.weight', 'cubic.direction'].map((name) =>
    params[name] ? numbersOf(params[name]) : [],
  );
  const d = x.length;
  let total = c[0] ?? 0;
  for (let i = 0; i < d; i++) {
    total += w[i] * x[i];
    for (let j = 0; j < d; j++) {
      total += (A[i * d + j] ?? 0) * x[i] * x[j];
      for (let k = 0; k < d; k++) {
        const coefficient = Array.from(a).reduce(
          (sum, weight, n) => sum + weight * R[n * d + i] * R[n * d + j] * R[n * d + k],
          0,
        );
        total += coefficient * x[i] * x[j] * x[k];
      }
    }
  }
  return total;
}

describe('polynomial', () => {
  it('is the sum of its monomials', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(1, 2, 3),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 0, max: 1000 }),
        fc.boolean(),
        (degree, inputs, cubes, seed, odd) =>
          tidy(() => {
            const network = polynomial({ inputs, degree: degree as 1 | 2 | 3, cubes, odd });
            const params = { ...network.init(key('init', seed)), ...(!odd && { constant: scalar(0.7) }) };
            expect('quadratic' in params).toBe(degree > 1 && !odd);
            const x = tensor2d(key('x', seed).normal(3 * inputs), [3, inputs]);
            const expected = x.arraySync().map((row) => bruteForce(row, params));
            expect(network.apply(params, x)).toBeAllClose(expected, { absolute: 1e-4, relative: 1e-4 });
          }),
      ),
      { numRuns: 30 },
    );
  });

  it('takes its cubes from features of a known kernel', () =>
    tidy(() => {
      const cubes = 200_000;
      const { 'cubic.direction': direction } = polynomial({ inputs: 2, degree: 3, cubes }).init(key('init', 0));
      const [x, y] = [
        [0.8, 0.6],
        [0.5, -0.5],
      ];
      const rows = numbersOf(direction);
      const terms = Array.from({ length: cubes }, (_, n) => {
        const [r, s] = [rows[2 * n], rows[2 * n + 1]];
        return ((r * x[0] + s * x[1]) * (r * y[0] + s * y[1])) ** 3;
      });
      const mean = terms.reduce((a, b) => a + b) / cubes;
      const deviation = Math.sqrt(terms.reduce((total, term) => total + (term - mean) ** 2, 0)) / cubes;
      const inner = x[0] * y[0] + x[1] * y[1];
      expect(Math.abs(mean - (6 * inner ** 3 + 9 * 1 * 0.5 * inner))).toBeLessThan(4 * deviation);
    }));

  it('starts each degree with the order of 1/sqrt(d)', () =>
    tidy(() => {
      const [inputs, seeds] = [16, 400];
      const network = polynomial({ inputs, degree: 3 });
      const x = tensor2d([1, ...new Float32Array(inputs - 1)], [1, inputs]);
      const squares = Array.from({ length: seeds }, (_, seed) =>
        tidy(() => numbersOf(network.apply(network.init(key('init', seed)), x))[0] ** 2),
      );
      const mean = squares.reduce((a, b) => a + b) / seeds;
      const deviation = Math.sqrt(squares.reduce((total, square) => total + (square - mean) ** 2, 0)) / seeds;
      expect(Math.abs(mean - 3 / inputs)).toBeLessThan(4 * deviation); // one part of 1/d for each degree
    }));

  it('names the directions of the cubes as its features', () => {
    expect(polynomial({ inputs: 2, degree: 2 }).fixed).toEqual([]);
    expect(polynomial({ inputs: 2, degree: 3 }).fixed).toEqual(['cubic.direction']);
  });

  it('refuses a degree or a size that it does not have', () => {
    expect(() => polynomial({ inputs: 2, degree: 4 as 3 })).toThrow(InputError);
    expect(() => polynomial({ inputs: 2, degree: 4 as 3 })).toThrow(/degree must be 1, 2 or 3, got 4/);
    expect(() => polynomial({ inputs: 0, degree: 1 })).toThrow(/inputs must be an integer >= 1, got 0/);
    expect(() => polynomial({ inputs: 2, degree: 3, cubes: 0 })).toThrow(/cubes must be an integer >= 1, got 0/);
    const network = polynomial({ inputs: 2, degree: 2 });
    const linear = { constant: scalar(0), linear: tensor1d([1, 2]) };
    expect(() => network.apply(linear, tensor2d([[1, 2]]))).toThrow(/lacks 'quadratic'/);
  });
});
