// Numbers that leave their range are caught in the step where they do.
import { disposeParams, InputError, key, type Params } from '@advml/core';
import { adam, descend } from '@advml/optimizers';
import { numbersOf } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { memory, scalar, tensor1d, tensor2d } from '@tensorflow/tfjs-core';
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

  it('of the optimizer names what it lost: squares of gradients that float32 cannot hold', async () => {
    const objective: FitOptions['objective'] = (context) => {
      const result = cleanObjective()(context);
      return context.step === 1
        ? { ...result, gradients: { weight: tensor1d([1e20, 0, 0]), bias: result.gradients.bias } }
        : result;
    };
    const error = await fit(linearRun(zeros(), { objective, optimizer: adam({ rate: 0.1 }) })).catch(
      (caught) => caught,
    );
    expect(error).toBeInstanceOf(DivergedError);
    expect(error.message).toMatch(/diverged at step 1: 'optimizer\.\S*square\.weight' is not finite after the update/);
  });

  it('is not told of large numbers whose sum alone is not finite', async () => {
    const params = { weight: tensor1d([2e38, 2e38, -1]), bias: scalar(0) };
    const objective: FitOptions['objective'] = () => ({
      loss: 1,
      accuracy: 0,
      gradients: { weight: tensor1d([0, 0, 0]), bias: scalar(0) },
    });
    const { step } = await fit(linearRun(params, { objective, optimizer: descend(0.1) }));
    expect(step).toBe(5);
  });

  it('is the cause where the last good state cannot be saved', async () => {
    const objective: FitOptions['objective'] = (context) => ({
      ...cleanObjective()(context),
      ...(context.step === 2 && { loss: Number.NaN }),
    });
    const save = async () => {
      throw new Error('no space left');
    };
    const before = memory().numTensors;
    const params = zeros();
    const error = await fit(
      linearRun(params, { objective, optimizer: descend(0.1), checkpoint: { every: 9, save } }),
    ).catch((caught) => caught);
    expect(error.message).toBe('no space left');
    expect(error.cause).toBeInstanceOf(DivergedError);
    disposeParams(params);
    expect(memory().numTensors).toBe(before);
  });

  it.each([
    [0, 'training cannot begin: the loss is Infinity at step 0, before any update; look at the objective'],
    [1, 'training diverged at step 1: loss Infinity; lower the learning rate'],
  ])('of the loss names step and loss, and leaves no tensor: at step %i', async (step, message) => {
    const params = zeros();
    const objective: FitOptions['objective'] = (context) => {
      const result = cleanObjective()(context);
      return context.step === step ? { ...result, loss: Infinity } : result;
    };
    const before = memory().numTensors;
    const error = await fit(linearRun(params, { objective })).catch((caught) => caught);
    expect(error).toBeInstanceOf(DivergedError);
    expect(error.message).toContain(message);
    expect(memory().numTensors).toBe(before);
  });

  it('that comes from the first parameters blames them', async () => {
    const params = { ...zeros(), weight: tensor1d([0, Number.NaN, 0]) };
    const run = fit(linearRun(params, {}));
    await expect(run).rejects.toThrow(InputError);
    await expect(run).rejects.toThrow("'weight' before step 0 must be finite, got NaN at entry 1");
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
