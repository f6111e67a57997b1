// Running statistics: they follow what the network sees, and no optimizer touches them.
import { ball, disposeParams, InputError, key, l2, type Params, trainable } from '@advml/core';
import { adamw } from '@advml/optimizers';
import { expectNoLeak, numbersOf } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { mean, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  adversarialObjective,
  cleanObjective,
  disposeState,
  type FitOptions,
  fit,
  type Objective,
} from '../src/index.ts';
import { dataParallel } from '../src/workers.ts';
import { noise, scored } from './models.ts';
import { notebook } from './runs.ts';
import makeJob, { KEPT } from './state-job.ts';

const { network } = makeJob();
let start: Params;
beforeAll(async () => {
  await useWasm();
  start = network.init(key('init', 0));
});

const batches = (step: number) => scored(key('data', step), 8, 3);

const run = (params: Params, overrides: Partial<FitOptions> = {}): FitOptions => ({
  network,
  params,
  objective: cleanObjective(),
  optimizer: adamw({ rate: 0.1, weightDecay: 0.1 }),
  batches,
  steps: 4,
  key: key('run', 0),
  ...overrides,
});

/** The running mean after some steps that each apply the network so many times. */
function runningMean(steps: number, times = 1): number[] {
  let running = [0, 0, 0];
  for (let step = 0; step < steps; step++) {
    const { x, y } = batches(step);
    const centre = numbersOf(tidy(() => mean(x, 0)));
    for (let time = 0; time < times; time++)
      running = running.map((value, at) => KEPT * value + (1 - KEPT) * centre[at]);
    disposeParams({ x, y });
  }
  return running;
}

/** The clean objective, which looks at the batch twice. */
const twice: Objective = (context) => {
  disposeParams({ seen: context.network.apply(context.params, context.batch.x, { training: true }) });
  return cleanObjective()(context);
};

describe('state of a network', () => {
  it.each([
    ['a clean objective', cleanObjective(), 1],
    ['one that applies the network twice', twice, 2],
  ])('follows the batches under %s', async (_name, objective, times) => {
    const trained = await fit(run(start, { objective }));
    expect(trained.params.running_mean).toBeAllClose(runningMean(4, times), { absolute: 1e-6 });
    expect(Object.keys(trained.params)).toEqual(['weight', 'running_mean', 'gain']);
    disposeState(trained);
  });

  it('is not shown to the optimizer, nor changed by an attack', async () => {
    const attack = noise(ball(l2, 0));
    const trained = await fit(run(start, { objective: adversarialObjective({ attack }) }));
    expect(trained.params.running_mean).toBeAllClose(runningMean(4), { absolute: 1e-6 });
    expect(Object.keys(trained.optimizer).filter((name) => name.includes('running'))).toEqual([]);
    expect(Object.keys(trainable(network, trained.params))).toEqual(['weight', 'gain']);
    disposeState(trained);
  });

  it('resumes to the same bits', async () => {
    const { saved, checkpoint } = notebook(2);
    const whole = await fit(run(start, { checkpoint }));
    const resumed = await fit(run(start, { from: saved[0] }));
    for (const [name, values] of Object.entries(whole.params)) expect(resumed.params[name]).toHaveSameBits(values);
  });

  it('leaves no tensor behind, not even where a step fails', async () => {
    const failing: Objective = (context) => {
      twice(context);
      throw new Error('no gradient today');
    };
    await expectNoLeak(async () => {
      disposeState(await fit(run(start, { objective: twice })));
      await expect(fit(run(start, { objective: failing }))).rejects.toThrow(/no gradient today/);
    });
  });

  it('is refused by dataParallel, whose threads do not share it', async () => {
    const module = new URL('./state-job.ts', import.meta.url);
    const parallel = dataParallel({ module, setting: {}, params: start, shards: 2 });
    await expect(parallel).rejects.toThrow(InputError);
    await expect(parallel).rejects.toThrow(/'running_mean' is state of the network/);
  });
});
