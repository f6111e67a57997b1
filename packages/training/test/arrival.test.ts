// Where training arrives, in closed form.
import { ball, cloneParams, key, l2 } from '@advml/core';
import { momentum, sgd } from '@advml/optimizers';
import { numbersOf } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { tensor, tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { adversarialObjective, cleanObjective, disposeState, fit } from '../src/index.ts';
import { classed, linearNetwork, steepest } from './models.ts';
import { network, noisyRun, start } from './runs.ts';

beforeAll(async () => {
  await useWasm();
});

describe('where fit arrives', () => {
  it('logistic regression on separable data tends to the largest margin, at the known offset', async () => {
    // With z = y x in {(1, 3), (1, -1)} the largest margin lies along (1, 0), at the dual weights 1/4 and 3/4. Gradient
    // descent tends to (log t + const, c) with exp(-3 c) / exp(c) = (1/4) / (3/4), so c = log(3) / 4 (Soudry et al., 2018).
    const linear = linearNetwork(2);
    const { params, ...state } = await fit({
      network: {
        ...linear,
        init: () => ({ weight: tensor1d([0, 0]) }),
        apply: ({ weight }, x) => linear.apply({ weight, bias: tensor1d([0]) }, x),
      },
      params: { weight: tensor1d([0, 0]) },
      objective: cleanObjective(),
      optimizer: sgd({ rate: 1 }),
      batches: () => ({
        x: tensor2d([
          [1, 3],
          [-1, 1],
        ]),
        y: tensor1d([1, -1]),
      }),
      steps: 1500,
      key: key('run', 0),
    });
    const [along, across] = numbersOf(params.weight);
    expect(across).toBeCloseTo(Math.log(3) / 4, 2);
    expect(along).toBeGreaterThan(5);
    disposeState({ params, ...state });
  });

  it('adversarial training of a linear score stops where slope and radius balance', async () => {
    // One input (1, 0) of label 1 in two dimensions: the worst-case loss is softplus(eps |w| - w_1), least at infinity for
    // eps < 1. With labels flipped at odds p : 1 - p the margin m = w_1 solves p (1 - eps) s(-(1-eps) m) = (1-p) (1 + eps) s((1+eps) m).
    const [eps, p] = [0.25, 0.75];
    const sigmoid = (t: number) => 1 / (1 + Math.exp(-t));
    const slope = (m: number) => p * (1 - eps) * sigmoid(-(1 - eps) * m) - (1 - p) * (1 + eps) * sigmoid((1 + eps) * m);
    let [low, high] = [0, 5];
    for (let round = 0; round < 60; round++) {
      const middle = (low + high) / 2;
      if (slope(middle) > 0) low = middle;
      else high = middle;
    }

    const linear = linearNetwork(2);
    const { params, ...state } = await fit({
      network: linear,
      params: { weight: tensor1d([0.5, 0]), bias: tensor1d([0]) },
      objective: adversarialObjective({ attack: steepest(ball(l2, eps)) }),
      optimizer: momentum({ rate: 0.5 }),
      batches: () => ({
        x: tensor2d([
          [1, 0],
          [1, 0],
          [1, 0],
          [1, 0],
          [-1, 0],
          [-1, 0],
          [-1, 0],
          [-1, 0],
        ]),
        y: tensor1d([1, 1, 1, -1, -1, -1, -1, 1]),
      }),
      steps: 300,
      key: key('run', 0),
    });
    expect(params.weight).toBeAllClose([low, 0], { absolute: 1e-3 });
    expect(params.bias).toBeAllClose([0], { absolute: 1e-3 });
    disposeState({ params, ...state });
  });

  it('takes exactly the steps of the optimizer along the gradients of the objective', async () => {
    const [params, objective, optimizer] = [start(), cleanObjective(), sgd({ rate: 0.3 })];
    const trained = await fit(noisyRun(params, { objective, optimizer, steps: 2 }));
    let weights = Object.fromEntries(Object.entries(params).map(([name, value]) => [name, numbersOf(value)]));
    let tree = cloneParams(params);
    for (const step of [0, 1]) {
      const batch = classed(key('data', step), 8, 4);
      const { gradients } = objective({ network, params: tree, batch, key: key('run', 0, 'step', step), step });
      weights = Object.fromEntries(
        Object.entries(weights).map(([name, values]) => {
          const slopes = numbersOf(gradients[name]);
          return [name, values.map((value, at) => value - 0.3 * slopes[at])];
        }),
      );
      tree = Object.fromEntries(
        Object.entries(params).map(([name, { shape }]) => [name, tensor(weights[name], shape)]),
      );
    }
    for (const [name, values] of Object.entries(weights)) expect(trained.params[name]).toBeAllClose(values);
  });
});
