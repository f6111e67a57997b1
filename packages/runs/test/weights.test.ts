// Files of weights say which network they belong to.

import { disposeParams, type Key, type Network, type Params } from '@advml/core';
import { freshBatches, sparseCoding } from '@advml/data';
import { decodeSafetensors, encodeSafetensors } from '@advml/formats';
import { mlp, networkOf, symmetricTwoLayer } from '@advml/networks';
import { adamw } from '@advml/optimizers';
import { cleanObjective } from '@advml/training';
import { useWasm } from '@advml/wasm';
import { memory, mul } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { defineExperiment, keptWeights, memoryStore, type RunStore, resumeRun, startRun } from '../src/index.ts';

beforeAll(async () => {
  await useWasm();
});

const network = symmetricTwoLayer({ inputs: 6, neurons: 4, initialDeviation: 0.1, noise: 0.01 });
const unnamed = mlp({ inputs: 6, hidden: [2], outputs: 'score', activation: (t) => mul(t, t) });

/** A training of the network, of so many steps. */
const training = (key: Key, steps: number) => ({
  network,
  objective: cleanObjective(),
  optimizer: adamw({ rate: 0.01 }),
  batches: freshBatches(sparseCoding({ dimension: 6, active: 2, key: key.child('data') }), key.child('x'), 4),
  steps,
});

const experiment = (custom: Network) =>
  defineExperiment({
    name: 'described',
    settings: {},
    stages: {
      trained: { train: ({ key }) => training(key, 2) },
      made: { weights: ({ key }) => custom.init(key), network: () => custom },
      silent: { weights: ({ key }) => custom.init(key) },
    },
  });

async function fileIn(store: RunStore, stage: string) {
  const { tensors, metadata } = decodeSafetensors((await store.read(`weights/${stage}.safetensors`)) as Uint8Array);
  return { weights: tensors, metadata };
}

describe('a training whose numbers cannot be told', () => {
  /** Of 25 steps, with numbers that fail once at a step. */
  const failing = (at: { step: number }) =>
    defineExperiment({
      name: 'failing',
      settings: {},
      stages: {
        trained: {
          train: ({ key }) => ({
            ...training(key, 25),
            checkpointEvery: 5,
            numbers: () => {
              if (at.step-- === 0) throw new Error('no number');
              return { one: 1 };
            },
          }),
        },
      },
    });

  it('goes on to the log of one that never failed, wherever it failed', async () => {
    const whole = memoryStore();
    await startRun(whole, failing({ step: -1 }), {});
    const textOf = async (store: RunStore) => new TextDecoder().decode(await store.read('metrics.jsonl'));
    for (const step of [1, 2, 3]) {
      const [store, at] = [memoryStore(), { step }]; // of the records of steps 0, 10, 20 and 25
      await expect(startRun(store, failing(at), {})).rejects.toThrow('no number');
      await resumeRun(store, failing(at));
      expect(await textOf(store)).toBe(await textOf(whole));
      expect(await store.read('weights/trained.safetensors')).toEqual(await whole.read('weights/trained.safetensors'));
    }
  });
});

it.each<[string, unknown, string]>([
  ['promises', async () => ({ one: 1 }), 'numbers must return a record of finite numbers, at once, got a promise'],
  ['promises that fail', async () => Promise.reject(new Error('late')), 'at once, got a promise'],
  ['texts', () => 'abc', 'numbers must return a record of finite numbers, at once, got string abc'],
  ['no finite numbers', () => ({ norm: Number.NaN }), "the number 'norm' must be finite, got NaN"],
  ['words by name', () => ({ norm: '1' }), "the number 'norm' must be finite, got 1"],
  [
    'what the log has',
    () => ({ step: 99 }),
    "may not be called phase, step, loss, accuracy, which the log has of its own, got 'step'",
  ],
])('numbers of a training that are %s are refused', async (_, numbers, message) => {
  const train = ({ key }: { readonly key: Key }) => ({ ...training(key, 2), numbers: numbers as never });
  const own = defineExperiment({ name: 'own', settings: {}, stages: { trained: { train } } });
  const refused = startRun(memoryStore(), own);
  await expect(refused).rejects.toThrow(/^the stage 'trained': /);
  await expect(refused).rejects.toThrow(message);
});

describe('weights of a run', () => {
  it('say whose they are, the same in every run of a seed', async () => {
    const [store, again] = [memoryStore(), memoryStore()];
    for (const each of [store, again]) await startRun(each, experiment(network), { seeds: [3] });
    for (const stage of ['trained', 'made']) {
      const { weights, metadata } = await fileIn(store, stage);
      expect(Object.keys(metadata).sort()).toEqual(['advml.network', 'run']);
      expect(networkOf(metadata, { weights }).describe?.()).toEqual(network.describe?.());
      expect(await again.read(`weights/${stage}.safetensors`)).toEqual(
        await store.read(`weights/${stage}.safetensors`),
      );
    }
    expect(Object.keys((await fileIn(store, 'silent')).metadata)).toEqual(['run']);
  });

  it('say nothing of a network that has no description', async () => {
    const store = memoryStore();
    await startRun(store, experiment(unnamed), { seeds: [3] });
    expect(Object.keys((await fileIn(store, 'made')).metadata)).toEqual(['run']);
  });

  it('of runs made before files said so are read as ever', async () => {
    const store = memoryStore();
    await startRun(store, experiment(network), { seeds: [3] });
    const { weights, metadata } = await fileIn(store, 'trained');
    const before: Params = await keptWeights(store, 'trained');
    await store.write('weights/trained.safetensors', encodeSafetensors(weights, { run: metadata.run }));
    const old = await keptWeights(store, 'trained');
    expect(Object.keys(old)).toEqual(Object.keys(before));
    for (const [name, values] of Object.entries(old)) expect(values.dataSync()).toEqual(before[name].dataSync());
    disposeParams(old, before);
  });

  it.each([
    ['train', () => ({ network })],
    ['measure', () => 1],
  ])('have no network beside %s', (kind, work) => {
    const stages = { one: { [kind]: work, network: () => network } };
    expect(() => defineExperiment({ name: 'wrong', settings: {}, stages } as never)).toThrow(
      /the stage 'one' has network and no weights/,
    );
  });
});

it('parameters that a training starts from are disposed, and so are those that others have kept', async () => {
  const starting = defineExperiment({
    name: 'starting',
    settings: {},
    stages: {
      own: { train: ({ key }) => ({ ...training(key, 2), start: network.init(key.child('mine')) }) },
      kept: { train: async ({ key, kept }) => ({ ...training(key, 2), start: await kept.weights('own') }) },
    },
  });
  const before = memory().numTensors;
  await startRun(memoryStore(), starting);
  expect(memory().numTensors).toBe(before);
});
