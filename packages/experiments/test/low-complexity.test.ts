// Claim C10: models of low complexity, their training, what they withstand, and the verdict.
import { classifier, disposeParams, key } from '@advml/core';
import { polynomial } from '@advml/networks';
import '@advml/testkit';
import { parseSetting, startRun } from '@advml/runs';
import { useWasm } from '@advml/wasm';
import { scalar, sum, type Tensor2D, tensor1d } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { paper, paperSetting } from '../src/index.ts';
import { c10 } from '../src/paper/low-complexity/claims/c10.ts';
import type { LowComplexityResult } from '../src/paper/low-complexity/measures.ts';
import { lowComplexityModels } from '../src/paper/low-complexity/models.ts';
import { trainTuned } from '../src/paper/low-complexity/train.ts';
import { attackLinear, attackModel, radiusWithstood } from '../src/paper/low-complexity/withstood.ts';
import { paperPresets } from '../src/paper/presets.ts';
import { paperWorld } from '../src/paper/world.ts';
import { judge } from './judge.ts';
import { thousandths } from './measures.ts';
import { openStore, textOf, tiny } from './tiny.ts';
import { unbelieved } from './unbelieved.ts';

beforeAll(async () => {
  await useWasm();
});

const setting = parseSetting(paperSetting, [
  paperPresets.smoke,
  ...tiny.overrides,
  { lowComplexity: { examples: 40, curveExamples: 40, steps: 8, curveSteps: 8 } },
]);
const world = paperWorld(setting, 5);

const result = (model: string, robust: number): LowComplexityResult => ({
  model,
  training: 'adversarial',
  trials: [],
  clean: thousandths(1000),
  robust: thousandths(robust),
  attack: 'a battery',
  curve: [],
  radius: 0,
});

describe('claim C10', () => {
  const claim = (...robust: readonly number[]) => {
    const models = robust.map((share, at) => result(`model ${at}`, share));
    return judge(c10, { models, network: [result('the network itself', 990)] }, setting);
  };

  it('holds where no model is significantly above chance', () => {
    // 530 of 1000 has the interval [0.4985, 0.5613], 532 has [0.5005, 0.5633].
    expect(claim(0, 530, 3)).toMatchObject({ holds: true, value: 0.53, detail: { aboveChance: [] } });
    expect(claim(0, 532, 3)).toMatchObject({
      holds: false,
      value: 0.532,
      detail: { model: 'model 1, adversarial', aboveChance: ['model 1, adversarial'] },
    });
  });
});

describe('the radius that a model withstands', () => {
  const curve = (...accuracies: readonly number[]) =>
    accuracies.map((accuracy, at) => ({ eps: 0.1 * at, accuracy, low: accuracy, high: accuracy }));

  it('is where the straight lines of its curve come below 90%', () => {
    expect(radiusWithstood(curve(1, 0.95, 0.75))).toBeCloseTo(0.125, 10);
    expect(radiusWithstood(curve(0.9, 0.5))).toBeCloseTo(0, 10);
    expect(radiusWithstood(curve(0.8, 0.5))).toBe(0);
    expect(radiusWithstood(curve(1, 0.99))).toBeCloseTo(0.1, 10);
  });
});

describe('a linear classifier', () => {
  it('withstands in closed form what PGD finds, which is exact for it', async () => {
    const network = polynomial({ inputs: 32, degree: 1 });
    const noise = key('linear').normal(32, 0.2);
    const params = {
      linear: tensor1d(world.data.wStar.map((sign, at) => sign * (1 + noise[at]))),
      constant: scalar(0.05),
    };
    const exact = attackLinear(world, params);
    const found = await attackModel(world, classifier(network, params), undefined, {});
    expect(exact.clean).toEqual(found.clean);
    expect(exact.robust).toEqual(found.robust);
    expect(exact.curve).toEqual(found.curve);
    expect(exact.radius).toBe(found.radius);
    disposeParams(params);
  });
});

describe('the models', () => {
  it('have names of their own, and each starts as its key says', () => {
    const models = lowComplexityModels(setting);
    expect(new Set(models.map(({ name }) => name)).size).toBe(models.length);
    expect(new Set(models.map(({ title }) => title)).size).toBe(models.length);
    const x = world.data.batch(key('x'), 4, 'coefficients');
    for (const { start, title } of models) {
      const [one, two] = [0, 0].map((seed) => start(key('model', seed), world.data));
      const [first, second] = [one, two].map(({ network, start: params }) => network.apply(params, x.x));
      expect(first, title).toHaveSameBits(second);
      const smooth = one.surrogate?.(one.start)(x.x);
      expect(smooth?.shape ?? [4], title).toEqual([4]);
    }
  });

  it('end with the vote of the cubes of the features', () => {
    const known = lowComplexityModels(setting).at(-1);
    const { network, start } = known?.start(key('any'), world.data) ?? {};
    const { x } = world.data.batch(key('x'), 5, 'coefficients');
    const expected = (x as Tensor2D)
      .arraySync()
      .map((row) => row.reduce((total, value, j) => total + world.data.wStar[j] * value ** 3, 0));
    expect(network?.apply(start ?? {}, x)).toBeAllClose(expected, { absolute: 1e-5 });
  });
});

describe('training at the best of several rates', () => {
  it('takes the rate whose trial was most accurate', async () => {
    const [linear] = lowComplexityModels(setting);
    const { network, start } = linear.start(key('init'), world.data);
    const rates = [1e-6, 0.3];
    const { rate, trials, params } = await trainTuned(world, network, start, 'clean', rates, key('tuned'), {});
    expect(trials.map((trial) => trial.rate)).toEqual(rates);
    const best = trials.reduce((most, trial) => (trial.clean > most.clean ? trial : most));
    expect(rate).toBe(best.rate);
    const alone = await trainTuned(world, network, start, 'clean', [rate], key('tuned'), {});
    expect(alone.trials).toEqual([]);
    expect(alone.params.linear).toHaveSameBits(params.linear);
    expect(sum(params.linear).dataSync()[0]).not.toBe(sum(start.linear).dataSync()[0]);
  });
});

describe('a run of claim C10', () => {
  it('leaves a table with every model after each training, and a figure', async () => {
    const store = openStore();
    const claims = await startRun(store, paper, { ...tiny, overrides: [...tiny.overrides, { claims: ['C10'] }] });
    expect(claims.map(({ id }) => id)).toEqual(['C10']);
    const rows = textOf(store, 'tables/low-complexity.csv').trim().split(/\r?\n/);
    expect(rows).toHaveLength(1 + 2 * 8 + 1 + 2); // heading, trained models, the cubes of the features, the network
    expect(store.files.has('figures/low-complexity.svg')).toBe(true);
    expect(store.files.has('measures/overfitting.json')).toBe(false);
    expect(unbelieved(store)).toEqual([]);
    expect(rows[0]).toContain('"robust accuracy, high",signs of a masked gradient,');
  });
});
