// Certified training: the loss as it is defined, its schedules, and what it does to digits.
import { crown, intervalBound, intervalOutputs } from '@advml/certify';
import { ball, classifier, InputError, key, linf, type Network, type WorstOutputs } from '@advml/core';
import { balancedSplit, fixedBatches } from '@advml/data';
import { digits } from '@advml/data/digits';
import { mlp } from '@advml/networks';
import { adam, linear } from '@advml/optimizers';
import { expectNoLeak, finiteDifference } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { abs, add, mul, scalar, sum, type Tensor, tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  certifiedObjective,
  cleanObjective,
  disposeState,
  fit,
  type Objective,
  type ObjectiveContext,
} from '../src/index.ts';
import { linearNetwork, read, scored } from './models.ts';

beforeAll(async () => {
  await useWasm();
});

const softplus = (t: number) => Math.log1p(Math.exp(-Math.abs(t))) + Math.max(t, 0);
const mean = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0) / numbers.length;

const threat = ball(linf, 0.5);

/** The worst scores of a linear network in linf: `f - y eps |w|_1`. */
const closed: WorstOutputs = Object.assign(
  ({ network, params, x, y, eps }: Parameters<WorstOutputs>[0]): Tensor =>
    tidy(() => add(network.apply(params, x), mul(y, mul(sum(abs(params.weight)), -eps)))),
  { label: 'closed form', threat },
);

const weight = [0.7, -0.4, 0.2, 1.1];

const context = (step = 0): ObjectiveContext => ({
  network: linearNetwork(4),
  params: { weight: tensor1d(weight), bias: scalar(0.2) },
  batch: scored(key('batch'), 6, 4),
  key: key('step', step),
  step,
});

/** `y f` of each example. */
function margins(given: ObjectiveContext, w: readonly number[] = weight): number[] {
  const { rows, labels } = read(given.batch);
  return rows.map((row, at) => labels[at] * row.reduce((total, value, j) => total + value * w[j], 0.2));
}

const l1Size = (w: readonly number[]) => w.reduce((total, one) => total + Math.abs(one), 0);

describe('certifiedObjective', () => {
  it('takes numbers for its schedules, and refuses inputs outside the box', () => {
    const given = context();
    const loss = (options: object) => certifiedObjective({ worst: closed, ...options })(given).loss;
    expect(loss({ eps: 0.1, kappa: 0.3 })).toBe(loss({ eps: () => 0.1, kappa: () => 0.3 }));
    expect(() => loss({ eps: '0.1' })).toThrow('eps must be a number or a function of the step, got string 0.1');
    const boxed = Object.assign((...all: Parameters<WorstOutputs>) => closed(...all), {
      label: 'closed form',
      threat: ball(linf, 0.5, { low: 0, high: 1 }),
    });
    expect(() => certifiedObjective({ worst: boxed })(given)).toThrow(
      'x of the batch at step 0 must lie in its box [0, 1]',
    );
  });

  it('is the clean loss and that of the worst outputs, weighed', () => {
    const given = context();
    for (const [kappa, eps] of [
      [0.5, 0.5],
      [1, 0.5],
      [0, 0.2],
      [0.25, 0],
    ]) {
      const objective = certifiedObjective({ worst: closed, eps: () => eps, kappa: () => kappa });
      const { loss, accuracy } = objective(given);
      const own = margins(given);
      const worst = own.map((margin) => margin - eps * l1Size(weight));
      const expected = own.map((margin, at) => kappa * softplus(-margin) + (1 - kappa) * softplus(-worst[at]));
      expect(loss).toBeCloseTo(mean(expected), 5);
      expect(accuracy, 'share that is certified').toBeCloseTo(mean(worst.map((margin) => (margin > 0 ? 1 : 0))), 6);
    }
  });

  it("has half of each at the threat's own radius by default, and follows its schedules", () => {
    const loss = (step: number, options: Partial<Parameters<typeof certifiedObjective>[0]>) =>
      certifiedObjective({ worst: closed, ...options })(context(step)).loss;
    expect(loss(0, {})).toBe(loss(0, { eps: () => 0.5, kappa: () => 0.5 }));
    const ramps = { eps: linear({ from: 0, to: 0.5, steps: 10 }), kappa: linear({ from: 1, to: 0.5, steps: 10 }) };
    expect(loss(4, ramps)).toBe(loss(4, { eps: () => 0.2, kappa: () => 0.8 }));
  });

  it('has the gradient of finite differences', () => {
    const network = mlp({ inputs: 4, hidden: [], outputs: 'score' });
    const given = { ...context(), network };
    const paramsOf = (w: Tensor) => ({ 'layer1.weight': w, 'layer1.bias': tensor1d([0.2]) });
    const start = tensor2d([weight]);
    const objective = certifiedObjective({ worst: intervalOutputs({ threat }) });
    const { loss, gradients } = objective({ ...given, params: paramsOf(start) });
    expect(loss).toBeCloseTo(certifiedObjective({ worst: closed })(context()).loss, 4);
    const slopes = finiteDifference((w) => scalar(objective({ ...given, params: paramsOf(w) }).loss), start);
    expect(gradients['layer1.weight']).toBeAllClose(slopes, { absolute: 1e-4 });
  });

  it('makes only its gradients', async () => {
    const given = context();
    await expectNoLeak(() => {
      for (const gradient of Object.values(certifiedObjective({ worst: closed })(given).gradients)) gradient.dispose();
    });
  });

  it('refuses what is no bound, and schedules out of range', () => {
    expect(() => certifiedObjective({} as never)).toThrow(InputError);
    expect(() => certifiedObjective({ worst: (() => undefined) as never })).toThrow(
      /needs worst outputs, such as intervalOutputs\(\{ threat \}\) of @advml\/certify, got/,
    );
    expect(() => certifiedObjective({ worst: closed, epsilon: 1 } as never)).toThrow(
      /no option 'epsilon'; did you mean 'eps'/,
    );
    expect(() => certifiedObjective({ worst: closed, kappa: () => 2 })(context())).toThrow(
      /kappa must be between 0 and 1, got 2/,
    );
    const worst = intervalOutputs({ threat });
    const perceptron = mlp({ inputs: 4, hidden: [3], outputs: 'score' });
    const given = { ...context(), network: perceptron, params: perceptron.init(key('init')) };
    expect(() => certifiedObjective({ worst, eps: () => 1 })(given)).toThrow(
      /eps must be from 0 to the threat's, 0.5, got 1/,
    );
  });
});

describe('digits', () => {
  const box = { low: 0, high: 1 };
  const eps = 0.1;
  const split = () => balancedSplit(digits(), 20, key('split', 0));
  const network: Network = mlp({ inputs: [8, 8, 1], hidden: [32, 32], outputs: 10 });
  const train = async (objective: Objective) => {
    const params = network.init(key('init', 0));
    return fit({
      network,
      params,
      objective,
      optimizer: adam({ rate: 0.005 }),
      batches: fixedBatches(split().train, 64, key('batches', 0)),
      steps: 250,
      key: key('run', 0),
    });
  };
  const certifiedShare = async (
    trained: Awaited<ReturnType<typeof train>>,
    make: typeof crown | typeof intervalBound,
  ) => {
    const { x, y } = split().validation.take(200);
    const { certified } = await make({ threat: ball(linf, eps, box) })(classifier(network, trained.params), x, y);
    return certified.filter(Boolean).length / certified.length;
  };

  it('are certified where the network was trained for it, and not where it was trained on clean examples', async () => {
    const worst = intervalOutputs({ threat: ball(linf, eps, box) });
    const schedules = {
      eps: linear({ from: 0, to: eps, steps: 125 }),
      kappa: linear({ from: 1, to: 0.5, steps: 125 }),
    };
    const robust = await train(certifiedObjective({ worst, ...schedules }));
    const clean = await train(cleanObjective());
    const shares = {
      robust: await certifiedShare(robust, intervalBound),
      clean: await certifiedShare(clean, crown),
    };
    expect(shares.robust).toBeGreaterThan(shares.clean + 0.3);
    disposeState(robust);
    disposeState(clean);
  });
});
