// A run that was stopped, in whatever way, ends in the same bits as one that was not.
import { AbortedError, InputError, key } from '@advml/core';
import { descend } from '@advml/optimizers';
import { useWasm } from '@advml/wasm';
import { memory, tensor1d } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { disposeState, every, fit, stateFromArrays, stateToArrays } from '../src/index.ts';
import { noisyRun, notebook, start } from './runs.ts';

beforeAll(async () => {
  await useWasm();
});

describe('resuming', () => {
  it('from a state saved after any step ends in the same bits', async () => {
    const params = start();
    const whole = await fit(noisyRun(params));
    for (let stop = 0; stop <= 6; stop++) {
      const part = await fit(noisyRun(params, { steps: stop }));
      expect(part.step).toBe(stop);
      const restored = stateFromArrays(stateToArrays(part));
      const resumed = await fit(noisyRun(params, { from: restored }));
      expect(stateToArrays(resumed)).toEqual(stateToArrays(whole));
      for (const state of [part, restored, resumed]) disposeState(state);
    }
    disposeState(whole);
  });

  it('depends on the key of the run', async () => {
    const params = start();
    const [first, second] = [await fit(noisyRun(params)), await fit(noisyRun(params, { key: key('run', 1) }))];
    expect(stateToArrays(first)).not.toEqual(stateToArrays(second));
  });

  it('refuses the state of another network or optimizer, or of a longer run', async () => {
    const params = start();
    const from = await fit(noisyRun(params, { steps: 2 }));
    const other = { from: { ...from, params: { weight: tensor1d([1]) } } };
    await expect(fit(noisyRun(params, other))).rejects.toThrow(/from.params/);
    await expect(fit(noisyRun(params, { from, optimizer: descend(1) }))).rejects.toThrow(/from.optimizer/);
    await expect(fit(noisyRun(params, { from, steps: 1 }))).rejects.toThrow(
      /steps must be at least from.step, 2, got 1/,
    );
    await expect(fit(noisyRun(params, { steps: -1 }))).rejects.toThrow(InputError);
  });
});

describe('checkpoints', () => {
  it('come every so many steps and after the last one', async () => {
    const { saved, checkpoint } = notebook(2);
    const trained = await fit(noisyRun(start(), { checkpoint, steps: 5 }));
    expect(saved.map(({ step }) => step)).toEqual([2, 4, 5]);
    expect(stateToArrays(saved[2])).toEqual(stateToArrays(trained));
    const even = notebook(2);
    await fit(noisyRun(start(), { checkpoint: even.checkpoint, steps: 4 }));
    expect(even.saved.map(({ step }) => step)).toEqual([2, 4]);
  });

  it('an aborted run is saved, says where it stopped, leaves no tensor and resumes to the same bits', async () => {
    const params = start();
    const whole = await fit(noisyRun(params));
    const { saved, checkpoint } = notebook(4);
    const before = memory().numTensors;
    const abort = new AbortController();
    const stopped = fit(noisyRun(params, { checkpoint, signal: abort.signal, onStep: every(3, () => abort.abort()) }));
    await expect(stopped).rejects.toThrow(AbortedError);
    await expect(stopped).rejects.toThrow('training after 3 of 6 steps');
    expect(saved.map(({ step }) => step)).toEqual([3]);
    expect(memory().numTensors - before).toBe(Object.keys(stateToArrays(saved[0])).length - 1); // all but the number of the step
    expect(stateToArrays(await fit(noisyRun(params, { from: saved[0] })))).toEqual(stateToArrays(whole));
  });

  it('a run aborted before it starts makes no step', async () => {
    const { saved, checkpoint } = notebook(1);
    const run = noisyRun(start(), { checkpoint, signal: AbortSignal.abort(), onStep: () => expect.unreachable() });
    await expect(fit(run)).rejects.toThrow(AbortedError);
    expect(saved).toEqual([]);
  });

  it('a full disk stops the run with its own error, and is not asked again', async () => {
    const params = start();
    const before = memory().numTensors;
    let asked = 0;
    const save = () => {
      asked += 1;
      throw new Error('no space left on device');
    };
    await expect(fit(noisyRun(params, { checkpoint: { every: 2, save } }))).rejects.toThrow('no space left on device');
    expect(asked).toBe(1);
    expect(memory().numTensors).toBe(before);
  });

  it('refuses a spacing below 1', async () => {
    await expect(fit(noisyRun(start(), { checkpoint: notebook(0).checkpoint }))).rejects.toThrow(
      /checkpoint.every must be an integer >= 1, got 0/,
    );
  });
});
