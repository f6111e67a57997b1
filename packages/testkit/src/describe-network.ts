import {
  disposeParams,
  InputError,
  key,
  mapParams,
  type Network,
  type Params,
  paramsFromArrays,
  paramsToArrays,
} from '@advml/core';
import { requireSameTree } from '@advml/core/internal';
import {
  add,
  engine,
  grads,
  mul,
  type Scalar,
  slice,
  sum,
  type Tensor,
  tensor,
  tidy,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { expectNoLeak } from './expect-no-leak.ts';
import { numbersOf } from './matchers.ts';

/** What {@link describeNetwork} must know besides the network. */
export interface NetworkSuiteOptions {
  /** Classes of a network that gives logits; none of one that gives a score. */
  readonly classes?: number;
}

const BATCH = 3;

/** Weights of a sum of all outputs that no symmetry cancels. */
const weighted = (output: Tensor): Scalar => {
  const weights = tensor(key('network', 'weights').uniform(output.size, 0.5, 1.5), output.shape);
  return sum(mul(output, weights)) as Scalar;
};

/** A random direction for each tensor, as long as the tensor itself, so that a step of 1 % is a change of 1 %. */
function directionLike(values: Tensor, name: string): Float32Array {
  const numbers = numbersOf(values);
  const deviation = Math.sqrt(numbers.reduce((total, value) => total + value * value, 0) / numbers.length) || 1e-2;
  return key('network', 'direction', name).normal(numbers.length, deviation);
}

/** Expects the slope of `f` along a direction, by central differences, to be the one its gradient predicts. */
function expectSlope(
  f: (at: Tensor) => Scalar,
  at: Tensor,
  gradient: Tensor,
  direction: Float32Array,
  what: string,
): void {
  const step = 2e-3;
  const shifted = (share: number) =>
    tidy(
      () =>
        f(
          add(
            at,
            tensor(
              direction.map((value) => share * value),
              at.shape,
            ),
          ),
        ).dataSync()[0],
    );
  const [above, below] = [shifted(step), shifted(-step)];
  const terms = numbersOf(gradient).map((slope, entry) => slope * direction[entry]);
  const expected = terms.reduce((a, b) => a + b, 0);
  const typical = Math.hypot(...terms);
  const noise = (1e-6 * (Math.abs(above) + Math.abs(below))) / step;
  expect((above - below) / (2 * step), `slope along ${what}`).toBeAllClose(expected, {
    absolute: 0.02 * typical + noise,
  });
}

/**
 * What every network must do: outputs of its kind, the same bits for any batch size, true gradients, parameters
 * that a file can hold, a clear refusal of wrong shapes, no leak.
 *
 * @param network - The network under test, small.
 * @param options - What cannot be read from it.
 * @example
 * ```ts
 * describeNetwork(mlp({ inputs: 4, hidden: [5], outputs: 3 }), { classes: 3 });
 * ```
 */
export function describeNetwork(network: Network, { classes }: NetworkSuiteOptions = {}): void {
  const width = network.inputShape.reduce((product, length) => product * length, 1);
  const inputs = (count = BATCH) =>
    tensor(key('network', 'inputs').normal(count * width), [count, ...network.inputShape]);
  const withParams = <T>(work: (params: Params) => T): T => {
    const params = network.init(key('network', 7));
    try {
      return work(params);
    } finally {
      disposeParams(params);
    }
  };

  describe(`network ${network.name}`, () => {
    it('is initialized by its key alone', () => {
      const [first, again, other] = [7, 7, 8].map((seed) => network.init(key('network', seed)));
      const numbers = (params: Params) =>
        Object.entries(params).flatMap(([name, values]) => [name, ...numbersOf(values)]);
      expect(numbers(again)).toEqual(numbers(first));
      if (numbers(first).length > 0) expect(numbers(other)).not.toEqual(numbers(first));
      expect(Object.keys(other)).toEqual(Object.keys(first));
      disposeParams(first, again, other);
    });

    it('tells the shapes of its parameters, and what it is as plain data, if at all', () =>
      withParams((params) => {
        const { parameters } = network;
        if (parameters) requireSameTree('parameters', params, parameters);
        const description = network.describe?.();
        if (description) expect(JSON.parse(JSON.stringify(description))).toEqual(description);
      }));

    it('gives finite outputs of its kind', () =>
      withParams((params) =>
        tidy(() => {
          const output = network.apply(params, inputs());
          if (network.output === 'score') expect(output.shape).toEqual([BATCH]);
          else expect(output.shape).toEqual([BATCH, classes]);
          expect(numbersOf(output).every(Number.isFinite)).toBe(true);
        }),
      ));

    it('treats each example alone, and gives the same bits twice', () =>
      withParams((params) =>
        tidy(() => {
          const x = inputs();
          const whole = network.apply(params, x);
          const rows = Array.from({ length: BATCH }, (_, at) => {
            const row = slice(x, [at, ...network.inputShape.map(() => 0)], [1, ...network.inputShape]);
            return numbersOf(network.apply(params, row));
          });
          expect(whole).toHaveSameBits(rows.flat());
          expect(network.apply(params, x)).toHaveSameBits(whole);
        }),
      ));

    it('gives the same bits with parameters that went through plain arrays', () =>
      withParams((params) => {
        const restored = paramsFromArrays(paramsToArrays(params));
        tidy(() => {
          expect(network.apply(restored, inputs())).toHaveSameBits(network.apply(params, inputs()));
        });
        disposeParams(restored);
      }));

    it('has true gradients in its parameters', () =>
      withParams((params) =>
        tidy(() => {
          const names = Object.keys(params);
          const x = inputs();
          const f = () => weighted(network.apply(params, x));
          const tensors = names.map((name) => params[name]);
          // Unlike `grads` this allows parameters that the outputs do not follow, such as those of a gate: their slope is zero.
          const slopes = names.length > 0 ? engine().gradients(f, tensors, undefined, true).grads : [];
          for (const [at, name] of names.entries()) {
            const along = (value: Tensor) => weighted(network.apply({ ...params, [name]: value }, x));
            const slope = slopes[at] ?? zerosLike(params[name]);
            expectSlope(along, params[name], slope, directionLike(params[name], name), name);
          }
        }),
      ));

    it('has a true gradient in its inputs', () =>
      withParams((params) =>
        tidy(() => {
          const f = (x: Tensor) => weighted(network.apply(params, x));
          const x = inputs();
          expectSlope(f, x, grads(f)([x])[0], directionLike(x, 'inputs'), 'the inputs');
        }),
      ));

    it('refuses inputs and parameters of another shape', () =>
      withParams((params) =>
        tidy(() => {
          const wrong = tensor(key('network', 'wrong').normal(BATCH * (width + 1)), [BATCH, width + 1]);
          expect(() => network.apply(params, wrong)).toThrow(InputError);
          if (Object.keys(params).length > 0) expect(() => network.apply({}, inputs())).toThrow(InputError);
        }),
      ));

    it('changes nothing and keeps no tensor', async () => {
      const params = network.init(key('network', 7));
      const before = mapParams(params, (values) => values.clone());
      const x = inputs();
      await expectNoLeak(() => {
        const made = network.init(key('network', 9));
        disposeParams(made, { output: network.apply(params, x) });
        disposeParams({ output: network.apply(params, x, { training: true, key: key('network', 'noise') }) });
      });
      for (const [name, values] of Object.entries(params)) expect(values).toHaveSameBits(before[name]);
      x.dispose();
      disposeParams(params, before);
    });
  });
}
