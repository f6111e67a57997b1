// Several threads give the gradient of one, to the bit; what goes wrong in one of them is said.
import { availableParallelism } from 'node:os';
import { disposeParams, InputError, type Params } from '@advml/core';
import { adam } from '@advml/optimizers';
import { useWasm } from '@advml/wasm';
import { memory, scalar } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { cleanObjective, disposeState, fit } from '../src/index.ts';
import { quickestCount } from '../src/parallel/thread-count.ts';
import { type DataParallelOptions, dataParallel } from '../src/workers.ts';
import makeJob, { type Setting } from './parallel-job.ts';
import { noisyRun, start } from './runs.ts';

beforeAll(async () => {
  await useWasm();
});

const module = new URL('./parallel-job.ts', import.meta.url);

async function parallelJob(setting: Setting, options: Partial<DataParallelOptions> = {}) {
  const params = start();
  onTestFinished(() => disposeParams(params));
  const parallel = await dataParallel({ module, setting, params, shards: 3, ...options });
  onTestFinished(parallel.close);
  return { parallel, close: parallel.close, run: { ...parallel, params, optimizer: adam({ rate: 0.05 }), steps: 6 } };
}

const numbersOf = (params: Params) =>
  Object.fromEntries(Object.entries(params).map(([name, tensor]) => [name, Array.from(tensor.dataSync())]));

async function trained(setting: Setting, options?: Partial<DataParallelOptions>) {
  const seen: number[][] = [];
  const onStep = ({ loss, accuracy }: { loss: number; accuracy: number }) => void seen.push([loss, accuracy]);
  const state = await fit({ ...(await parallelJob(setting, options)).run, onStep });
  const numbers = numbersOf(state.params);
  disposeState(state);
  return { seen, numbers };
}

describe('training on several threads', () => {
  it('gives the bits of one thread, whatever their number', async () => {
    const one = await trained({ noisy: true }, { workers: 1 });
    for (const workers of [2, 3, undefined]) expect(await trained({ noisy: true }, { workers })).toEqual(one);
  });

  it('gives the gradients of whole batches, to rounding, for shards that are not of one size', async () => {
    const { network } = await makeJob({ noisy: false });
    const params = start();
    const seen: number[][] = [];
    const whole = await fit({
      ...noisyRun(params, { network, objective: cleanObjective() }),
      onStep: ({ loss, accuracy }) => void seen.push([loss, accuracy]),
    });
    const parts = await trained({ noisy: false }, { workers: 2 });
    const expected = numbersOf(whole.params);
    for (const [name, values] of Object.entries(parts.numbers)) {
      for (const [at, value] of values.entries()) expect(value, name).toBeCloseTo(expected[name][at], 4);
    }
    for (const [step, [loss, accuracy]] of parts.seen.entries()) {
      expect(loss).toBeCloseTo(seen[step][0], 5);
      expect(accuracy).toBeCloseTo(seen[step][1], 12);
    }
    disposeState(whole);
    disposeParams(params);
  });

  it('is that of the job in one shard: its own batches, its key below the step', async () => {
    const { network, objective, batches, key: root } = await makeJob({ noisy: true });
    const params = start();
    const { x, y } = batches(0, 0, 1);
    const own = objective({ network, params, batch: { x, y }, key: root.child('step', 0, 'shard', 0), step: 0 });
    const { run: parallel } = await parallelJob({ noisy: true }, { shards: 1 });
    const shared = parallel.objective({ ...parallel, batch: parallel.batches(0), step: 0 });
    expect(numbersOf(shared.gradients)).toEqual(numbersOf(own.gradients));
    expect([shared.loss, shared.accuracy]).toEqual([own.loss, own.accuracy]);
  });

  it('leaves no tensor but the state', async () => {
    const { run: parallel } = await parallelJob({ noisy: true }, { workers: 2 });
    const before = memory().numTensors;
    disposeState(await fit(parallel));
    expect(memory().numTensors).toBe(before);
  });
});

describe('the number of threads', () => {
  const counts = (slow: Setting['slow'], options?: Partial<DataParallelOptions>) =>
    parallelJob({ noisy: false, slow }, { shards: 2, ...options }).then(async ({ parallel, run }) => {
      const seen: number[] = [];
      disposeState(await fit({ ...run, steps: 30, onStep: () => void seen.push(parallel.workers) }));
      return seen;
    });

  it.skipIf(availableParallelism() < 2)('is found by timing the first steps, unless it is said', async () => {
    const alternating = Array.from({ length: 11 }, (_, step) => 1 + ((step + 1) % 2));
    expect(await counts('all')).toEqual([...alternating, ...Array(19).fill(2)]); // waiting goes side by side
    expect(await counts('others')).toEqual([...alternating, ...Array(19).fill(1)]);
    expect(await counts('others', { workers: 2 })).toEqual(Array(30).fill(2));
  });

  it('is that of the least median, without the first time of each; one unless more save a twentieth', () => {
    const settle = (most: number, time: (count: number, turn: number) => number) => {
      const count = quickestCount(most);
      const tried: number[] = [];
      while (!count.settled) {
        tried.push(count.now);
        count.took(time(count.now, Math.floor((tried.length - 1) / 4)));
      }
      return { found: count.now, tried: [...new Set(tried)] };
    };
    expect(settle(6, (count) => 12 / Math.min(count, 4) + count)).toEqual({ found: 4, tried: [1, 2, 4, 6] }); // 13, 8, 7, 9
    expect(settle(8, (count, turn) => (turn === 0 ? count : 1 / count)).found).toBe(8);
    expect(settle(8, (count, turn) => (turn === 2 && count > 1 ? 0 : count)).found).toBe(1);
    expect(settle(2, (count) => (count === 1 ? 100 : 96)).found).toBe(1);
    expect(settle(2, (count) => (count === 1 ? 100 : 94)).found).toBe(2);
    expect(settle(1, () => 1)).toEqual({ found: 1, tried: [] });
  });
});

describe('a thread', () => {
  it.each([
    ['throws', /thread 1 of the training failed: no gradient today/],
    ['exits', /thread 1 of the training has ended/],
    ['hangs', /thread 1 of the training has not answered for 0.3 s/],
  ] as const)('that %s in training is told of', async (wrong, message) => {
    const { run: parallel } = await parallelJob(
      { noisy: true, wrong },
      { workers: 2, patience: wrong === 'hangs' ? 0.3 : 60 },
    );
    const tensors = memory().numTensors;
    await expect(fit(parallel)).rejects.toThrow(message);
    expect(memory().numTensors).toBe(tensors);
  });

  it.each([
    ['throws', undefined, /^thread 1 of the training failed: no gradient today$/],
    ['throws here', 'others', /^no gradient here$/],
  ] as const)(
    'goes on with other steps after one that %s, also where others are still at that one',
    async (wrong, slow, message) => {
      const { run } = await parallelJob({ noisy: true, wrong, slow }, { workers: 2 });
      for (const again of [1, 2]) await expect(fit(run), `time ${again}`).rejects.toThrow(message);
      const { run: alone } = await parallelJob({ noisy: true }, { workers: 1 });
      const [two, expected] = [await fit({ ...run, steps: 2 }), await fit({ ...alone, steps: 2 })]; // a third step throws
      expect(numbersOf(two.params)).toEqual(numbersOf(expected.params));
      disposeState(two);
      disposeState(expected);
    },
  );

  it.each([1, 2])('one of %i of a training that was closed works no more: that is said', async (workers) => {
    const { run: parallel, close } = await parallelJob({ noisy: true }, { workers });
    await close();
    await close();
    await expect(fit(parallel)).rejects.toThrow('this training is closed; dataParallel makes another');
  });

  it('that cannot make its job is told of before training begins', async () => {
    await expect(parallelJob({ noisy: true, wrong: 'is not made' }, { workers: 2 })).rejects.toThrow('no job here');
  });
});

describe('a request', () => {
  it.each([
    [{ shards: 0 }, /shards must be an integer >= 1, got 0/],
    [{ workers: 4 }, /workers must be at most shards, 3, got 4/],
    [{ patience: 0 }, /patience must be finite and > 0/],
  ])('%j is refused', async (options, message) => {
    const error = await parallelJob({ noisy: true }, options).catch((reason) => reason);
    expect(error).toBeInstanceOf(InputError);
    expect(error.message).toMatch(message);
  });

  it('is refused for parameters that are no float32', async () => {
    const count = scalar(1, 'int32');
    await expect(parallelJob({ noisy: true }, { params: { count } })).rejects.toThrow(
      /parameter 'count' must be float32, got int32/,
    );
    count.dispose();
  });
});
