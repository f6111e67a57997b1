// Averages of the weights in closed form.
import { applyUpdates, disposeParams, InputError, type Optimizer, type Params } from '@advml/core';
import { expectNoLeak, numbersOf } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { scalar, tensor1d } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { averageOf, chain, descend, momentum, movingAverage, stochasticWeightAveraging } from '../src/index.ts';
import { path } from './walk.ts';

beforeAll(() => useWasm());

/** The average after some steps of gradient 1 and rate 1 from weight 0: the weights are 0, -1, -2, ... */
function averageAfter(steps: number, part: Optimizer): number {
  const optimizer = chain(descend(1), part);
  let params: Params = { weight: tensor1d([0]) };
  let state = optimizer.init(params);
  for (let step = 0; step < steps; step++) {
    const next = optimizer.update({ weight: tensor1d([1]) }, state, params);
    params = applyUpdates(params, next.updates);
    state = next.state;
  }
  return numbersOf(averageOf(state, params).weight)[0];
}

describe('movingAverage', () => {
  it('weighs the weight of t steps ago by (1 - d) d^t, and the first by what is left', () => {
    for (const steps of [0, 1, 2, 9]) {
      const weights = Array.from({ length: steps }, (_, at) => -(at + 1));
      const expected = weights.reduce((sum, weight, at) => sum + 0.2 * 0.8 ** (steps - 1 - at) * weight, 0);
      expect(averageAfter(steps, movingAverage(0.8))).toBeCloseTo(expected, 5);
    }
    expect(averageAfter(5, movingAverage(1))).toBe(0);
    expect(averageAfter(5, movingAverage(0))).toBe(-5);
  });

  it('refuses a decay outside [0, 1]', () => {
    expect(() => movingAverage(1.1)).toThrow(/decay must be between 0 and 1, got 1.1/);
  });
});

describe('stochasticWeightAveraging', () => {
  it('is the mean of the weights after from, from + every, ... steps; the weights themselves before', () => {
    const averages = Array.from({ length: 12 }, (_, steps) =>
      averageAfter(steps, stochasticWeightAveraging({ from: 3, every: 4 })),
    );
    const [third, seventh, eleventh] = [-3, -5, -7]; // means of 3; 3, 7; 3, 7, 11
    const expected = [0, -1, -2, third, third, third, third, seventh, seventh, seventh, seventh, eleventh];
    expect(averages).toBeAllClose(expected, { absolute: 1e-5 });
  });

  it('takes every step by default', () => {
    expect(averageAfter(6, stochasticWeightAveraging({ from: 2 }))).toBeCloseTo(-4, 5); // 2, 3, 4, 5, 6
    expect(() => stochasticWeightAveraging({ from: 0 })).toThrow(/from must be an integer >= 1, got 0/);
  });
});

describe('averageOf', () => {
  it('leaves the training as it is', () => {
    const slope = (weight: readonly number[]) => weight.map((value) => value - 1);
    const plain = path(momentum({ rate: 0.1 }), [3, -2], slope, 5);
    expect(path(chain(momentum({ rate: 0.1 }), movingAverage(0.9)), [3, -2], slope, 5)).toEqual(plain);
  });

  it('takes what no optimizer sees from the parameters, and owns its result', async () => {
    const params = { weight: tensor1d([1, 2]), mean: scalar(7) };
    const state = chain(momentum({ rate: 1 }), movingAverage()).init({ weight: params.weight });
    const averaged = averageOf(state, params);
    expect(Object.entries(averaged).map(([name, values]) => [name, numbersOf(values)])).toEqual([
      ['weight', [1, 2]],
      ['mean', [7]],
    ]);
    disposeParams(averaged);
    expect(params.weight.isDisposed).toBe(false);
    await expectNoLeak(() => disposeParams(averageOf(state, params)));
  });

  it('refuses the average of other parameters', () => {
    const state = movingAverage().init({ 'layer.left': scalar(1), bias: tensor1d([1, 2]) });
    expect(() => averageOf(state, { layer: scalar(1), bias: tensor1d([1, 2]) })).toThrow('layer.left');
    const other = movingAverage().init({ bias: tensor1d([1]) });
    expect(() => averageOf(other, { bias: tensor1d([1, 2]) })).toThrow(InputError);
  });

  it('refuses a state without an average, or with two', () => {
    const params = { weight: tensor1d([1]) };
    expect(() => averageOf(descend(1).init(params), params)).toThrow(InputError);
    const two = chain(movingAverage(), stochasticWeightAveraging({ from: 1 })).init(params);
    expect(() => averageOf(two, params)).toThrow(/must hold one average of the weights, got 2/);
  });
});
