import { InputError, key, type Params } from '@advml/core';
import { descend } from '@advml/optimizers';
import { describeNetwork, numbersOf } from '@advml/testkit';
import { cleanObjective, fit } from '@advml/training';
import { useWasm } from '@advml/wasm';
import { abs, add, mean, mul, sub, tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { lazy, mlp, symmetricTwoLayer, tangent, withFixed } from '../src/index.ts';

beforeAll(async () => {
  await useWasm();
});

const symmetric = symmetricTwoLayer({ inputs: 5, neurons: 30, initialDeviation: 0.5, initialThreshold: 0.6 });

describeNetwork(lazy(mlp({ inputs: 4, hidden: [6], outputs: 3 }), { scale: 10 }), { classes: 3 });
describeNetwork(lazy(symmetric, { scale: 2 }));

const normal = (name: string, rows: number) => tensor2d(key('lazy', name).normal(rows * 5), [rows, 5]);

describe('lazy', () => {
  it('is zero at its initialization', () =>
    tidy(() => {
      const inputs = normal('x', 8);
      const model = lazy(symmetric, { scale: 1e4 });
      const params = model.init(key('init', 0));
      expect(Object.keys(params)).toEqual(['weight', 'bias', 'initial.weight', 'initial.bias']);
      expect(model.apply(params, inputs)).toBeAllClose(new Float32Array(8), { absolute: 0 });
    }));

  it('is the change of the network, scaled up', () =>
    tidy(() => {
      const inputs = normal('x', 8);
      const [before, after] = [symmetric.init(key('init', 0)), symmetric.init(key('init', 1))];
      const params: Params = { ...after, 'initial.weight': before.weight, 'initial.bias': before.bias };
      const change = sub(symmetric.apply(after, inputs), symmetric.apply(before, inputs));
      expect(lazy(symmetric, { scale: 3 }).apply(params, inputs)).toBeAllClose(numbersOf(mul(change, 3)), {
        absolute: 1e-5,
      });
    }));

  const whole = mlp({ inputs: 2, hidden: [3], outputs: 'score' });
  const { 'layer1.weight': held } = whole.init(key('init', 1));

  it.each([whole, withFixed(whole, { 'layer1.weight': held })])(
    'keeps what it began with, through training',
    async (of) => {
      const network = lazy(of, { scale: 10 });
      const params = network.init(key('init', 0));
      const batches = () => ({ x: tensor2d([[1, 2]]), y: tensor1d([1]) });
      const { params: after } = await fit({
        ...{ network, params, objective: cleanObjective(), optimizer: descend(0.01), batches, steps: 2 },
        key: key('fit', 0),
      });
      for (const [name, before] of Object.entries(params)) {
        const isSame = numbersOf(before).every((entry, at) => entry === numbersOf(after[name])[at]);
        expect([name, isSame]).toEqual([name, name.startsWith('initial.')]);
      }
    },
  );

  it('comes near the tangent as the scale grows', () =>
    tidy(() => {
      const [inputs, v, start] = [normal('x', 300), normal('v', 30), symmetric.init(key('init', 0))];
      const linear = numbersOf(tangent(symmetric).apply({ ...start, tangent: v }, inputs));
      const gaps = [10, 100, 1000].map((scale) => {
        const params = {
          weight: add(start.weight, mul(v, 1 / scale)),
          bias: start.bias,
          'initial.weight': start.weight,
          'initial.bias': start.bias,
        };
        const own = lazy(symmetric, { scale }).apply(params, inputs);
        return mean(abs(sub(own, linear))).dataSync()[0];
      });
      // The share of neurons that switch on the way falls with the move, 1 / scale.
      for (const at of [1, 2]) {
        expect(gaps[at]).toBeLessThan(gaps[at - 1] / 5);
        expect(gaps[at]).toBeGreaterThan(gaps[at - 1] / 20);
      }
    }));

  it('refuses a network that keeps its first weights already', () => {
    const twice = () => lazy(lazy(symmetric, { scale: 2 }), { scale: 2 });
    expect(twice).toThrow(InputError);
    expect(twice).toThrow("lazy keeps the first weights under 'initial.', as parameter 'initial.weight' is called");
  });

  it('refuses a scale that is not positive', () => {
    expect(() => lazy(symmetric, { scale: 0 })).toThrow(InputError);
    expect(() => lazy(symmetric, { scale: -1 })).toThrow(/scale must be finite and > 0, got -1/);
  });
});
