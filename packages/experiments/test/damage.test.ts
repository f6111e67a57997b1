// Damaged files are refused with the way out; following it ends in the same bytes as if nothing had happened.
import { InputError } from '@advml/core';
import { useWasm } from '@advml/wasm';
import { beforeAll, describe, expect, it } from 'vitest';
import { reportRun, resumeRun, startRun } from '../src/index.ts';
import { type Change, Killed, leavings, type OpenStore, openStore, textOf, tiny } from './tiny.ts';

let whole: OpenStore;
/** A run that was killed in the middle of its adversarial phase. */
let killed: OpenStore;
beforeAll(async () => {
  await useWasm();
  whole = openStore();
  await startRun(whole, tiny);
  let saved = 0;
  const isLast = ({ kind, name }: Change) => {
    if (kind === 'write' && name === 'checkpoint-adversarial.safetensors') saved += 1;
    return saved === 3;
  };
  killed = openStore(undefined, isLast);
  await expect(startRun(killed, tiny)).rejects.toThrow(Killed);
});

/** The same files with one of them changed. */
function damaged({ files }: OpenStore, name: string, change: (bytes: Uint8Array) => Uint8Array): OpenStore {
  const bytes = files.get(name);
  if (!bytes) throw new Error(`there is no ${name}, only ${[...files.keys()]}`);
  return openStore(new Map(files).set(name, change(bytes.slice())));
}

const flipped = (share: number) => (bytes: Uint8Array) => {
  bytes[Math.floor(share * (bytes.length - 1))] ^= 4;
  return bytes;
};
const truncated = (share: number) => (bytes: Uint8Array) => bytes.subarray(0, Math.floor(share * bytes.length));

const changes: [string, (bytes: Uint8Array) => Uint8Array][] = [
  ['the first byte flipped', flipped(0)],
  ['a byte flipped early', flipped(0.1)],
  ['a byte flipped late', flipped(0.9)],
  ['the last byte flipped', flipped(1)],
  ['nothing left', truncated(0)],
  ['half of it left', truncated(0.5)],
  ['all but the last byte left', truncated(0.999999)],
];

const kept: [string, () => OpenStore][] = [
  ['checkpoint-adversarial.safetensors', () => killed],
  ['weights/clean.safetensors', () => killed],
  ['weights/init.safetensors', () => whole],
  ['measures/robustness-clean.json', () => whole],
  ['measures/features.json', () => whole],
];

describe.each(kept)('%s', (name, from) => {
  it.each(changes)('with %s is refused with the way out', async (_, change) => {
    const store = damaged(from(), name, change);
    const error: unknown = await resumeRun(store).catch((reason) => reason);
    expect(error).toBeInstanceOf(InputError);
    expect((error as Error).message).toContain(`runs/tiny/${name} is damaged`);
    expect((error as Error).message).toMatch(/delete it and resume the run/);
  });

  it('is made again, to the same bytes, once it is deleted', async () => {
    const store = openStore(new Map(from().files));
    store.files.delete(name);
    await resumeRun(store);
    expect(leavings(store)).toEqual(leavings(whole));
  });
});

describe('the clean weights of a finished run', () => {
  it('are made again as they were, and nothing else changes but the order of the log', async () => {
    const store = openStore(new Map(whole.files));
    store.files.delete('weights/clean.safetensors');
    await resumeRun(store);
    expect({ ...leavings(store), 'metrics.jsonl': '' }).toEqual({ ...leavings(whole), 'metrics.jsonl': '' });
    const lines = (run: OpenStore) => textOf(run, 'metrics.jsonl').split('\n').sort();
    expect(lines(store)).toEqual(lines(whole));
  });
});

describe('run.json', () => {
  it('is refused with any byte changed that means something', async () => {
    const bytes = whole.files.get('run.json') as Uint8Array;
    const meaning = (text: string) => JSON.stringify(JSON.parse(text));
    const text = textOf(whole, 'run.json');
    for (let at = 0; at < bytes.length; at += 3) {
      const store = damaged(whole, 'run.json', (own) => own.fill(own[at] ^ 1, at, at + 1));
      const refused = await resumeRun(store).catch((reason) => reason);
      if (refused instanceof InputError) {
        expect(refused.message).toMatch(/run\.json is damaged .*start a run in another folder/s);
      } else expect(meaning(textOf(store, 'run.json').replace(/"ended".*/, '')), `byte ${at}`).toBe(meaning(text));
    }
  });

  it.each(changes.slice(4, 6))('is refused with %s', async (_, change) => {
    await expect(resumeRun(damaged(whole, 'run.json', change))).rejects.toThrow(/start a run in another folder/);
  });
});

describe('claims.json', () => {
  it.each(changes.slice(4, 6))('with %s is refused by a report and written anew by a resumption', async (_, change) => {
    const store = damaged(whole, 'claims.json', change);
    await expect(reportRun(store)).rejects.toThrow(/claims.json is damaged; 'advml resume runs\/tiny' writes it anew/);
    await resumeRun(store);
    expect(leavings(store)).toEqual(leavings(whole));
  });
});

describe('metrics.jsonl', () => {
  it('with a damaged line is refused, and the line is named', async () => {
    const store = damaged(killed, 'metrics.jsonl', flipped(0));
    const error = await resumeRun(store).catch((reason) => reason);
    expect(error).toBeInstanceOf(InputError);
    expect(error.message).toMatch(/metrics.jsonl is damaged \(line 1 .*remove that line and resume/);
  });

  it('with a torn last line ends in the same bytes', async () => {
    const store = damaged(killed, 'metrics.jsonl', (bytes) => bytes.subarray(0, bytes.length - 5));
    await resumeRun(store);
    expect(leavings(store)).toEqual(leavings(whole));
  });
});

describe('a temporary file that a kill left behind', () => {
  it('does no harm', async () => {
    const store = openStore(new Map(killed.files));
    const names = [
      'checkpoint-adversarial.safetensors.77.tmp',
      'weights/robust.safetensors.77.tmp',
      'claims.json.77.tmp',
    ];
    for (const name of names) store.files.set(name, Uint8Array.of(1, 2, 3));
    await resumeRun(store);
    for (const name of names) store.files.delete(name);
    expect(leavings(store)).toEqual(leavings(whole));
  });
});

describe('a folder', () => {
  it('that holds a run is refused for another one, whatever state it is in', async () => {
    for (const store of [whole, killed]) {
      const copy = openStore(new Map(store.files));
      await expect(startRun(copy, { ...tiny, seeds: [4] })).rejects.toThrow(
        /runs\/tiny already holds a run; go on with it by 'advml resume runs\/tiny', or choose another folder/,
      );
      expect(leavings(copy)).toEqual(leavings(store));
    }
  });

  it('that holds no run, or no finished one, has nothing to resume or report', async () => {
    await expect(resumeRun(openStore())).rejects.toThrow(/holds no run; start one with/);
    await expect(reportRun(openStore())).rejects.toThrow(/holds no run; start one with/);
    await expect(reportRun(openStore(new Map(killed.files)))).rejects.toThrow(/is not finished; go on with/);
  });
});

describe('a request', () => {
  it.each([
    [{ preset: 'smok' }, /unknown preset 'smok' of paper; known: paper, smoke, large/],
    [{ experiment: 'papers' }, /unknown experiment 'papers'; known: paper/],
    [{ seeds: [] }, /seeds must be different from each other and at least one, got \[\]/],
    [{ seeds: [1, 1] }, /got \[1, 1\]/],
    [{ seeds: [0, -1] }, /must be an integer >= 0, got -1/],
    [{ overrides: [{ tua: 1 }] }, /unknown key 'tua'; the nearest known key is 'tau'/],
  ])('%j is refused before anything is written', async (request, reason) => {
    const store = openStore();
    const error = await startRun(store, request).catch((refused) => refused);
    expect(error).toBeInstanceOf(InputError);
    expect(error.message).toMatch(reason);
    expect(store.files.size).toBe(0);
  });
});
