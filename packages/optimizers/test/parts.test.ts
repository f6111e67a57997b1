// The parts one by one, and what a chain makes of them.
import { applyUpdates, disposeParams, InputError, key, type Optimizer, type Params } from '@advml/core';
import { finiteDifference, numbersOf } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import {
  add,
  mul,
  pow,
  type Scalar,
  scalar,
  sign,
  sqrt,
  square,
  sum,
  tensor,
  tensor1d,
  tensor2d,
} from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  chain,
  decayWeights,
  descend,
  freeze,
  growBias,
  growBiasLinearly,
  purificationRegularizer,
  stateless,
  trace,
} from '../src/index.ts';

beforeAll(async () => {
  await useWasm();
});

/** Updates of one step from the optimizer's first state. */
function firstUpdates(optimizer: Optimizer, gradients: Params, params: Params): Record<string, number[]> {
  const { updates } = optimizer.update(gradients, optimizer.init(params), params);
  return Object.fromEntries(Object.entries(updates).map(([name, update]) => [name, numbersOf(update)]));
}

const params = () => ({
  weight: tensor2d([
    [3, 4],
    [0, 0],
    [-1, 2],
  ]),
  bias: scalar(0.5),
});
const gradients = () => ({
  weight: tensor2d([
    [1, 2],
    [3, 4],
    [5, 6],
  ]),
  bias: scalar(7),
});

describe('chain', () => {
  it('hands the updates of one part to the next', () => {
    const optimizer = chain(decayWeights(0.1), descend(0.5));
    const updates = firstUpdates(optimizer, { weight: tensor1d([1, 2]) }, { weight: tensor1d([10, 20]) });
    expect(updates.weight).toBeAllClose([-1, -2]); // -0.5 (g + 0.1 w)
  });

  it('depends on the order of its parts', () => {
    const optimizer = chain(descend(0.5), decayWeights(0.1));
    const updates = firstUpdates(optimizer, { weight: tensor1d([1, 2]) }, { weight: tensor1d([10, 20]) });
    expect(updates.weight).toBeAllClose([0.5, 1]); // -0.5 g + 0.1 w
  });

  it('names the state of each part by its position, chains within chains too', () => {
    const state = chain(chain(trace(0.9), freeze([])), descend(1)).init({ 'a.b': scalar(1) });
    expect(Object.keys(state)).toEqual(['0.0.velocity.a.b', '1.step']);
  });

  it('keeps more than ten parts apart', () => {
    const eleven = chain(...Array.from({ length: 11 }, () => trace(1)));
    const given = { weight: scalar(1) };
    const { state } = eleven.update(given, eleven.init(given), given);
    expect(Object.entries(state).map(([name, velocity]) => [name, ...numbersOf(velocity)])).toEqual(
      Array.from({ length: 11 }, (_, at) => [`${at}.velocity.weight`, 1]),
    );
  });

  it('refuses no parts, a foreign state and foreign gradients', () => {
    const given = { weight: scalar(1) };
    expect(() => chain()).toThrow(InputError);
    expect(() => chain(descend(1)).update(given, {}, given)).toThrow(/has no 'step'/);
    expect(() => chain(trace(1)).update(given, {}, given)).toThrow(/velocity lacks 'weight'/);
    expect(() => freeze([]).update({}, {}, given)).toThrow(/gradients lacks 'weight'/);
  });
});

describe('purificationRegularizer', () => {
  const lambda = 0.3;

  it('adds the gradient of lambda * sum_i (|w_i|^2 / 2 + |w_i|^3 / 3)', () => {
    const weight = tensor2d(key('weights', 0).normal(12), [4, 3]);
    const penalty = (w: typeof weight) => {
      const sizes = sqrt(sum(square(w), 1));
      return mul(lambda, sum(add(mul(square(sizes), 1 / 2), mul(pow(sizes, 3), 1 / 3)))) as Scalar;
    };
    const slopes = finiteDifference((w) => penalty(w as typeof weight), weight);
    const zero = { weight: tensor2d(new Float32Array(12), [4, 3]) };
    const { weight: update } = firstUpdates(purificationRegularizer(lambda), zero, { weight });
    expect(update).toBeAllClose(slopes, { absolute: 1e-3 });
  });

  it('is lambda (w + w |w|) a row, on top of the update, for the named weights only', () => {
    const updates = firstUpdates(purificationRegularizer(lambda, { only: ['weight'] }), gradients(), params());
    const [, , third] = [5, 0, Math.sqrt(5)];
    const expected = [
      1 + lambda * 3 * 6,
      2 + lambda * 4 * 6,
      3,
      4,
      5 - lambda * (1 + third),
      6 + lambda * 2 * (1 + third),
    ];
    expect(updates.weight).toBeAllClose(expected, { relative: 1e-6 });
    expect(updates.bias).toEqual([7]);
  });

  it('takes a filter with more axes as one row for each entry of the first', () => {
    const flat = key('filter', 0).normal(24);
    const [as4, as2] = [
      [2, 2, 3, 2],
      [2, 12],
    ].map((shape) => {
      const tree = { weight: tensor(flat, shape) };
      return firstUpdates(purificationRegularizer(lambda), tree, tree).weight;
    });
    expect(as4).toBeAllClose(as2, { relative: 1e-6 });
  });

  it('refuses what has no rows', () => {
    expect(() => firstUpdates(purificationRegularizer(lambda), gradients(), params())).toThrow(
      /'bias' must have one row a neuron, got shape \[\]; .*only/,
    );
  });
});

describe('growBias', () => {
  /** The bias after each step, where step t starts with rows of sizes `sizes[t]`. */
  function biases(sizes: number[][], start: number, ratio: number, final: number): number[] {
    const optimizer = growBias({ bias: 'bias', weight: 'weight', ratio, final });
    let bias = scalar(start);
    return sizes.map((rows) => {
      const given = { weight: tensor2d(rows.map((size) => [0.6 * size, -0.8 * size])), bias };
      const { updates } = optimizer.update({ weight: given.weight, bias: scalar(1e6) }, {}, given);
      bias = applyUpdates(given, updates).bias as typeof bias;
      return bias.dataSync()[0];
    });
  }

  it('follows ratio times the mean size of a row, never down, up to its end', () => {
    const sizes = [
      [0.1, 0.3],
      [1, 3],
      [1, 1],
      [4, 6],
      [100, 300],
      [0, 0],
    ];
    // ratio * mean: 0.02, 0.2, 0.1, 0.5, 20, 0
    expect(biases(sizes, 0.05, 0.1, 0.6)).toBeAllClose([0.05, 0.2, 0.2, 0.5, 0.6, 0.6], { relative: 1e-6 });
  });

  it('brings a bias beyond the end back to it', () => {
    expect(biases([[1, 1]], 2, 0.1, 0.6)).toBeAllClose([0.6], { relative: 1e-6 });
  });

  it('leaves the other updates alone, also at the end of the chain of the paper', () => {
    const optimizer = chain(
      purificationRegularizer(1e-5, { only: ['weight'] }),
      descend(25),
      growBias({ bias: 'bias', weight: 'weight', ratio: 0.1, final: 10 }),
    );
    const updates = firstUpdates(optimizer, gradients(), params());
    const sizes = [5, 0, Math.sqrt(5)];
    const weights = [3, 4, 0, 0, -1, 2];
    const expected = weights.map((w, at) => -25 * (at + 1 + 1e-5 * (w + w * sizes[at >> 1])));
    expect(updates.weight).toBeAllClose(expected, { relative: 1e-6 });
    // The mean size of a row is 2.41, a tenth of it below the bias of 0.5.
    expect(updates.bias).toEqual([0]);
  });

  it('refuses unknown names', () => {
    const optimizer = growBias({ bias: 'bias', weight: 'weights', ratio: 1, final: 1 });
    expect(() => firstUpdates(optimizer, gradients(), params())).toThrow(/no parameter is called 'weights'/);
    expect(() => growBias({ bias: 'b', weight: 'w', ratio: -1, final: 1 })).toThrow(/ratio must be .* got -1/);
  });
});

describe('growBiasLinearly', () => {
  it('reaches its end in equal steps and stays, whatever the gradient', () => {
    const optimizer = growBiasLinearly({ bias: 'bias', from: 0.1, to: 0.5, steps: 4 });
    let given: Params = { bias: tensor1d([0.1, 0.1]) };
    let state = optimizer.init(given);
    const seen = Array.from({ length: 6 }, () => {
      const next = optimizer.update({ bias: tensor1d([5, -5]) }, state, given);
      given = applyUpdates(given, next.updates);
      state = next.state;
      return numbersOf(given.bias);
    });
    const expected = [0.2, 0.3, 0.4, 0.5, 0.5, 0.5].flatMap((value) => [value, value]);
    expect(seen.flat()).toBeAllClose(expected, { relative: 1e-6 });
  });

  it('refuses an unknown bias', () => {
    expect(() => growBiasLinearly({ bias: 'b', from: 0, to: 1, steps: 4 }).init(params())).toThrow(
      /no parameter is called 'b'/,
    );
  });
});

describe('freeze', () => {
  it('turns the updates of the named parameters into zeros, even from gradients that are not numbers', () => {
    const given = { ...gradients(), bias: scalar(Number.NaN) };
    const updates = firstUpdates(chain(descend(1), freeze(['bias'])), given, params());
    expect(updates).toEqual({ weight: [-1, -2, -3, -4, -5, -6], bias: [0] });
  });
});

describe('stateless', () => {
  it('makes a part of a function', () => {
    const signDescent = chain(
      stateless((update) => sign(update)),
      descend(0.25),
    );
    const updates = firstUpdates(signDescent, { weight: tensor1d([3, -2]) }, { weight: tensor1d([1, 1]) });
    expect(updates.weight).toEqual([-0.25, 0.25]);
  });

  it('gives the function the name and all parameters', () => {
    const toOther = stateless((_update, _name, { other }) => other.clone(), { only: ['weight'] });
    const given = { weight: scalar(1), other: scalar(9) };
    expect(firstUpdates(toOther, given, given)).toEqual({ weight: [9], other: [9] });
    disposeParams(given);
  });
});
