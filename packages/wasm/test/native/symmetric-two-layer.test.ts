import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectClose, type Result } from '../compare.ts';
import { type Data, lengths, numbers, seeds } from '../random.ts';
import { type Run, type Variants, variants } from './variants.ts';

let all: Variants;
beforeAll(async () => {
  all = await variants();
});

const long = fc.oneof(lengths(12), lengths(70));
/** Thresholds for which none, few, most or all (twice, below 0) of the entries are active. */
const cases = fc.record({ n: long, d: long, m: long, seed: seeds, bias: fc.constantFrom(0, 0.3, 3, 9, 1e9, -0.5, -9) });
/** The same, or thresholds of their own for all entries, around that one. */
const noisyCases = fc.tuple(cases, fc.boolean());

type Case = typeof cases extends fc.Arbitrary<infer Value> ? Value : never;

interface Inputs {
  readonly x: Data;
  readonly weight: Data;
  readonly bias: Data;
  readonly dy: Data;
}

const inputsOf = ([{ n, d, m, seed, bias }, noisy]: [Case, boolean]): Inputs => ({
  x: numbers(seed, [n, d], { low: -2, high: 2 }),
  weight: numbers(seed + 1, [m, d]),
  bias: noisy
    ? numbers(seed + 3, [m, n], { low: bias - 2, high: bias + 2 })
    : { shape: [], values: Float32Array.of(bias) },
  dy: numbers(seed + 2, [n]),
});

const asData = ({ shape, values }: Result): Data => ({ shape, values: values as Float32Array });

/** The three gradients at given preactivations. */
function gradients(run: Run, { x, weight, bias, dy }: Inputs, preactivations: Data) {
  const upstream = { preactivations, bias, dy };
  return {
    x: run('SymmetricTwoLayerInputGrad', { ...upstream, weight })[0],
    weight: run('SymmetricTwoLayerWeightGrad', { ...upstream, x })[0],
    bias: run('SymmetricTwoLayerBiasGrad', upstream)[0],
  };
}

describe('the native two-layer network', () => {
  it('computes what the composition computes, in both variants', () =>
    fc.assert(
      fc.property(noisyCases, (each) => {
        const { x, weight, bias } = inputsOf(each);
        const expected = all.composed('SymmetricTwoLayer', { x, weight, bias });
        for (const run of [all.plain, all.relaxed]) {
          const [output, u] = run('SymmetricTwoLayer', { x, weight, bias });
          expectClose(output, expected[0], 1e-4);
          expectClose(u, expected[1], 3e-5);
        }
      }),
      { numRuns: 150 },
    ));

  it('has the gradients of the composition at any share of active entries', () =>
    fc.assert(
      fc.property(noisyCases, (each) => {
        const inputs = inputsOf(each);
        const u = asData(
          all.composed('SymmetricTwoLayer', { x: inputs.x, weight: inputs.weight, bias: inputs.bias })[1],
        );
        const expected = gradients(all.composed, inputs, u);
        for (const run of [all.plain, all.relaxed]) {
          const actual = gradients(run, inputs, u);
          expectClose(actual.x, expected.x, 3e-5);
          expectClose(actual.weight, expected.weight, 3e-5);
          expectClose(actual.bias, expected.bias, 3e-5);
        }
      }),
      { numRuns: 150 },
    ));

  it('gives an example the same bits among quiet examples, in lists, as among loud ones, in a dense product', () =>
    fc.assert(
      fc.property(lengths(40), lengths(70), lengths(300), seeds, (n, d, m, seed) => {
        const weight = numbers(seed, [m, d]);
        const bias = { shape: [], values: Float32Array.of(1) };
        const first = numbers(seed + 1, [m], { low: -1.5, high: 1.5 }).values; // preactivations of the example
        const among = (low: number, high: number) => {
          const others = numbers(seed + 2, [m, n + 1], { low, high });
          for (let neuron = 0; neuron < m; neuron++) others.values[neuron * (n + 1)] = first[neuron];
          return others;
        };
        const dy = numbers(seed + 3, [n + 1]);
        for (const run of [all.plain, all.relaxed]) {
          const [quiet, loud] = [among(-0.5, 0.5), among(5, 6)].map((preactivations) => {
            const [result] = run('SymmetricTwoLayerInputGrad', { preactivations, bias, dy, weight });
            return Array.from(result.values).slice(0, d);
          });
          expect(quiet).toEqual(loud);
        }
      }),
      { numRuns: 100 },
    ));

  it('gives weights the same bits from sparse inputs as from dense ones', () =>
    fc.assert(
      fc.property(cases, lengths(200), ({ n, m, seed, bias }, width) => {
        const d = width + 8;
        const x = numbers(seed, [n + 1, d]); // one entry in d is not zero, but in the last row all are
        for (let at = 0; at < n * d; at++) if (at % d !== (at * seed) % d) x.values[at] = 0;
        const preactivations = numbers(seed + 1, [m, n + 1], { low: -3, high: 3 });
        const dy = numbers(seed + 2, [n + 1]);
        dy.values[n] = 0; // the dense row adds nothing
        const upstream = { bias: { shape: [], values: Float32Array.of(bias) }, dy };
        const whole = { ...upstream, x, preactivations };
        const columns = (values: ArrayLike<number>) =>
          Float32Array.from(Array.from(values).filter((_, at) => at % (n + 1) < n));
        const part = {
          ...upstream,
          dy: { shape: [n], values: dy.values.slice(0, n) },
          x: { shape: [n, d], values: x.values.slice(0, n * d) },
          preactivations: { shape: [m, n], values: columns(preactivations.values) },
        };
        for (const run of [all.plain, all.relaxed]) {
          const [dense, sparse] = [whole, part].map((given) => run('SymmetricTwoLayerWeightGrad', given)[0]);
          expectClose(sparse, dense, 1e-6);
          const open = Array.from(preactivations.values).filter((u) => u > bias || u < -bias).length;
          if (open <= 0.5 * m * (n + 1))
            expect(Array.from(sparse.values, (each) => each + 0)).toEqual(Array.from(dense.values));
        }
      }),
      { numRuns: 100 },
    ));

  it('has the bits of the composition where sums are in double precision', () =>
    fc.assert(
      fc.property(cases, (each) => {
        // Every row of x picks one weight: the preactivations are exact.
        const { n, m, bias } = each;
        const x = {
          shape: [n, n],
          values: Float32Array.from({ length: n * n }, (_, at) => (at % (n + 1) === 0 ? 1 : 0)),
        };
        const weight = numbers(each.seed, [m, n], { low: -12, high: 12 });
        const given = { x, weight, bias: { shape: [], values: Float32Array.of(bias) } };
        const expected = all.composed('SymmetricTwoLayer', given);
        for (const run of [all.plain, all.relaxed]) expect(run('SymmetricTwoLayer', given)).toEqual(expected);
      }),
      { numRuns: 50 },
    ));
});
