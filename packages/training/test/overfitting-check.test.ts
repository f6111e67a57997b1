// Catastrophic overfitting on a network that is made to have it.
import { fgm, pgd } from '@advml/attacks';
import { type BatchSource, ball, key, linf, type Network } from '@advml/core';
import { sgd } from '@advml/optimizers';
import { expectNoLeak } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { cos, memory, mul, scalar, sum, tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  CatastrophicOverfittingError,
  every,
  type FitOptions,
  fit,
  type OverfittingCheckOptions,
  type OverfittingReport,
  overfittingCheck,
} from '../src/index.ts';
import { notebook } from './runs.ts';

beforeAll(async () => {
  await useWasm();
});

const EPS = 0.5;

/**
 * The score `cos(w x)`. At a small `w` it is positive on the whole ball around 0; at `w = 2 pi / eps` it is positive at 0 and at the
 * ball's ends, where one full step leads, and negative half way.
 */
const wave: Network = {
  name: 'wave',
  inputShape: [1],
  output: 'score',
  init: () => ({ w: scalar(0) }),
  apply: ({ w }, x) => tidy(() => sum(cos(mul(x, w)), 1)),
};
const examples: BatchSource = () => ({ x: tensor2d([[0.01], [-0.02], [0.03], [-0.01]]), y: tensor1d([1, 1, 1, 1]) });
const threat = ball(linf, EPS);

const options = (overrides: Partial<OverfittingCheckOptions> = {}): OverfittingCheckOptions => ({
  network: wave,
  batches: examples,
  weak: fgm({ threat }),
  strong: pgd({ threat, steps: 20 }),
  key: key('check', 0),
  ...overrides,
});

/** Raises `w` by a fifth of what it takes to collapse at each step, whatever the batch. */
const run = (check: OverfittingCheckOptions, overrides: Partial<FitOptions> = {}): FitOptions => ({
  network: wave,
  params: { w: scalar(0) },
  objective: () => ({ loss: 1, accuracy: 1, gradients: { w: scalar((-2 * Math.PI) / EPS / 5) } }),
  optimizer: sgd({ rate: 1 }),
  batches: examples,
  steps: 8,
  key: key('run', 0),
  onStep: overfittingCheck(check),
  ...overrides,
});

describe('overfittingCheck', () => {
  it('stops the training when the one-step accuracy stays and the true one falls, and saves the state', async () => {
    const looks: OverfittingReport[] = [];
    const { saved, checkpoint } = notebook(100);
    const stopped = fit(run(options({ onLook: (look) => void looks.push(look) }), { checkpoint }));
    const error = await stopped.catch((caught) => caught);
    expect(error).toBeInstanceOf(CatastrophicOverfittingError);
    expect(error.message).toMatch(
      /overfitting after 4 steps: 100.0% withstand the attack of the training, 0.0% the strong one; go on from an earlier/,
    );
    expect([error.step, error.weak, error.strong]).toEqual([4, 1, 0]);
    expect(looks.map(({ step, weak, strong, collapsed }) => [step, weak, strong, collapsed])).toEqual([
      [1, 1, 1, false], // the ball holds less than a quarter of a wave to each side
      [2, 0, 0, false], // at its ends the score is negative: both attacks win
      [3, 0, 0, false],
      [4, 1, 0, true], // at its ends it is positive again
    ]);
    expect(saved.map(({ step }) => step)).toEqual([4]);
  });

  it('only tells of it if it is not to stop, at the steps that are asked for', async () => {
    const looks: OverfittingReport[] = [];
    const check = options({ stop: false, onLook: (look) => void looks.push(look) });
    const trained = await fit(run(check, { onStep: every(4, overfittingCheck(check)), steps: 5 }));
    expect(trained.step).toBe(5);
    expect(looks).toEqual([{ step: 4, weak: 1, strong: 0, collapsed: true }]);
  });

  it('takes the gap it is given and the batch of the step', async () => {
    const steps: number[] = [];
    const batches: BatchSource = (step) => {
      steps.push(step);
      return examples(step);
    };
    const trained = await fit(run(options({ gap: 1, batches })));
    expect([trained.step, steps]).toEqual([8, [0, 1, 2, 3, 4, 5, 6, 7]]);
    expect(() => overfittingCheck(options({ gap: 1.5 }))).toThrow(/gap must be between 0 and 1, got 1.5/);
  });

  it('keeps no tensor, stopped or not', async () => {
    const stoppable = run(options());
    const { params } = stoppable;
    await expectNoLeak(async () => {
      await fit({ ...stoppable, params }).catch(() => {});
    });
    const trained = await fit(run(options({ stop: false }), { steps: 5 }));
    const before = memory().numTensors;
    await overfittingCheck(options({ stop: false }))({ step: 4, loss: 0, accuracy: 0, state: trained });
    expect(memory().numTensors).toBe(before);
  });
});
