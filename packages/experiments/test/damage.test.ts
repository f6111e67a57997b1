// Damaged files are refused with the way out; following it ends in the same bytes as if nothing had happened.

import { InputError } from '@advml/core';
import { readRunRecord, reportRun, resumeRun, startRun } from '@advml/runs';
import { useWasm } from '@advml/wasm';
import { beforeAll, describe, expect, it } from 'vitest';
import { readMeasure } from '../../runs/src/stages/measures.ts';
import { readArrays } from '../../runs/src/store/kept-arrays.ts';
import { seal } from '../../runs/src/store/sealed.ts';
import { paper } from '../src/index.ts';
import { type Change, Killed, leavings, type OpenStore, openStore, textOf, tiny } from './tiny.ts';

let whole: OpenStore;
/** A run that was killed in the middle of its adversarial phase. */
let killed: OpenStore;
beforeAll(async () => {
  await useWasm();
  whole = openStore();
  await startRun(whole, paper, tiny);
  let saved = 0;
  const isLast = ({ kind, name }: Change) => {
    if (kind === 'write' && name === 'checkpoint-adversarial.safetensors') saved += 1;
    return saved === 3;
  };
  killed = openStore(undefined, isLast);
  await expect(startRun(killed, paper, tiny)).rejects.toThrow(Killed);
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
  ['all but the last two bytes left', (bytes) => bytes.subarray(0, -2)],
];

const kept: [string, () => OpenStore][] = [
  ['checkpoint-adversarial.safetensors', () => killed],
  ['weights/clean.safetensors', () => killed],
  ['weights/init.safetensors', () => whole],
  ['measures/robustness-clean.json', () => whole],
  ['measures/neurons.json', () => whole],
];

describe.each(kept)('%s', (name, from) => {
  it.each(changes)('with %s is refused with the way out', async (_, change) => {
    const store = damaged(from(), name, change);
    const error: unknown = await resumeRun(store, paper).catch((reason) => reason);
    expect(error).toBeInstanceOf(InputError);
    expect((error as Error).message).toContain(`runs/tiny/${name} cannot be used (`);
    expect((error as Error).message).toMatch(/delete it and resume the run/);
  });

  it('is made again, to the same bytes, once it is deleted', async () => {
    const store = openStore(new Map(from().files));
    store.files.delete(name);
    await resumeRun(store, paper);
    expect(leavings(store)).toEqual(leavings(whole));
  });
});

describe('the clean weights of a finished run', () => {
  it('are made again as they were, and nothing else changes', async () => {
    const store = openStore(new Map(whole.files));
    store.files.delete('weights/clean.safetensors');
    await resumeRun(store, paper);
    expect(leavings(store)).toEqual(leavings(whole));
  });
});

describe('run.json', () => {
  it('is refused with any byte changed that means something', async () => {
    const bytes = whole.files.get('run.json') as Uint8Array;
    const meaning = (text: string) => JSON.stringify(JSON.parse(text));
    const text = textOf(whole, 'run.json');
    for (let at = 0; at < bytes.length; at += 3) {
      const store = damaged(whole, 'run.json', (own) => own.fill(own[at] ^ 1, at, at + 1));
      const refused = await resumeRun(store, paper).catch((reason) => reason);
      if (refused instanceof InputError) {
        expect(refused.message).toMatch(/run\.json cannot be used .*start a run in another folder/s);
      } else expect(meaning(textOf(store, 'run.json').replace(/"ended".*/, '')), `byte ${at}`).toBe(meaning(text));
    }
  });

  it.each(changes.slice(4, 6))('is refused with %s', async (_, change) => {
    await expect(resumeRun(damaged(whole, 'run.json', change), paper)).rejects.toThrow(/start a run in another folder/);
  });
});

/** Files that are made of others, for people and other programs. */
const isDerived = (name: string) => /^(claims\.json|metrics\.jsonl|report\.html|tables\/.*|figures\/.*)$/.test(name);

describe('what is made of measurements', () => {
  const names = () => [...whole.files.keys()].filter(isDerived);

  it('is never believed: a report and a resumption write it anew, whatever stands there', async () => {
    for (const goOn of [reportRun, resumeRun]) {
      const store = openStore(new Map(whole.files));
      for (const name of names()) store.files.set(name, Uint8Array.of(0, 255, 7));
      expect(await goOn(store, paper)).toEqual(JSON.parse(textOf(whole, 'claims.json')).claims);
      expect(leavings(store)).toEqual(leavings(whole));
      for (const name of names()) store.files.delete(name);
      await goOn(store, paper);
      expect(leavings(store)).toEqual(leavings(whole));
    }
  });

  it('is not even read', async () => {
    const store = openStore(new Map(whole.files));
    const read: string[] = [];
    await reportRun(
      {
        ...store,
        read: (name) => {
          read.push(name);
          return store.read(name);
        },
      },
      paper,
    );
    expect(read.filter(isDerived)).toEqual([]);
  });

  it('has its log from a run that was killed, whatever became of metrics.jsonl', async () => {
    for (const left of [undefined, '', '{"phase":"clean","step":10,"loss":9}\n', 'not JSON']) {
      const store = openStore(new Map(killed.files));
      store.files.delete('metrics.jsonl');
      if (left !== undefined) await store.write('metrics.jsonl', left);
      await resumeRun(store, paper);
      expect(leavings(store)).toEqual(leavings(whole));
    }
  });
});

describe('every single bit of every file that is read', () => {
  /** What the program makes of a file. */
  const contentOf = (store: OpenStore, name: string): Promise<unknown> => {
    const [, measure] = /^measures\/(.*)\.json$/.exec(name) ?? [];
    if (measure) return readMeasure(store, measure);
    if (name === 'run.json') return readRunRecord(store);
    return readArrays(store, name, 'delete it', ({ tensors, metadata }) => [tensors, metadata.log]);
  };

  it('is found where it is flipped, or says nothing', async () => {
    const found = { refused: 0, same: 0 };
    const files = [...whole.files, ...killed.files].filter(([name]) => !isDerived(name));
    for (const [name, bytes] of files) {
      const from = name.startsWith('checkpoint') ? killed : whole;
      const step = Math.max(1, Math.floor(bytes.length / 300) * 8 - 1); // odd, so that every bit of a byte comes up
      for (let bit = 0; bit < 8 * bytes.length; bit += step) {
        const store = damaged(from, name, (own) =>
          own.fill(own[bit >> 3] ^ (1 << (bit & 7)), bit >> 3, (bit >> 3) + 1),
        );
        const content = await contentOf(store, name).catch((refused) => refused);
        if (content instanceof InputError) found.refused += 1;
        else {
          expect(content, `${name}, bit ${bit}`).toEqual(await contentOf(from, name));
          found.same += 1;
        }
      }
    }
    expect(found.refused).toBeGreaterThan(10_000);
    expect(found.same).toBeLessThan(0.05 * found.refused); // spaces of run.json
  });
});

describe('files of another run', () => {
  it('are refused: weights, measurements and checkpoints carry the setting and the seed they were made with', async () => {
    const other = openStore();
    await startRun(other, paper, { ...tiny, overrides: [...tiny.overrides, { tau: 0.05 }] });
    for (const name of whole.files.keys()) {
      if (isDerived(name) || name === 'run.json') continue;
      const store = damaged(whole, name, () => other.files.get(name) as Uint8Array);
      await expect(resumeRun(store, paper), name).rejects.toThrow(
        `runs/tiny/${name} cannot be used (it was made with another setting or seed than run.json has); delete it`,
      );
      store.files.delete(name);
    }
    const swapped = damaged(whole, 'run.json', () => other.files.get('run.json') as Uint8Array);
    await expect(resumeRun(swapped, paper)).rejects.toThrow(/another setting or seed than run.json has/);
    await expect(reportRun(swapped, paper)).rejects.toThrow(/the run in runs\/tiny is not finished/);
  });

  it('and a record that someone has edited are refused, with its checksum or without', async () => {
    const { crc32, ...record } = JSON.parse(textOf(whole, 'run.json'));
    const edited = { ...record, setting: { ...record.setting, tau: 0.05 } };
    for (const text of [JSON.stringify(edited), JSON.stringify({ crc32, ...edited }), seal(edited)]) {
      const store = damaged(whole, 'run.json', () => new TextEncoder().encode(text));
      for (const goOn of [resumeRun, reportRun])
        await expect(goOn(store, paper)).rejects.toThrow(/runs\/tiny\/run.json (cannot be used|has another setting)/);
    }
  });

  it('of the same results are taken: claims, batches and checkpoints may be asked for in another way', async () => {
    const overrides = [...tiny.overrides, { claims: ['C2'], evaluation: { batch: 3 }, checkpointEvery: 5 }];
    const other = openStore();
    await startRun(other, paper, { ...tiny, overrides });
    const [left, before] = [leavings(other), leavings(whole)];
    for (const name of Object.keys(left)) if (/^(weights|measures)/.test(name)) expect(left[name]).toBe(before[name]);
  });
});

describe('a temporary file that a kill left behind', () => {
  it('does no harm', async () => {
    const store = openStore(new Map(killed.files));
    const names = [
      'checkpoint-adversarial.safetensors.77.advml.tmp',
      'weights/robust.safetensors.77.advml.tmp',
      'claims.json.77.advml.tmp',
    ];
    for (const name of names) store.files.set(name, Uint8Array.of(1, 2, 3));
    await resumeRun(store, paper);
    for (const name of names) store.files.delete(name);
    expect(leavings(store)).toEqual(leavings(whole));
  });
});

describe('a folder', () => {
  it('that holds a run is refused for another one, whatever state it is in', async () => {
    for (const store of [whole, killed]) {
      const copy = openStore(new Map(store.files));
      await expect(startRun(copy, paper, { ...tiny, seeds: [4] })).rejects.toThrow(
        /runs\/tiny already holds a run; go on with it by 'advml resume runs\/tiny', choose another folder/,
      );
      expect(leavings(copy)).toEqual(leavings(store));
    }
  });

  it('that holds no run, or no finished one, has nothing to resume or report', async () => {
    await expect(resumeRun(openStore(), paper)).rejects.toThrow(/holds no run; start one with/);
    await expect(reportRun(openStore(), paper)).rejects.toThrow(/holds no run; start one with/);
    await expect(reportRun(openStore(new Map(killed.files)), paper)).rejects.toThrow(/is not finished; go on with/);
  });
});

describe('a request', () => {
  it.each([
    [{ preset: 'smok' }, /unknown preset 'smok' of paper; known: paper, smoke, large/],
    [{ seeds: [] }, /seeds must be different from each other and at least one, got \[\]/],
    [{ seeds: [1, 1] }, /got \[1, 1\]/],
    [{ seeds: [0, -1] }, /must be an integer >= 0, got -1/],
    [{ overrides: [{ tua: 1 }] }, /unknown key 'tua'; the nearest known key is 'tau'/],
  ])('%j is refused before anything is written', async (request, reason) => {
    const store = openStore();
    const error = await startRun(store, paper, request).catch((refused) => refused);
    expect(error).toBeInstanceOf(InputError);
    expect(error.message).toMatch(reason);
    expect(store.files.size).toBe(0);
  });
});
