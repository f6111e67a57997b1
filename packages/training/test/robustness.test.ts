// What the recipes are for: each makes a network more robust than clean training does, on data where that can be had.
import { fgm, pgd } from '@advml/attacks';
import { gaussianStart } from '@advml/attacks/parts';
import {
  type Batch,
  type BatchSource,
  ball,
  classifier,
  crossEntropy,
  disposeParams,
  type Key,
  key,
  linf,
} from '@advml/core';
import { mlp } from '@advml/networks';
import { averageOf, chain, momentum, movingAverage, oneCycle } from '@advml/optimizers';
import { useWasm } from '@advml/wasm';
import { tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  adversarialObjective,
  awpObjective,
  cleanObjective,
  disposeState,
  fit,
  freeObjective,
  martObjective,
  mixedObjective,
  type Objective,
  partlyAdversarialObjective,
  replayBatches,
  stateFromArrays,
  stateToArrays,
  tradesObjective,
} from '../src/index.ts';

beforeAll(async () => {
  await useWasm();
});

const INPUTS = 41;
const STRONG = 2;
const threat = ball(linf, 0.6);

/**
 * One strong feature, right in 95 of 100 examples, and forty weak ones that together are right more often: an attacker of
 * radius 0.6 turns every weak one around (Tsipras et al., 2019, arXiv:1805.12152).
 */
function draw(source: Key, size: number): Batch {
  const signs = source.child('signs').signs(size);
  const wrong = source.child('wrong').uniform(size);
  const x = source.child('noise').normal(size * INPUTS, 0.7);
  for (const [row, sign] of signs.entries()) {
    for (let entry = 1; entry < INPUTS; entry++) x[row * INPUTS + entry] += 0.3 * sign;
    x[row * INPUTS] = wrong[row] < 0.05 ? -STRONG * sign : STRONG * sign;
  }
  return {
    x: tensor2d(x, [size, INPUTS]),
    y: tensor1d(
      Int32Array.from(signs, (sign) => (sign + 1) / 2),
      'int32',
    ),
  };
}

const network = mlp({ inputs: INPUTS, hidden: [16], outputs: 2 });
const STEPS = 120;
const batches: BatchSource = (step) => draw(key('data', step), 64);
const run = (objective: Objective, source = batches) => ({
  network,
  params: network.init(key('init', 0)),
  objective,
  optimizer: chain(momentum({ rate: oneCycle({ peak: 0.05, steps: STEPS }) }), movingAverage(0.9)),
  batches: source,
  steps: STEPS,
  key: key('run', 0),
});

/** Share of 400 new examples that withstand 20 steps of PGD; how many are right without it. */
function measure(params: Parameters<typeof classifier>[1]): { robust: number; clean: number } {
  const { x, y } = draw(key('test'), 400);
  const share = (radius: number) => {
    const { success } = pgd({ threat: ball(linf, radius), steps: 20 })(classifier(network, params), x, y, {
      key: key('evaluation', 0),
    });
    return success.filter((fooled) => !fooled).length / success.length;
  };
  return { robust: share(threat.eps), clean: share(0) };
}

const attack = pgd({ threat, steps: 5, loss: crossEntropy });
const beside = pgd({ threat, steps: 5, loss: crossEntropy, start: gaussianStart(0.001) });
const fast = fgm({ threat, start: 'random', loss: crossEntropy });
const recipes: readonly (readonly [name: string, objective: Objective, source: BatchSource])[] = [
  ['PGD', adversarialObjective({ attack }), batches],
  ['mixed', mixedObjective({ attack }), batches],
  ['partly', partlyAdversarialObjective({ attack, share: 0.75 }), batches],
  ['TRADES', tradesObjective({ attack: beside }), batches],
  ['MART', martObjective({ attack: beside }), batches],
  ['Fast', adversarialObjective({ attack: fast, attackMode: 'training' }), batches],
  ['Free', freeObjective({ threat }), replayBatches(batches, 4)],
  ['AWP', awpObjective(adversarialObjective({ attack })), batches],
];

describe('robust accuracy', () => {
  it('is low after clean training, however accurate', async () => {
    const trained = await fit(run(cleanObjective()));
    const { robust, clean } = measure(trained.params);
    expect(clean).toBeGreaterThan(0.97);
    expect(robust).toBeLessThan(0.1);
    disposeState(trained);
  });

  it.each(recipes)('is high after %s, also of the averaged weights', async (_name, objective, source) => {
    const trained = await fit(run(objective, source));
    const averaged = averageOf(trained.optimizer, trained.params);
    expect(measure(trained.params).robust).toBeGreaterThan(0.9);
    expect(measure(averaged).robust).toBeGreaterThan(0.9);
    disposeState(trained);
    disposeParams(averaged);
  });

  it.each(recipes)('%s in two parts ends in the same bits as in one', async (_name, objective, source) => {
    const options = { ...run(objective, source), steps: 9 };
    const whole = stateToArrays(await fit(options));
    const part = await fit({ ...options, steps: 5 });
    const from = stateFromArrays(stateToArrays(part));
    expect(stateToArrays(await fit({ ...options, from }))).toEqual(whole);
  });
});
