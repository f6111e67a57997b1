import type { TensorInfo } from '@tensorflow/tfjs-core';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Factors } from '../../src/composed/product-shape.ts';
import { kernel } from '../../src/kernel.ts';
import { multiply } from '../../src/native/multiply.ts';
import { expectClose, runOn } from '../compare.ts';
import { type Data, lengths, numbers, seeds } from '../random.ts';
import { nativeKernels, type Run, runs, type Variants, variants } from './variants.ts';

interface Attributes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

let all: Variants;
/** The native product alone, in both variants, even where a composition would be faster. */
let both: Run[];
beforeAll(async () => {
  all = await variants();
  both = (await nativeKernels()).map((native) =>
    runs([
      kernel<Factors & { init?: TensorInfo }, Attributes>('multiply', (call) =>
        multiply(call, native, call.inputs, call.attrs, call.inputs.init),
      ),
    ]),
  );
});

const transposes = fc.record({ transposeA: fc.boolean(), transposeB: fc.boolean() });
/** Lengths on both sides of the sizes of tiles and of blocks. */
const long = fc.oneof(lengths(20), lengths(120), fc.constantFrom(96, 97, 255, 256, 257, 511, 512, 513));
const cases = fc
  .record({ m: long, k: long, n: long, seed: seeds, attrs: transposes })
  .filter(({ m, k, n }) => m * k * n < 2 ** 22);

type Case = typeof cases extends fc.Arbitrary<infer Value> ? Value : never;

function factors({ m, k, n, seed, attrs }: Case, stackA: readonly number[] = [], stackB: readonly number[] = []) {
  return {
    a: numbers(seed, [...stackA, ...(attrs.transposeA ? [k, m] : [m, k])]),
    b: numbers(seed + 1, [...stackB, ...(attrs.transposeB ? [n, k] : [k, n])]),
  };
}

function transposed({ shape: [rows, columns], values }: Data): Data {
  const turned = values.map((_, at) => values[(at % rows) * columns + Math.floor(at / rows)]);
  return { shape: [columns, rows], values: turned };
}

describe('the native product', () => {
  it('agrees with the composition and with the cpu backend, in both variants', () =>
    fc.assert(
      fc.asyncProperty(cases, async (each) => {
        const inputs = factors(each);
        const expected = await runOn('cpu', 'BatchMatMul', inputs, each.attrs);
        const [composed] = all.composed('BatchMatMul', inputs, each.attrs);
        for (const run of both) {
          const [result] = run('multiply', inputs, each.attrs);
          expectClose(result, expected, 3e-5);
          expectClose(result, composed, 3e-5);
        }
      }),
      { numRuns: 60 },
    ));

  it('gives the same bits, whatever is transposed', () =>
    fc.assert(
      fc.property(cases, (each) => {
        const { a, b } = factors(each);
        const other = { transposeA: !each.attrs.transposeA, transposeB: !each.attrs.transposeB };
        for (const run of both) {
          const [result] = run('multiply', { a, b }, each.attrs);
          expect(run('multiply', { a: transposed(a), b: transposed(b) }, other)[0].values).toEqual(result.values);
        }
      }),
      { numRuns: 60 },
    ));

  it('gives a row and a column the same bits in a product of any size', () =>
    fc.assert(
      fc.property(cases, fc.double({ min: 0, max: 0.999, noNaN: true }), (each, place) => {
        const attrs = { transposeA: false, transposeB: true };
        const { m, k, n } = each;
        const { a, b } = factors({ ...each, attrs });
        const [row, column] = [Math.floor(place * m), Math.floor(place * n)];
        const line = ({ values }: Data, at: number) => ({ shape: [1, k], values: values.slice(at * k, (at + 1) * k) });
        for (const run of both) {
          const whole = Array.from(run('multiply', { a, b }, attrs)[0].values);
          const ofRow = run('multiply', { a: line(a, row), b }, attrs)[0].values;
          const ofColumn = run('multiply', { a, b: line(b, column) }, attrs)[0].values;
          expect(Array.from(ofRow)).toEqual(whole.slice(row * n, (row + 1) * n));
          expect(Array.from(ofColumn)).toEqual(whole.filter((_, at) => at % n === column));
        }
      }),
      { numRuns: 60 },
    ));

  it('starts every row from a bias', () =>
    fc.assert(
      fc.property(cases, (each) => {
        const { n } = each;
        const inputs = factors(each);
        const init = numbers(each.seed + 2, [n], { low: -9, high: 9 });
        for (const run of both) {
          const [product] = run('multiply', inputs, each.attrs);
          const values = Array.from(product.values, (value, at) => value + init.values[at % n]);
          expectClose(run('multiply', { ...inputs, init }, each.attrs)[0], { ...product, values }, 3e-5);
        }
      }),
      { numRuns: 30 },
    ));

  it('knows products without terms, rows or columns', () => {
    const attrs = { transposeA: false, transposeB: false };
    const init = numbers(1, [4]);
    for (const run of both) {
      const noTerms = { a: numbers(1, [3, 0]), b: numbers(1, [0, 4]) };
      expect(Array.from(run('multiply', noTerms, attrs)[0].values)).toEqual(Array(12).fill(0));
      const rows = Array.from(init.values);
      expect(Array.from(run('multiply', { ...noTerms, init }, attrs)[0].values)).toEqual([...rows, ...rows, ...rows]);
      expect(run('multiply', { a: numbers(1, [0, 3]), b: numbers(1, [3, 4]) }, attrs)[0].shape).toEqual([0, 4]);
      expect(run('multiply', { a: numbers(1, [2, 3]), b: numbers(1, [3, 0]) }, attrs)[0].shape).toEqual([2, 0]);
    }
  });
});

describe('BatchMatMul and _FusedMatMul', () => {
  const stacks = fc.constantFrom<[number[], number[]]>(
    [[2], [2]],
    [[3, 1], [2]],
    [[2, 3], []],
    [[], [4]],
    [
      [1, 2],
      [3, 1],
    ],
    [[0], [1]],
  );

  it('agree with the composition for stacks that are broadcast', () =>
    fc.assert(
      fc.property(cases, stacks, (each, [stackA, stackB]) => {
        fc.pre(each.m * each.k * each.n < 2 ** 17);
        const inputs = factors(each, stackA, stackB);
        const [expected] = all.composed('BatchMatMul', inputs, each.attrs);
        for (const run of [all.plain, all.relaxed]) {
          expectClose(run('BatchMatMul', inputs, each.attrs)[0], expected, 3e-5);
        }
      }),
      { numRuns: 60 },
    ));

  it('agree with the composition for every bias and activation', () =>
    fc.assert(
      fc.property(
        cases,
        fc.constantFrom('linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu'),
        fc.constantFrom('none', 'row', 'one', 'matrix'),
        (each, activation, kind) => {
          const { m, n, seed } = each;
          const shape = { none: undefined, row: [n], one: [1], matrix: [m, n] }[kind];
          const inputs = {
            ...factors(each, [1], [1]),
            bias: shape && numbers(seed + 2, shape),
            preluActivationWeights: activation === 'prelu' ? numbers(seed + 3, [n]) : undefined,
          };
          const attrs = { ...each.attrs, activation, leakyreluAlpha: 0.3 };
          const [expected] = all.composed('_FusedMatMul', inputs, attrs);
          for (const run of [all.plain, all.relaxed])
            expectClose(run('_FusedMatMul', inputs, attrs)[0], expected, 3e-5);
        },
      ),
      { numRuns: 60 },
    ));
});

it('_FusedMatMul tells slopes of rows from those of columns, composed too', async () => {
  const inputs = { a: numbers(1, [1, 5, 3]), b: numbers(2, [1, 3, 5]), preluActivationWeights: numbers(3, [5, 1]) };
  const attrs = { transposeA: false, transposeB: false, activation: 'prelu' };
  const expected = await runOn('cpu', '_FusedMatMul', inputs, attrs);
  for (const run of Object.values(all) as Run[]) expectClose(run('_FusedMatMul', inputs, attrs)[0], expected);
});

describe('Sum and Mean over leading axes', () => {
  it('have the bits of the composition', () =>
    fc.assert(
      fc.property(lengths(30), lengths(9), lengths(30), seeds, fc.boolean(), (first, second, inner, seed, keepDims) => {
        const x = numbers(seed, [first, second, inner]);
        for (const kernelName of ['Sum', 'Mean']) {
          for (const axis of [[0], [1, 0], [1], [2], [0, 1, 2]]) {
            const expected = all.composed(kernelName, { x }, { axis, keepDims });
            expect(all.plain(kernelName, { x }, { axis, keepDims })).toEqual(expected);
            expect(all.relaxed(kernelName, { x }, { axis, keepDims })).toEqual(expected);
          }
        }
      }),
      { numRuns: 40 },
    ));
});
