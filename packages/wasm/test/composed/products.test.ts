import { useWasm } from '@advml/wasm';
import { fill, matMul, ones, tensor2d, tidy, variable } from '@tensorflow/tfjs-core';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectClose, expectLikeCpu, runOn } from '../compare.ts';
import { type Data, lengths, numbers, seeds } from '../random.ts';

beforeAll(() => useWasm());

interface Product {
  readonly m: number;
  readonly k: number;
  readonly n: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly seed: number;
}

const products: fc.Arbitrary<Product> = fc.record({
  m: lengths(20),
  k: fc.oneof(lengths(20), lengths(150)),
  n: lengths(20),
  transposeA: fc.boolean(),
  transposeB: fc.boolean(),
  seed: seeds,
});

function factors({ m, k, n, transposeA, transposeB, seed }: Product, stackA: number[], stackB: number[]) {
  return {
    a: numbers(seed, [...stackA, ...(transposeA ? [k, m] : [m, k])]),
    b: numbers(seed + 1, [...stackB, ...(transposeB ? [n, k] : [k, n])]),
  };
}

/** The product of two stacks of matrices with general broadcasting, written out in double precision. */
function written(a: Data, b: Data, stack: readonly number[], { m, k, n, transposeA, transposeB }: Product) {
  const values: number[] = [];
  const offset = (data: Data, index: readonly number[]) => {
    const own = data.shape.slice(0, -2);
    const at = index.slice(index.length - own.length).map((each, axis) => (own[axis] === 1 ? 0 : each));
    return at.reduce((total, each, axis) => total * own[axis] + each, 0);
  };
  const indices = stack.reduce<number[][]>(
    (all, length) => all.flatMap((index) => Array.from({ length }, (_, at) => [...index, at])),
    [[]],
  );
  for (const index of indices) {
    const [startA, startB] = [offset(a, index) * m * k, offset(b, index) * k * n];
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let l = 0; l < k; l++) {
          sum +=
            a.values[startA + (transposeA ? l * m + i : i * k + l)] *
            b.values[startB + (transposeB ? j * k + l : l * n + j)];
        }
        values.push(sum);
      }
    }
  }
  return { shape: [...stack, m, n], dtype: 'float32', values };
}

describe('BatchMatMul', () => {
  const stacks = fc.constantFrom<[number[], number[]]>(
    [[], []],
    [[1], [1]],
    [[3], [3]],
    [[1], [4]],
    [[4], [1]],
    [
      [2, 3],
      [2, 3],
    ],
  );

  it('multiplies like the cpu backend, whatever is transposed', () =>
    fc.assert(
      fc.asyncProperty(products, stacks, async (product, [stackA, stackB]) => {
        const { transposeA, transposeB } = product;
        await expectLikeCpu('BatchMatMul', factors(product, stackA, stackB), { transposeA, transposeB }, 1e-5);
      }),
      { numRuns: 150 },
    ));

  it('broadcasts stacks of any shapes that fit', () =>
    fc.assert(
      fc.asyncProperty(
        products,
        fc.constantFrom<[number[], number[], number[]]>(
          [
            [2, 1],
            [1, 3],
            [2, 3],
          ],
          [[3], [2, 1], [2, 3]],
          [[2, 3], [3], [2, 3]],
          [[], [2, 2], [2, 2]],
          [
            [2, 1, 2],
            [2, 3, 1],
            [2, 3, 2],
          ],
          [[0], [1], [0]],
        ),
        async (product, [stackA, stackB, stack]) => {
          const { transposeA, transposeB } = product;
          const { a, b } = factors(product, stackA, stackB);
          const result = await runOn('wasm', 'BatchMatMul', { a, b }, { transposeA, transposeB });
          expectClose(result, written(a, b, stack, product));
        },
      ),
      { numRuns: 60 },
    ));

  it('knows products without rows, columns or terms', async () => {
    for (const [m, k, n] of [
      [0, 3, 2],
      [2, 3, 0],
      [2, 0, 3],
    ]) {
      const product = { m, k, n, transposeA: false, transposeB: false, seed: 1 };
      const { a, b } = factors(product, [], []);
      const result = await runOn('wasm', 'BatchMatMul', { a, b }, { transposeA: false, transposeB: false });
      expectClose(result, written(a, b, [], product));
    }
  });

  it('gives a row the same bits in a batch of any size', () =>
    fc.assert(
      fc.property(lengths(40), lengths(200), lengths(40), seeds, (m, k, n, seed) => {
        const a = numbers(seed, [m, k]);
        const b = numbers(seed + 1, [k, n]);
        tidy(() => {
          const right = tensor2d(b.values, [k, n]);
          const whole = matMul(tensor2d(a.values, [m, k]), right).dataSync();
          const first = matMul(tensor2d(a.values.slice(0, k), [1, k]), right).dataSync();
          expect(whole.slice(0, n)).toEqual(first);
        });
      }),
    ));

  it('sees the new value of a variable', () => {
    const w = variable(ones([4, 3]));
    const x = ones([2, 4]);
    matMul(x, w).dispose();
    w.assign(fill([4, 3], 5));
    expect(Array.from(matMul(x, w).dataSync())).toEqual(Array(6).fill(20));
  });

  it('refuses inner lengths that differ', () => {
    expect(() => matMul(ones([2, 3]), ones([4, 5]))).toThrow(/inner lengths must match, got 3 and 4/);
  });
});

describe('_FusedMatMul', () => {
  const activations = ['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu'];

  it('adds the bias and activates once, like the cpu backend', () =>
    fc.assert(
      fc.asyncProperty(
        products,
        fc.constantFrom<[number, number]>([1, 1], [3, 3], [1, 2]),
        fc.constantFrom(...activations),
        fc.boolean(),
        async (product, [stackA, stackB], activation, withBias) => {
          const { n, seed, transposeA, transposeB } = product;
          const inputs = {
            ...factors(product, [stackA], [stackB]),
            bias: withBias ? numbers(seed + 2, [n]) : undefined,
            preluActivationWeights: activation === 'prelu' ? numbers(seed + 3, [n]) : undefined,
          };
          const attrs = { transposeA, transposeB, activation, leakyreluAlpha: 0.3 };
          await expectLikeCpu('_FusedMatMul', inputs, attrs, 1e-5);
        },
      ),
      { numRuns: 200 },
    ));

  it('takes a bias of any shape that can be broadcast', async () => {
    const product = { m: 5, k: 60, n: 4, transposeA: false, transposeB: true, seed: 3 };
    for (const shape of [[1], [1, 4], [5, 4], [5, 1], [1, 5, 4]]) {
      const inputs = { ...factors(product, [1], [1]), bias: numbers(7, shape) };
      await expectLikeCpu('_FusedMatMul', inputs, { transposeA: false, transposeB: true, activation: 'relu' }, 1e-5);
    }
  });
});
