// Numbers that leave their range are caught in the step where they do.
import { InputError, key, type Params } from '@advml/core';
import { descend } from '@advml/optimizers';
import { numbersOf } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { memory, tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { cleanObjective, DivergedError, type FitOptions, fit } from '../src/index.ts';
import { linearNetwork, scored } from './models.ts';
import { notebook } from './runs.ts';

beforeAll(async () => {
  await useWasm();
});

describe('divergence', () => {
  const linear = linearNetwork(3);
  const zeros = () => linear.init(key('init', 0));
  const linearRun = (params: Params, overrides: Partial<FitOptions>): FitOptions => ({
    network: linear,
    params,
    objective: cleanObjective(),
    optimizer: descend((step) => (step === 2 ? 1e38 : 0.1)),
    batches: (step) => scored(key('data', step), 8, 3),
    steps: 5,
    key: key('run', 0),
    ...overrides,
  });

  it('of the parameters names step, parameter, loss and remedy, and saves the state before', async () => {
    const { saved, checkpoint } = notebook(100);
    const objective: FitOptions['objective'] = (context) => {
      const result = cleanObjective()(context);
      return context.step === 2
        ? { ...result, gradients: { weight: tensor1d([100, 0, 0]), bias: result.gradients.bias } }
        : result;
    };
    const error = await fit(linearRun(zeros(), { objective, checkpoint })).catch((caught) => caught);
    expect(error).toBeInstanceOf(DivergedError);
    expect(error.message).toMatch(
      /training diverged at step 2: 'weight' is not finite after the update, loss 0\.\d+; lower the learning rate/,
    );
    expect([error.step, saved.length, saved[0].step]).toEqual([2, 1, 2]);
    for (const values of Object.values(saved[0].params)) expect(numbersOf(values).every(Number.isFinite)).toBe(true);
  });

  it('of the loss names step and loss, and leaves no tensor', async () => {
    const params = zeros();
    const objective: FitOptions['objective'] = (context) => ({
      ...cleanObjective()(context),
      loss: Number.POSITIVE_INFINITY,
    });
    const before = memory().numTensors;
    const run = fit(linearRun(params, { objective }));
    await expect(run).rejects.toThrow(/training diverged at step 0: loss Infinity; lower the learning rate/);
    expect(memory().numTensors).toBe(before);
  });

  it('that comes from the inputs blames the inputs', async () => {
    const batches = (step: number) =>
      step === 1
        ? {
            x: tensor2d([
              [1, 2, 3],
              [4, Number.NaN, 6],
            ]),
            y: tensor1d([1, -1]),
          }
        : scored(key('data', step), 8, 3);
    const run = fit(linearRun(zeros(), { batches }));
    await expect(run).rejects.toThrow(InputError);
    await expect(run).rejects.toThrow(/x of the batch at step 1 must be finite, got NaN at entry 4 \(example 1\)/);
  });
});
