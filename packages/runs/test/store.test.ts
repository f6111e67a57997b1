import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputError } from '@advml/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { diskStore } from '../src/disk.ts';
import { runStages } from '../src/schedule/run-stages.ts';
import { inThisThread } from '../src/schedule/stage-runner.ts';
import { keptMeasure, measureStage } from '../src/stages/measures.ts';
import { readRunRecord } from '../src/store/run-record.ts';
import { seal } from '../src/store/sealed.ts';
import { folderOf, memoryStore, type RunStore } from '../src/store/store.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'advml-store-'));
});
afterAll(() => rm(folder, { recursive: true }));

const stores: [string, () => RunStore][] = [
  ['memory', memoryStore],
  ['disk', () => diskStore(join(folder, `run-${Math.random()}`))],
  ['a folder of another store', () => folderOf(memoryStore(), 'seed-1')],
];

describe.each(stores)('a store in %s', (_, make) => {
  it('gives back what was written, and undefined for what was not', async () => {
    const store = make();
    expect(await store.read('weights/a.bin')).toBeUndefined();
    await store.write('weights/a.bin', Uint8Array.of(1, 2, 3));
    await store.write('weights/a.bin', Uint8Array.of(4));
    expect(await store.read('weights/a.bin')).toEqual(Uint8Array.of(4));
    await store.append('log', 'ä');
    await store.append('log', 'b\n');
    expect(new TextDecoder().decode(await store.read('log'))).toBe('äb\n');
    await store.remove('log');
    await store.remove('log');
    expect(await store.read('log')).toBeUndefined();
  });
});

describe('a store on disk', () => {
  it.skipIf(!existsSync('/proc'))(
    'says that a folder cannot be made, also where the system has none of that name',
    async () => {
      const store = diskStore('/proc/advml/run');
      await expect(store.write('claims.json', 'new')).rejects.toThrow(/cannot write .*ENOENT/);
      await expect(store.lock('run')).rejects.toThrow(/ENOENT/);
    },
  );

  it('makes folders above it, side by side, and says where a file is in the way', async () => {
    const store = diskStore(join(folder, 'a', 'b', 'c'));
    await Promise.all(['x/one', 'x/two', 'x/three'].map((name) => store.write(name, name)));
    expect(new TextDecoder().decode(await store.read('x/two'))).toBe('x/two');
    await expect(store.write('x/one/below', 'no')).rejects.toThrow(/cannot write .*x\/one\/below/);
  });

  it('keeps the old file and nothing else where the disk is full', async () => {
    const place = join(folder, 'full');
    const store = diskStore(place);
    await store.write('claims.json', 'old');
    await symlink('/dev/full', join(place, `claims.json.${process.pid}.advml.tmp`));
    await expect(store.write('claims.json', 'new')).rejects.toThrow(/the disk is full; free some space/);
    await expect(store.write('claims.json', 'new')).resolves.toBeUndefined();
    expect(await readdir(place)).toEqual(['claims.json']);
    expect(await readFile(join(place, 'claims.json'), 'utf8')).toBe('new');
  });

  it('says so where a file stands in the way of its folder', async () => {
    await writeFile(join(folder, 'file'), '');
    const store = diskStore(join(folder, 'file', 'run'));
    expect(await store.read('run.json')).toBeUndefined();
    await expect(store.write('run.json', '{}')).rejects.toThrow(InputError);
    await expect(store.write('run.json', '{}')).rejects.toThrow(/choose another folder/);
  });
});

it('a record of more seeds than a run may have is refused', async () => {
  const store = memoryStore();
  const record = { format: 'advml-run-2', experiment: 'e', preset: 'p', setting: {}, fingerprint: '', environment: {} };
  const seeds = Array.from({ length: 1001 }, (_, seed) => seed);
  await store.write('run.json', seal({ ...record, seeds, started: '', ended: null, status: 'finished' }));
  await expect(readRunRecord(store)).rejects.toThrow(/run\.json cannot be used \(.*<=1000/);
});

describe('a measurement', () => {
  const contextOf = (store: RunStore) => {
    const events: string[] = [];
    return {
      store,
      onEvent: (event: { type: string; state?: string }) =>
        void events.push(`${event.type} ${event.state ?? ''}`.trim()),
      events,
    };
  };

  const measured = async (context: ReturnType<typeof contextOf>, compute: () => Promise<object>) => {
    await runStages([measureStage('accuracy', [], compute)], context, inThisThread, (_, work) => work());
    return keptMeasure(context.store, 'accuracy');
  };

  it('is made once and then read back', async () => {
    const context = contextOf(memoryStore());
    let made = 0;
    const compute = async () => ({ value: Math.fround(0.1), times: ++made });
    const first = await measured(context, compute);
    const second = await measured(context, compute);
    expect(first).toEqual({ value: Math.fround(0.1), times: 1 });
    expect(second).toEqual(first);
    expect(made).toBe(1);
    expect(context.events).toEqual(['stage started', 'stage finished', 'stage reused']);
  });

  it('that was not made is missed by name', async () => {
    await expect(keptMeasure(memoryStore(), 'accuracy')).rejects.toThrow(
      /no measures\/accuracy.json yet; go on with 'advml resume memory'/,
    );
  });

  it('is refused where a single byte has changed', async () => {
    const context = contextOf(memoryStore());
    await measured(context, async () => ({ value: 0.5, more: [1, 2, 3] }));
    const bytes = (await context.store.read('measures/accuracy.json')) as Uint8Array;
    for (let at = 0; at < bytes.length; at++) {
      const damaged = bytes.slice();
      damaged[at] ^= 1;
      await context.store.write('measures/accuracy.json', damaged);
      await expect(keptMeasure(context.store, 'accuracy'), `byte ${at}`).rejects.toThrow(
        /cannot be used \(.*\); delete it and resume/,
      );
    }
  });
});
