// Runs on patches: what they leave, that they can be stopped anywhere, and that their networks are those they say.
import { AbortedError, InputError, type Params, paramsFromArrays } from '@advml/core';
import { decodeSafetensors } from '@advml/formats';
import { type Claim, parseSetting, type RunEvent, type RunRequest, resumeRun, startRun } from '@advml/runs';
import { useWasm } from '@advml/wasm';
import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { patches } from '../src/index.ts';
import { patchesParts } from '../src/patches/parts.ts';
import { patchesSubject } from '../src/patches/subject.ts';
import { leavings, openStore, textOf } from './tiny.ts';
import { unbelieved } from './unbelieved.ts';
import { faultOf } from './well-formed.ts';

const tiny: RunRequest = {
  preset: 'smoke',
  seeds: [3],
  overrides: [
    {
      data: { dimension: 8, patches: 5, nonRobustPatches: 3, train: 20 },
      network: { filters: 5 },
      clean: { steps: 7, batch: 8 },
      adversarial: { steps: 6, batch: 8, attackSteps: 1 },
      evaluation: { examples: 9, steps: 2, restarts: 1, curveExamples: 4, batch: 4 },
      clusters: { dimension: 10, clusters: 4, neurons: 3, train: 8, steps: 5, examples: 6, attackSteps: 2 },
      checkpointEvery: 2,
    },
  ],
};

const whole = openStore();
let claims: readonly Claim[];

beforeAll(async () => {
  await useWasm();
  claims = await startRun(whole, patches, tiny);
});

const weights = (name: string): Params =>
  paramsFromArrays(decodeSafetensors(whole.files.get(`weights/${name}.safetensors`) as Uint8Array).tensors);

describe('a run', () => {
  it('judges all claims in order, and leaves whole figures, tables and a report', () => {
    expect(claims.map(({ id }) => id)).toEqual(Array.from({ length: 13 }, (_, at) => `P${at + 1}`));
    for (const { value } of claims) expect(value).toSatisfy(Number.isFinite);
    const { files } = whole;
    for (const file of files.keys())
      if (file.endsWith('.svg')) expect(faultOf(textOf(whole, file)), file).toBeUndefined();
    for (const figure of ['robustness', 'filters', 'clusters'])
      expect(textOf(whole, 'report.html')).toContain(`<figure id="${figure}">`);
    for (const table of ['accuracy', 'masking', 'filters', 'cosines', 'clusters'])
      expect(files.has(`tables/${table}.csv`), table).toBe(true);
    expect([...files.keys()].filter((file) => file.includes('checkpoint'))).toEqual([]);
    expect(unbelieved(whole)).toEqual([]);
  });

  it.each(patchesParts.map(({ claims: [{ id }] }) => id))('can be asked for %s alone', async (id) => {
    const { overrides = [] } = tiny;
    const claims = await startRun(openStore(), patches, { ...tiny, overrides: [...overrides, { claims: [id] }] });
    expect(claims.map((claim) => claim.id)).toEqual([id]);
  });

  it('freezes the filters where it says so, and trains from where it says', () => {
    const [init, clean, frozen] = ['init', 'clean', 'frozen'].map(weights);
    for (const name of ['conv1.weight', 'conv1.bias']) expect(frozen[name].dataSync()).toEqual(clean[name].dataSync());
    expect(frozen['dense1.weight'].dataSync()).not.toEqual(clean['dense1.weight'].dataSync());
    expect(init['conv1.weight'].shape).toEqual([5, 8, 1, 1]);
  });

  it('that is stopped in the middle of its stages ends in the same bytes, and leaves no tensor', async () => {
    const store = openStore();
    const seen = new Set<string>();
    const tensors = memory().numTensors;
    for (let done = false; !done; ) {
      const abort = new AbortController();
      const onEvent = (event: RunEvent) => {
        const word = event.type === 'progress' && event.done >= 2 ? event.stage : '';
        if (abort.signal.aborted || word === '' || seen.has(word)) return;
        seen.add(word);
        abort.abort();
      };
      const options = { onEvent, signal: abort.signal };
      try {
        await (store.files.has('run.json')
          ? resumeRun(store, patches, options)
          : startRun(store, patches, tiny, options));
        done = true;
      } catch (error) {
        expect(error).toBeInstanceOf(AbortedError);
      }
    }
    expect(seen.size).toBeGreaterThan(5);
    expect(leavings(store)).toEqual(leavings(whole));
    expect(memory().numTensors).toBe(tensors);
  });

  it('gives its networks to attacks', async () => {
    const setting = parseSetting(patches.schema, [JSON.parse(textOf(whole, 'run.json')).setting]);
    const { network, threats, measure } = await patchesSubject(setting, 3, 'robust');
    expect(network.inputShape).toEqual([5, 1, 8]);
    expect(threats[0].eps).toBe(1.2);
    expect(whole.files.has(`measures/${measure}.json`)).toBe(true);
    await expect(patchesSubject(setting, 3, 'w')).rejects.toThrow(
      /must be one of clean, robust, scratch, frozen, got 'w'/,
    );
  });
});

it.each<[object, RegExp]>([
  [{ data: { classes: 13 } }, /data\.dimension: dimension must be at least 26, two features a class/],
  [{ data: { patches: 16 } }, /data\.patches: patches must be at least 17, those with features/],
  [{ evaluation: { examples: 10 } }, /curveExamples must be at most examples/],
  [{ clusters: { clusters: 600 } }, /clusters\.clusters: clusters must be at most 512, the dimension/],
  [{ claims: ['C1'] }, /expected 'all' or a list of P1, P2/],
])('refuses %o', (overrides, message) => {
  expect(() => parseSetting(patches.schema, [overrides as object as never])).toThrow(InputError);
  expect(() => parseSetting(patches.schema, [overrides as object as never])).toThrow(message);
});
