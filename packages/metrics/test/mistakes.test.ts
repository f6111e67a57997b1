// What plain JavaScript lets through is refused in a sentence that names the value and the way out.
import { type Batch, ball, type Classifier, InputError, key, l2 } from '@advml/core';
import { linearScore } from '@advml/testkit';
import { ready, type Tensor, tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import { cleanAccuracy, evaluate, margins, robustAccuracy, robustnessCurve, transferMatrix } from '../src/index.ts';
import { noise } from './simple-attacks.ts';

beforeAll(ready);

type Measure = (model: Classifier, batch: Batch, options: unknown) => Promise<unknown>;

const threat = ball(l2, 0.5);
const { model } = linearScore([1, 0]);
const x = [
  [2, 0],
  [-1, 3],
];
const batch = (): Batch => ({ x: tensor2d(x), y: tensor1d([1, 1]) });
const attacked = { key: key('mistakes', 0) };
const curve = { ...attacked, norm: l2, eps: [0, 0.5], attack: noise };

/** Every measure, and the least that it needs. */
const MEASURES: readonly [string, Measure, object][] = [
  ['margins', (of, on, given) => margins(of, on, given as never), {}],
  ['cleanAccuracy', (of, on, given) => cleanAccuracy(of, on, given as never), {}],
  ['robustAccuracy', (of, on, given) => robustAccuracy(of, on, noise(threat), given as never), attacked],
  ['robustnessCurve', (of, on, given) => robustnessCurve(of, on, given as never), curve],
  ['transferMatrix', (of, on, given) => transferMatrix({ of }, on, noise(threat), given as never), attacked],
  [
    'evaluate',
    (of, on, given) => evaluate(of, on, threat, [{ kind: 'white-box', attack: noise }], given as never),
    attacked,
  ],
];

describe.each(MEASURES)('%s', (name, measure, good) => {
  const refused = async (what: string, of: unknown, on: unknown, given: unknown) => {
    const measured = measure(of as Classifier, on as Batch, given);
    await expect(measured).rejects.toThrow(InputError);
    await expect(measured).rejects.toThrow(what);
  };

  it('takes what it should', async () => {
    await expect(measure(model, batch(), { ...good, batchSize: 1 })).resolves.toBeDefined();
  });

  it('refuses options that are misspelt or no record', async () => {
    await refused(`${name} has no option 'batchsize'; did you mean 'batchSize'?`, model, batch(), {
      ...good,
      batchsize: 1,
    });
    await refused(`${name} takes one record of options {`, model, batch(), 7);
    if ('key' in good)
      await refused("key must be a key, such as key('run', 7), got number 7", model, batch(), { ...good, key: 7 });
  });

  it('refuses arrays in place of tensors, and what is no batch', async () => {
    await refused('x must be a tensor, got an array of 2; use tensor(x)', model, { ...batch(), x }, good);
    await refused('y must be a tensor, got an array of 2; use tensor(y)', model, { ...batch(), y: [1, 1] }, good);
    await refused('x must be a tensor, got undefined', model, undefined, good);
  });

  it('refuses what is no model', async () => {
    const layers = { apply: model, predict: model };
    await refused('a tfjs-layers model becomes one by fromLayersModel(model) of @advml/models', layers, batch(), good);
    await refused('pick one: (x) => model(x)[0]', (v: Tensor) => [model(v), v], batch(), good);
  });
});

describe('radii and attacks', () => {
  it.each<[string, object, string]>([
    ['one radius', { eps: 0.5 }, 'eps must be an array of radii (input units), got number 0.5; use [0.5]'],
    ['no radii', { eps: undefined }, 'eps must be an array of radii (input units), got undefined'],
    ['an attack that is made', { attack: noise(threat) }, 'takes a function that makes an attack, such as (threat) =>'],
  ])('%s', async (_, given, what) => {
    await expect(robustnessCurve(model, batch(), { ...curve, ...given } as never)).rejects.toThrow(what);
  });

  it('a radius for the curve of an evaluation', async () => {
    const members = [{ kind: 'white-box', attack: noise }] as const;
    const found = evaluate(model, batch(), threat, members, { ...attacked, eps: 0.5 } as never);
    await expect(found).rejects.toThrow('got number 0.5; use [0.5]');
  });
});
