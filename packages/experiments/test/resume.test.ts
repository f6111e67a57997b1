// A run that was stopped, in whatever way and wherever, ends in the same bytes as one that was not.

import { AbortedError } from '@advml/core';
import { type RunEvent, readRunRecord, resumeRun, startRun } from '@advml/runs';
import { useWasm } from '@advml/wasm';
import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { paper } from '../src/index.ts';
import { type Change, Full, Killed, leavings, type OpenStore, openStore, textOf, tiny } from './tiny.ts';

let whole: OpenStore;
beforeAll(async () => {
  await useWasm();
  whole = openStore();
  await startRun(whole, paper, tiny);
});

/** Starts a run, or goes on with it. */
const goOn = async (store: OpenStore, options: Parameters<typeof resumeRun>[2] = {}) =>
  store.files.has('run.json') ? resumeRun(store, paper, options) : startRun(store, paper, tiny, options);

/** Makes something happen the first time that a word is said, and never again. */
function onceEach(): (word: string) => boolean {
  const said = new Set<string>();
  return (word) => {
    if (said.has(word)) return false;
    said.add(word);
    return true;
  };
}

const nameOf = (event: RunEvent): string => {
  if (event.type === 'stage') return `${event.stage} ${event.state}`;
  if (event.type === 'progress') return `${event.stage} ${event.done}`;
  if (event.type === 'metric') return `${event.record.phase} training ${event.record.step}`;
  if (event.type === 'plan') return 'plan';
  return event.type === 'claim' ? event.claim.id : event.message;
};

/** What a change writes, without the time of day and how long the run took. */
const contentOf = (name: string, text: string): string => {
  if (name === 'run.json') return JSON.parse(text).status;
  return name === 'report.html' ? '' : text;
};

describe('a run that is stopped again and again', () => {
  it('by its signal at every single event, ends in the same bytes and leaves no tensor', async () => {
    const store = openStore();
    const isNew = onceEach();
    const stops: string[] = [];
    const tensors = memory().numTensors;
    for (let done = false; !done; ) {
      const abort = new AbortController();
      const onEvent = (event: RunEvent) => {
        if (abort.signal.aborted || !isNew(nameOf(event))) return;
        stops.push(nameOf(event));
        abort.abort();
      };
      try {
        await goOn(store, { onEvent, signal: abort.signal });
        done = true;
      } catch (error) {
        expect(error).toBeInstanceOf(AbortedError);
        expect((await readRunRecord(store))?.status).toBe('interrupted');
      }
    }
    for (let step = 1; step <= 22; step++) expect(stops).toContain(`clean training ${step}`);
    for (let step = 1; step <= 21; step++) expect(stops).toContain(`adversarial training ${step}`);
    for (const name of [...whole.files.keys()].filter((file) => /^measures\/(?!log)/.test(file))) {
      expect(stops).toContain(`${name.slice('measures/'.length, -'.json'.length)} started`);
    }
    expect(leavings(store)).toEqual(leavings(whole));
    expect((await readRunRecord(store))?.status).toBe('finished');
    expect(memory().numTensors).toBe(tensors);
  });

  it('by a kill before every single change of its files, ends in the same bytes', async () => {
    const files = new Map<string, Uint8Array>();
    const isNew = onceEach();
    const kills: string[] = [];
    const isLast = ({ kind, name, text }: Change) => {
      const content = contentOf(name, text);
      if (!isNew(`${kind} ${name} ${content}`)) return false;
      kills.push(`${kind} ${name}`);
      return true;
    };
    let store = openStore(files, isLast);
    for (let done = false; !done; store = openStore(files, isLast)) {
      try {
        await goOn(store);
        done = true;
      } catch (error) {
        expect(error).toBeInstanceOf(Killed);
      }
    }
    for (const name of whole.files.keys()) expect(kills).toContain(`write ${name}`);
    for (const phase of ['clean', 'adversarial']) {
      expect(kills.filter((kill) => kill === `write checkpoint-${phase}.safetensors`)).toHaveLength(3);
      expect(kills).toContain(`remove checkpoint-${phase}.safetensors`);
    }
    expect(kills.filter((kill) => kill === 'append metrics.jsonl').length).toBeGreaterThanOrEqual(8); // steps 0, 10, 20 and the last of each phase, and what a checkpoint gives back
    expect(leavings(store)).toEqual(leavings(whole));
    expect((await readRunRecord(store))?.status).toBe('finished');
  });

  it('by a full disk at every single change of its files, ends in the same bytes and leaves no tensor', async () => {
    const isNew = onceEach();
    const fails: string[] = [];
    const isFull = ({ kind, name, text }: Change) => {
      const content = contentOf(name, text);
      if (kind === 'remove' || !isNew(`${kind} ${name} ${content}`)) return false;
      fails.push(`${kind} ${name}`);
      return true;
    };
    const store = openStore(undefined, undefined, isFull);
    const tensors = memory().numTensors;
    for (let done = false; !done; ) {
      try {
        await goOn(store);
        done = true;
      } catch (error) {
        expect(error).toBeInstanceOf(Full);
      }
    }
    for (const name of whole.files.keys()) expect(fails).toContain(`write ${name}`);
    expect(leavings(store)).toEqual(leavings(whole));
    expect((await readRunRecord(store))?.status).toBe('finished');
    expect(memory().numTensors).toBe(tensors);
  });
});

describe('a finished run', () => {
  it('leaves nothing but what it says, and no tensor', async () => {
    const tensors = memory().numTensors;
    const store = openStore();
    await startRun(store, paper, tiny);
    expect(memory().numTensors).toBe(tensors);
    expect([...store.files.keys()].sort()).toEqual([
      'claims.json',
      'figures/certified.svg',
      'figures/cosines-init.svg',
      'figures/cosines-purification.svg',
      'figures/features.svg',
      'figures/path.svg',
      'figures/perturbation.svg',
      'figures/robustness.svg',
      'figures/training.svg',
      'measures/certification.json',
      'measures/certified-clean.json',
      'measures/certified-curve.json',
      'measures/certified-robust.json',
      'measures/curve-clean.json',
      'measures/curve-init.json',
      'measures/curve-robust.json',
      'measures/log/adversarial.json',
      'measures/log/clean.json',
      'measures/masking/clean.json',
      'measures/masking/robust.json',
      'measures/neurons.json',
      'measures/overfitting/variant-1.json',
      'measures/overfitting/variant-2.json',
      'measures/overfitting/variant-3.json',
      'measures/overfitting/variants.json',
      'measures/path/0.5.json',
      'measures/path/0.json',
      'measures/path/1.json',
      'measures/path/nearest.json',
      'measures/perturbations-clean.json',
      'measures/perturbations-robust.json',
      'measures/robustness-clean.json',
      'measures/robustness-clean/any-margin.json',
      'measures/robustness-clean/fresh-1.json',
      'measures/robustness-clean/seen.json',
      'measures/robustness-robust.json',
      'measures/robustness-robust/any-margin.json',
      'measures/robustness-robust/fresh-1.json',
      'measures/robustness-robust/seen.json',
      'metrics.jsonl',
      'report.html',
      'run.json',
      'tables/certified.csv',
      'tables/masking.csv',
      'tables/networks.csv',
      'tables/overfitting.csv',
      'tables/path-points.csv',
      'tables/path.csv',
      'weights/clean.safetensors',
      'weights/init.safetensors',
      'weights/path-0.5.safetensors',
      'weights/robust.safetensors',
    ]);
  });

  it('is only read when it is resumed: the same claims and not a byte changed', async () => {
    const store = openStore(new Map(whole.files));
    const seen: string[] = [];
    const claims = await resumeRun(store, paper, { onEvent: (event) => seen.push(nameOf(event)) });
    expect(claims).toEqual(JSON.parse(textOf(whole, 'claims.json')).claims);
    expect(leavings(store)).toEqual(leavings(whole));
    expect(seen.filter((event) => /started|finished|training \d|robustness.* \d/.test(event))).toEqual([]);
  });

  it('stays finished while it is read; one that lacks a file does not', async () => {
    const resumed = async (files: OpenStore['files']) => {
      const store = openStore(files);
      const statuses = new Set<string>();
      const note = async () => statuses.add((await readRunRecord(store))?.status ?? 'none');
      const stop = new AbortController();
      const onEvent = () => {
        void note();
        stop.abort();
      };
      await resumeRun(store, paper, { onEvent, signal: stop.signal }).catch(() => {}); // stopped before it makes anything
      await note();
      return [...statuses];
    };
    expect(await resumed(new Map(whole.files))).toEqual(['finished']);
    const less = new Map(whole.files);
    less.delete('measures/neurons.json');
    expect(await resumed(less)).toEqual(['finished', 'running', 'interrupted']); // the first event comes before
  });
});
