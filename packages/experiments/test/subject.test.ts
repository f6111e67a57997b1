// A network of a run comes with the run's own fresh examples: on these it has the accuracy that the run has measured.

import { classifier, disposeParams, InputError, l2, linf } from '@advml/core';
import { cleanAccuracy } from '@advml/metrics';
import { type Experiment, memoryStore, type RunRequest, runSubject, startRun, trainedSubject } from '@advml/runs';
import { useWasm } from '@advml/wasm';
import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { imagesMlp, paper } from '../src/index.ts';
import { tiny } from './tiny.ts';
import { tinyImages } from './tiny-images.ts';

beforeAll(async () => {
  await useWasm();
});

async function finished(request: RunRequest, experiment: Pick<Experiment, 'name'> = paper) {
  const store = memoryStore();
  await startRun(store, experiment as Experiment, request);
  return store;
}

describe('a network of the paper', () => {
  it('is judged by the examples of its run', { timeout: 60_000 }, async () => {
    const store = await finished({ ...tiny, overrides: [...tiny.overrides, { claims: ['C2'], tau: 0.07 }] });
    const before = memory().numTensors;
    for (const of of ['clean', 'robust']) {
      const { name, network, params, examples, threats, clean, seed } = await trainedSubject(store, paper, of);
      const batch = examples.take(10);
      const { value } = await cleanAccuracy(classifier(network, params), batch);
      expect({ name, value, seed }).toEqual({ name: of, value: clean, seed: 3 });
      expect(threats).toMatchObject([{ norm: l2, eps: 0.07 }]);
      for (const tensor of [batch.x, batch.y]) tensor.dispose();
      disposeParams(params);
    }
    expect(memory().numTensors).toBe(before);
    await expect(trainedSubject(store, paper, 'init')).rejects.toThrow("must be one of clean, robust, got 'init'");
  });

  it('is refused where its run was not asked for what needs it; its examples are there', {
    timeout: 60_000,
  }, async () => {
    const store = await finished({ ...tiny, overrides: [...tiny.overrides, { claims: ['C11'] }] });
    await expect(trainedSubject(store, paper, 'robust')).rejects.toThrow(
      "the run in memory was not asked for what needs the weights 'robust': it makes none; start one with more claims",
    );
    const { examples, seed } = await runSubject(store, paper, 'robust');
    expect(seed).toBe(3);
    const { x, y } = examples.take(2);
    expect(y.shape).toEqual([2]);
    for (const tensor of [x, y]) tensor.dispose();
  });

  it('is refused where there is no run, or one of several seeds', async () => {
    const none = trainedSubject(memoryStore(), paper, 'robust');
    await expect(none).rejects.toThrow(InputError);
    await expect(none).rejects.toThrow('memory holds no run');
    const store = memoryStore();
    await startRun(store, paper, { ...tiny, seeds: [3, 5] }, { signal: AbortSignal.abort() }).catch(() => {});
    await expect(trainedSubject(store, paper, 'robust')).rejects.toThrow(
      'holds the seeds 3, 5; name one, such as memory/seed-3',
    );
  });
});

describe('a network on images', () => {
  it('is judged by the test images, in its own norm first', { timeout: 60_000 }, async () => {
    const store = await finished(tinyImages('images-mlp', { claims: ['C2'] }), imagesMlp);
    for (const [of, name, norms] of [
      ['robust', 'robust-linf', [linf, l2]],
      ['robust-l2', 'robust-l2', [l2, linf]],
    ] as const) {
      const found = await trainedSubject(store, imagesMlp, of);
      const batch = found.examples.take(found.examples.count);
      const { value } = await cleanAccuracy(classifier(found.network, found.params), batch);
      expect({ name: found.name, value }).toEqual({ name, value: found.clean });
      expect(found.threats.map(({ norm }) => norm)).toEqual(norms);
      expect(found.threats[0].box).toEqual({ low: 0, high: 1 });
      for (const tensor of [batch.x, batch.y]) tensor.dispose();
      disposeParams(found.params);
    }
    await expect(trainedSubject(store, imagesMlp, 'robust-l1')).rejects.toThrow(
      /one of clean, robust-linf, robust-l2, got/,
    );
  });
});
