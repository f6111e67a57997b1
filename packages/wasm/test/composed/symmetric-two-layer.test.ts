import { useWasm } from '@advml/wasm';
import * as tf from '@tensorflow/tfjs-core';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Data, lengths, numbers, seeds, uniform } from '../random.ts';

beforeAll(() => useWasm());

interface Case {
  readonly x: Data;
  readonly weight: Data;
  /** One threshold, or one for each neuron and example. */
  readonly bias: Data;
}

const single = (bias: number): Data => ({ shape: [], values: Float32Array.of(bias) });

/** How many entries of a row are not zero: `d / 8` is the most that still counts as sparse. */
type Filling = 'sparse' | 'dense' | 'mixed' | 'empty';

function rows(seed: number, n: number, d: number, filling: Filling): Data {
  const next = uniform(seed);
  const { values } = numbers(seed + 1, [n, d], { low: -2, high: 2 });
  for (let row = 0; row < n; row++) {
    const sparse = filling === 'sparse' || (filling === 'mixed' && next() < 0.5);
    const most = filling === 'empty' ? 0 : sparse ? Math.floor(next() * (Math.floor(d / 8) + 1)) : d;
    const kept = new Set(Array.from({ length: most }, () => (sparse ? Math.floor(next() * d) : -1)));
    for (let column = 0; column < d; column++) if (most < d && !kept.has(column)) values[row * d + column] = 0;
  }
  return { shape: [n, d], values };
}

const cases: fc.Arbitrary<Case> = fc
  .record({
    n: fc.oneof(lengths(12), lengths(40)),
    d: fc.oneof(lengths(20), lengths(80)),
    m: fc.oneof(lengths(9), lengths(40)),
    filling: fc.constantFrom<Filling>('sparse', 'dense', 'mixed', 'empty'),
    bias: fc.constantFrom(0, 0.3, 1, -0.2, 'each' as const),
    seed: seeds,
  })
  .map(({ n, d, m, filling, bias, seed }) => ({
    x: rows(seed, n, d, filling),
    weight: numbers(seed + 2, [m, d]),
    bias: bias === 'each' ? numbers(seed + 3, [m, n], { low: -1, high: 2 }) : single(bias),
  }));

/** The network as one kernel. */
function fused(x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor): [output: tf.Tensor, preactivations: tf.Tensor] {
  return tf.engine().runKernel('SymmetricTwoLayer', { x, weight, bias }) as tf.Tensor[] as [tf.Tensor, tf.Tensor];
}

/** The network as a composition of tfjs's functions. */
function composed(x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor): [output: tf.Tensor, preactivations: tf.Tensor] {
  const u = tf.matMul(weight, x, false, true) as tf.Tensor2D; // [m, n]
  const up = tf.relu(tf.sub(u, bias));
  const down = tf.relu(tf.sub(tf.neg(u), bias));
  return [tf.sum(tf.sub(up, down), 0), u];
}

const tensors = ({ x, weight, bias }: Case) => [
  tf.tensor2d(x.values, x.shape as [number, number]),
  tf.tensor2d(weight.values, weight.shape as [number, number]),
  tf.tensor(bias.values, [...bias.shape]),
];

function expectNear(actual: tf.Tensor, expected: tf.Tensor, what: string, tolerance = 1e-5) {
  expect(actual.shape, what).toEqual(expected.shape);
  const [a, b] = [actual.dataSync(), expected.dataSync()];
  const scale = Array.from(b).reduce((largest, value) => Math.max(largest, Math.abs(value)), 1);
  for (let at = 0; at < b.length; at++) {
    if (!(Math.abs(a[at] - b[at]) <= tolerance * scale)) expect.fail(`${what}[${at}] is ${a[at]}, should be ${b[at]}`);
  }
}

describe('SymmetricTwoLayer', () => {
  it('computes what the composition computes, sparse or dense', () =>
    fc.assert(
      fc.property(cases, (each) => {
        tf.tidy(() => {
          const [x, weight, bias] = tensors(each);
          const [actual, expected] = [fused(x, weight, bias), composed(x, weight, bias)];
          expectNear(actual[0], expected[0], 'output');
          expectNear(actual[1], expected[1], 'preactivations');
        });
      }),
      { numRuns: 200 },
    ));

  it('has the gradients of the composition', () =>
    fc.assert(
      fc.property(cases, seeds, (each, seed) => {
        const before = tf.memory().numTensors;
        tf.tidy(() => {
          const inputs = tensors(each);
          // At a corner the two may choose differently; so close to one they need not be compared.
          const u = composed(inputs[0], inputs[1], inputs[2])[1].dataSync();
          const threshold = (at: number) => Math.abs(each.bias.values[at % each.bias.values.length]);
          fc.pre(u.every((value, at) => Math.abs(Math.abs(value) - threshold(at)) > 1e-5 || value === 0));
          const dy = tf.tensor1d(numbers(seed, [each.x.shape[0]]).values);
          const actual = tf.grads((...given) => fused(given[0], given[1], given[2])[0])(inputs, dy);
          const expected = tf.grads((...given) => composed(given[0], given[1], given[2])[0])(inputs, dy);
          for (const [at, what] of ['dx', 'dweight', 'dbias'].entries())
            expectNear(actual[at], expected[at], what, 2e-5);
        });
        expect(tf.memory().numTensors).toBe(before);
      }),
      { numRuns: 200 },
    ));

  it('gives an example the same bits in every batch, forward and back', () =>
    fc.assert(
      fc.property(
        fc.record({ n: lengths(30), d: lengths(70), m: lengths(30), seed: seeds }),
        fc.constantFrom<Filling>('sparse', 'dense', 'mixed'),
        ({ n, d, m, seed }, filling) => {
          const x = rows(seed, n, d, filling);
          tf.tidy(() => {
            const weight = tf.tensor2d(numbers(seed + 2, [m, d]).values, [m, d]);
            const bias = tf.scalar(0.2);
            const dy = numbers(seed + 3, [n]).values;
            const run = (from: number, to: number) => {
              const batch = tf.tensor2d(x.values.slice(from * d, to * d), [to - from, d]);
              const [output, u] = fused(batch, weight, bias);
              const gradient = tf.grad((given) => fused(given, weight, bias)[0])(
                batch,
                tf.tensor1d(dy.slice(from, to)),
              );
              return { output: output.dataSync(), u: tf.transpose(u).dataSync(), gradient: gradient.dataSync() };
            };
            const whole = run(0, n);
            for (const [from, to] of [
              [0, 1],
              [Math.floor(n / 3), Math.floor(n / 3) + 1],
              [Math.floor(n / 2), n],
              [0, Math.ceil((2 * n) / 3)],
            ]) {
              const part = run(from, to);
              expect(part.output).toEqual(whole.output.slice(from, to));
              expect(part.u).toEqual(whole.u.slice(from * m, to * m));
              expect(part.gradient).toEqual(whole.gradient.slice(from * d, to * d));
            }
          });
        },
      ),
      { numRuns: 150 },
    ));

  it('knows the value and slopes of a single neuron', () => {
    tf.tidy(() => {
      const [x, weight, bias] = [tf.tensor2d([[2], [-2], [0.1], [0]]), tf.tensor2d([[3]]), tf.scalar(1)];
      const [output, preactivations] = fused(x, weight, bias);
      expect(Array.from(output.dataSync())).toEqual([5, -5, 0, 0]);
      expect(Array.from(preactivations.dataSync())).toEqual([6, -6, 0.3, 0].map(Math.fround));
      const [dx, dweight, dbias] = tf.grads((...given) => fused(given[0], given[1], given[2])[0])(
        [x, weight, bias],
        tf.tensor1d([1, 10, 100, 1000]),
      );
      expect(Array.from(dx.dataSync())).toEqual([3, 30, 0, 0]);
      expect(Array.from(dweight.dataSync())).toEqual([2 - 20]);
      expect(dbias.dataSync()[0]).toBe(-1 + 10);
    });
  });

  it('takes an empty batch', () => {
    tf.tidy(() => {
      const inputs = [tf.zeros([0, 3]), tf.ones([2, 3]), tf.scalar(0.1)];
      const [output, preactivations] = fused(inputs[0], inputs[1], inputs[2]);
      expect([output.shape, preactivations.shape]).toEqual([[0], [2, 0]]);
      const gradients = tf.grads((...given) => fused(given[0], given[1], given[2])[0])(inputs, tf.zeros([0]));
      expect(gradients.map(({ shape }) => shape)).toEqual([[0, 3], [2, 3], []]);
      expect([...gradients[1].dataSync(), ...gradients[2].dataSync()]).toEqual(Array(7).fill(0));
    });
  });

  it('does not lose NaN and infinity', () => {
    tf.tidy(() => {
      const weight = tf.tensor2d([
        [1, Number.NaN],
        [1, 1],
      ]);
      const x = tf.tensor2d([
        [1, 1],
        [Infinity, 1],
      ]);
      expect(fused(x, weight, tf.scalar(0.1))[0].dataSync()).toEqual(Float32Array.of(Number.NaN, Number.NaN));
      expect(fused(x, tf.ones([2, 2]), tf.scalar(0.1))[0].dataSync()[1]).toBe(Infinity);
    });
  });

  it('computes only the gradients that are asked for', () => {
    tf.tidy(() => {
      const [x, weight, bias] = tensors({ x: rows(1, 4, 16, 'mixed'), weight: numbers(2, [3, 16]), bias: single(0.1) });
      const used: string[] = [];
      const names = ['Input', 'Weight', 'Bias'].map((which) => `SymmetricTwoLayer${which}Grad`);
      const configs = names.map((name) => tf.getKernel(name, 'wasm'));
      const replace = (config: tf.KernelConfig) => {
        tf.unregisterKernel(config.kernelName, 'wasm');
        tf.registerKernel(config);
      };
      for (const config of configs) {
        replace({
          ...config,
          kernelFunc: (call) => {
            used.push(config.kernelName);
            return config.kernelFunc(call);
          },
        });
      }
      tf.grad((given) => fused(given, weight, bias)[0])(x);
      tf.grad((given) => fused(x, given, bias)[0])(weight);
      tf.grad((given) => fused(x, weight, given)[0])(bias);
      for (const config of configs) replace(config);
      expect(used).toEqual(names);
    });
  });

  it('refuses shapes that do not fit', () => {
    tf.tidy(() => {
      const [x, bias] = [tf.ones([2, 3]), tf.scalar(0)];
      expect(() => fused(x, tf.ones([4, 5]), bias)).toThrow('needs x [n, d] and weight [m, d], got [2,3] and [4,5]');
      expect(() => fused(x, tf.ones([4, 3]), tf.ones([4]))).toThrow(
        'bias must be one number or [m, n], [4,2], got [4]',
      );
    });
  });
});
