// What training costs against d: how settings scale, and when a bar counts as reached.

import { classifier, disposeParams, key, type Network, type Optimizer, type Params } from '@advml/core';
import { cleanAccuracy } from '@advml/metrics';
import { parseSetting, trainPlainly } from '@advml/runs';
import { useWasm } from '@advml/wasm';
import { memory, scalar, tensor1d } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { paperSetting } from '../src/index.ts';
import { paperPresets } from '../src/paper/presets.ts';
import { families, scaledSetting, scaledWorld, scalingPoints } from '../src/paper/scaling/family.ts';
import { measureCost } from '../src/paper/scaling/measure.ts';
import { trainAveraged } from '../src/paper/scaling/train-averaged.ts';
import { cleanPhase } from '../src/paper/training/phases.ts';
import { paperWorld } from '../src/paper/world.ts';
import { LOOKED_AT } from '../src/shared/masking.ts';

beforeAll(async () => void (await useWasm()));

const setting = parseSetting(paperSetting, []);

describe('a scaled setting', () => {
  it('is the main one at its own d and k, with constant rates', () => {
    const { tau, data, network, clean, adversarial } = scaledSetting(setting, 'fixed', 1536);
    expect([tau, data.active, data.margin, network]).toEqual([0.115, 2, 0.5, setting.network]);
    expect(clean).toEqual({ ...setting.clean, batch: 384, hold: 1 });
    expect(adversarial).toEqual({ ...setting.adversarial, batch: 384, hold: 1, steps: 2449 }); // 1000 sqrt(1536 / 256)
  });

  it('keeps rate / d, m / d and batch / d, and tau sqrt(k)', () => {
    for (const family of families) {
      for (const d of setting.scaling.dimensions) {
        const { tau, data, network, clean, adversarial } = scaledSetting(setting, family, d);
        expect(data.active).toBeCloseTo(family === 'fixed' ? 2 : Math.exp(0.3 * Math.log(d)), 9);
        expect(tau * Math.sqrt(data.active)).toBeCloseTo(0.115 * Math.SQRT2, 12);
        expect([data.dimension, network.neurons, 4 * clean.batch, 4 * adversarial.batch]).toEqual([d, d, d, d]);
        expect(clean.rate / d).toBeCloseTo(25 / 1536, 12);
        expect(adversarial.rate / d).toBeCloseTo(11 / 1536, 12);
      }
    }
  });

  it('gives more steps where d is larger, as a power of d', () => {
    const at = (d: number, scaling: object) =>
      scaledSetting({ ...setting, scaling: { ...setting.scaling, ...scaling } }, 'growing', d).adversarial.steps;
    expect([256, 1024, 2048].map((d) => at(d, {}))).toEqual([1000, 2000, 2828]);
    expect([256, 2048].map((d) => at(d, { stepsGrowth: 0 }))).toEqual([1000, 1000]);
    expect(at(2048, { stepsGrowth: 2, steps: 10 })).toBe(640);
  });

  it('is made for every repeat of every d in both families, each once', () => {
    const points = scalingPoints(setting);
    expect(points).toHaveLength(6 * (3 + 2) + 2);
    expect(new Set(points.map((point) => JSON.stringify(point))).size).toBe(points.length);
    expect(points[0].dimension).toBe(2048);
  });
});

/** A network of one number, and an optimizer that counts: after step t the number is t. */
const network: Network = {
  name: 'one number',
  inputShape: [1],
  output: 'score',
  init: () => ({ count: scalar(0) }),
  apply: (params) => params.count.clone(),
};
const counter: Optimizer = {
  init: () => ({}),
  update: () => ({ updates: { count: scalar(1) }, state: {} }),
};

describe('training with averaged weights', () => {
  const meansOf = async (steps: number, window: number, every: number, stopAt = Number.POSITIVE_INFINITY) => {
    const before = memory().numTensors;
    const params: Params = { count: scalar(0) };
    const asked: [number, number][] = [];
    const phase = {
      ...{ network, params, steps, optimizer: counter, key: key('run') },
      objective: () => ({ loss: 0, accuracy: 1, gradients: { count: scalar(0) } }),
      batches: () => ({ x: tensor1d([0]), y: tensor1d([1]) }),
    };
    const isDone = async (step: number, mean: Params) => {
      asked.push([step, mean.count.dataSync()[0]]);
      return step >= stopAt;
    };
    await trainAveraged(phase, { window, every: () => every, isDone });
    disposeParams(params);
    expect(memory().numTensors).toBe(before);
    return asked;
  };

  it('has the mean of all steps within the window, and forgets beyond it', async () => {
    expect(await meansOf(6, 100, 2)).toEqual([
      [2, 1.5],
      [4, 2.5],
      [6, 3.5],
    ]);
    const asked = await meansOf(400, 10, 400);
    expect(asked[0][1]).toBeCloseTo(400 - 9, 3); // a mean that forgets with T lags a straight line by T - 1
  });

  it('asks after the last step too, and stops when told', async () => {
    expect((await meansOf(5, 3, 2)).map(([step]) => step)).toEqual([2, 4, 5]);
    expect((await meansOf(50, 3, 2, 4)).map(([step]) => step)).toEqual([2, 4]);
  });
});

describe('the cost of a training', () => {
  const small = parseSetting(paperSetting, [
    paperPresets.smoke,
    { tau: 0.15, scaling: { steps: 120, robustEvery: 10, examples: 200, confirmSteps: 5, attackSteps: 2 } },
  ]);
  const world = paperWorld(small, 1);
  const point = { family: 'fixed', dimension: 64, repeat: 1 } as const;

  it('is the first step at which the accuracy is measured above its bar', async () => {
    const before = memory().numTensors;
    const cost = await measureCost(world, point, {});
    expect(memory().numTensors).toBe(before);
    const { clean99, robust90 } = cost.steps;
    if (clean99 === null || robust90 === null) throw new Error(`nothing reached: ${JSON.stringify(cost)}`);
    expect(robust90 % 10).toBe(0);
    expect(cost.robustAfter.value).toBeGreaterThan(0.9);
    for (const { checked, examples } of Object.values(cost.masking ?? {}))
      expect([checked.length, examples]).toEqual([6, LOOKED_AT]);
    expect(Object.keys(cost.masking ?? {})).toEqual(['before', 'after']);

    const own = scaledWorld(world, point);
    const test = own.data.batch(own.root.child('test'), 200, 'coefficients');
    const accuracyAfter = async (steps: number) => {
      const start = own.network.init(own.root.child('init'));
      const params = await trainPlainly({ ...cleanPhase(own, own.root.child('clean')), steps }, start);
      const { value } = await cleanAccuracy(classifier(own.network, params), test);
      disposeParams(start, params);
      return value;
    };
    expect(await accuracyAfter(clean99)).toBeGreaterThan(0.99);
    expect(await accuracyAfter(clean99 - 2)).toBeLessThanOrEqual(0.99);
    for (const tensor of [test.x, test.y]) tensor.dispose();
    expect(await measureCost(world, point, {}), 'the same bits again').toEqual(cost);
  });

  it('is null where the steps do not suffice, and the last accuracy is kept', async () => {
    const short = paperWorld(
      parseSetting(paperSetting, [small, { clean: { steps: 4, warmup: 2 }, scaling: { steps: 3, cleanEvery: 1 } }]),
      1,
    );
    const { steps, limit, robustAfter } = await measureCost(short, point, {});
    expect(steps).toEqual({ clean99: null, robust90: null, robust99: null });
    expect(limit).toEqual({ clean99: 4, robust90: 3, robust99: 3 });
    expect(robustAfter.trials).toBe(200);
  });

  it('of an adversarial training that diverges is not reached', async () => {
    const before = memory().numTensors;
    const wild = paperWorld({ ...small, adversarial: { ...small.adversarial, rate: 1e30, warmup: 0 } }, 1);
    const { steps, limit, diverged } = await measureCost(wild, point, {});
    expect(memory().numTensors).toBe(before);
    expect(steps).toMatchObject({ robust90: null, robust99: null });
    expect(diverged).toBeLessThan(120);
    expect(limit).toMatchObject({ robust90: diverged, robust99: diverged });
  });

  it('is stopped by the signal', async () => {
    const before = memory().numTensors;
    await expect(measureCost(world, point, { signal: AbortSignal.abort() })).rejects.toThrow(/stopped|abort/i);
    expect(memory().numTensors).toBe(before);
  });
});
