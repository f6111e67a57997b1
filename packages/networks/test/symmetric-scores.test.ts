import { key } from '@advml/core';
import { numbersOf } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { grads, neg, scalar, sum, type Tensor, type Tensor2D, tensor2d, tidy } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { symmetricScores } from '../src/index.ts';

beforeAll(async () => {
  await useWasm();
});

const relu = (t: number) => Math.max(t, 0);

/** The formula, in double precision. */
const score = (x: number[], weight: number[][], b: number) =>
  weight.reduce((total, w) => {
    const u = w.reduce((product, entry, at) => product + entry * x[at], 0);
    return total + relu(u - b) - relu(-u - b);
  }, 0);

const random = (name: string, rows: number, columns: number, deviation = 1) =>
  tensor2d(key('scores', name).normal(rows * columns, deviation), [rows, columns]);

const cases = fc.record({
  examples: fc.integer({ min: 1, max: 5 }),
  inputs: fc.integer({ min: 1, max: 20 }),
  neurons: fc.integer({ min: 1, max: 30 }),
  threshold: fc.double({ min: 0, max: 2, noNaN: true }),
  smoothing: fc.constantFrom(0, 0.3),
});

describe('symmetricScores', () => {
  it('has the values and slopes of one neuron', () => {
    // w = 2, b = 1: off for |x| < 1/2, then slope 2 on both sides.
    const x = tensor2d([[-3], [-0.5], [-0.2], [0], [0.2], [0.5], [3]]);
    const weight = tensor2d([[2]]);
    expect(symmetricScores(x, weight, scalar(1))).toBeAllClose([-5, 0, 0, 0, 0, 0, 5]);
    const [dx, dw, db] = grads((x: Tensor, w: Tensor, b: Tensor) =>
      sum(symmetricScores(x as Tensor2D, w as Tensor2D, b)),
    )([x, weight, scalar(1)]);
    expect(dx).toBeAllClose([2, 0, 0, 0, 0, 0, 2]);
    expect(dw).toBeAllClose([0]); // 3 for x = 3, -3 for x = -3
    expect(db).toBeAllClose([0]); // -1 for x = 3, +1 for x = -3
  });

  it('is the formula', () => {
    fc.assert(
      fc.property(cases, ({ examples, inputs, neurons, threshold }) =>
        tidy(() => {
          const [x, weight] = [random('x', examples, inputs), random('w', neurons, inputs)];
          const expected = x.arraySync().map((row) => score(row, weight.arraySync(), Math.fround(threshold)));
          expect(symmetricScores(x, weight, scalar(threshold))).toBeAllClose(expected, { absolute: 1e-4 });
        }),
      ),
      { numRuns: 50 },
    );
  });

  it('is odd, exactly', () => {
    fc.assert(
      fc.property(cases, ({ examples, inputs, neurons, threshold, smoothing }) =>
        tidy(() => {
          const [x, weight] = [random('x', examples, inputs), random('w', neurons, inputs)];
          const [plus, minus] = [x, neg(x)].map((at) => symmetricScores(at, weight, scalar(threshold), smoothing));
          expect(minus).toBeAllClose(neg(plus), { absolute: 0 });
        }),
      ),
      { numRuns: 50 },
    );
  });

  it('is linear, with slope one everywhere, where the threshold is zero', () => {
    const [x, weight] = [random('x', 6, 4), random('w', 9, 4)];
    const sums = weight.arraySync().reduce((total, row) => total.map((value, at) => value + row[at]), [0, 0, 0, 0]);
    const expected = x.arraySync().map((row) => row.reduce((product, value, at) => product + value * sums[at], 0));
    // r(t) - r(-t) = t for the rectifier and for its smooth form alike
    expect(symmetricScores(x, weight, scalar(0))).toBeAllClose(expected, { absolute: 1e-5 });
    expect(symmetricScores(x, weight, scalar(0), 0.7)).toBeAllClose(expected, { absolute: 1e-5 });
  });

  it('comes near the rectifiers as the smoothing goes to zero', () => {
    const [x, weight] = [random('x', 8, 5), random('w', 7, 5)];
    const plain = numbersOf(symmetricScores(x, weight, scalar(0.4)));
    // each smooth rectifier is off by at most s phi(0)
    for (const smoothing of [1e-1, 1e-2, 1e-3]) {
      expect(symmetricScores(x, weight, scalar(0.4), smoothing)).toBeAllClose(plain, { absolute: 7 * 0.4 * smoothing });
    }
  });

  it('refuses a negative smoothing', () => {
    expect(() => symmetricScores(random('x', 1, 1), random('w', 1, 1), scalar(0), -1)).toThrow(
      /smoothing must be .* got -1/,
    );
  });
});
