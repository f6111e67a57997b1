// Nobody works in a folder where somebody else does; whoever was killed there is no hindrance.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { InputError } from '@advml/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { diskStore } from '../src/disk.ts';
import { folderLock } from '../src/store/folder-lock.ts';
import { type LockOwner, mayBeAlive, thisProcess } from '../src/store/lock-owner.ts';
import { folderOf, memoryStore } from '../src/store/store.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'advml-lock-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Programs that can die, as many as are asked for. */
function programs() {
  const dead = new Set<number>();
  return {
    die: ({ pid }: LockOwner) => void dead.add(pid),
    party: (pid: number) => ({
      me: { pid, began: '1', system: null, host: 'here', since: new Date(1e12 + pid).toISOString() },
      mayBeAlive: async (owner: LockOwner) => !dead.has(owner.pid),
    }),
  };
}

describe('a lock', () => {
  it('is held by one at a time, whoever of many dies with it', async () => {
    const path = join(folder, 'many');
    const { die, party } = programs();
    let [holders, most, deaths, turns] = [0, 0, 0, 0];
    const program = async (first: number) => {
      for (let pid = first, turn = 0; turn < 6; ) {
        const one = party(pid);
        const release = await folderLock(path, one).catch((taken) => {
          expect(taken).toBeInstanceOf(InputError);
          expect(taken.message).toMatch(/many.* is in use by process \d+ on here|is in use by process/);
        });
        if (!release) {
          await setTimeout(1);
          continue;
        }
        holders += 1;
        most = Math.max(most, holders);
        await setTimeout(Math.random() * 2);
        holders -= 1;
        turn += 1;
        turns += 1;
        if (Math.random() < 0.5) {
          await release();
        } else {
          die(one.me);
          deaths += 1;
          pid += 100; // its next attempt is another process
        }
      }
    };
    await Promise.all([1, 2, 3, 4, 5, 6].map(program));
    expect({ most, turns }).toEqual({ most: 1, turns: 36 });
    expect(deaths).toBeGreaterThan(5);
    const left = (await readdir(folder)).filter((name) => name !== 'many');
    expect(left).toEqual([]);
  });

  it('goes to one of those who find that its owner is dead', async () => {
    const path = join(folder, 'dead');
    const { die, party } = programs();
    for (let round = 0; round < 10; round++) {
      const before = party(1000 + round);
      await folderLock(path, before);
      die(before.me);
      const tries = await Promise.allSettled(
        Array.from({ length: 8 }, (_, at) => folderLock(path, party(2000 + 10 * round + at))),
      );
      const [winner, ...more] = tries.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      expect(more).toEqual([]);
      await winner();
    }
  });

  it('that is no lock is not taken', async () => {
    const path = join(folder, 'odd');
    await writeFile(path, '');
    await expect(folderLock(path)).rejects.toThrow(/odd is no lock; if no program works in its folder, delete it/);
    await rm(path);
    await folderLock(path);
    const file = join(path, 'owner.json');
    await writeFile(file, (await readFile(file, 'utf8')).replace(`"pid":${process.pid}`, '"pid":1'));
    await expect(folderLock(path)).rejects.toThrow(/odd is no lock/);
  });
});

describe('an owner', () => {
  it('is this process and no other of its number, on this machine or since it was started anew', async () => {
    const me = await thisProcess();
    expect(await mayBeAlive(me)).toBe(true);
    expect(await mayBeAlive({ ...me, began: '1' })).toBe(false);
    expect(await mayBeAlive({ ...me, began: null })).toBe(true); // the system does not tell
    expect(await mayBeAlive({ ...me, system: 'another-boot pid:[1]' })).toBe(false);
    expect(await mayBeAlive({ ...me, pid: 2 ** 22 + 1 })).toBe(false);
  });

  it.runIf(process.platform === 'linux')('that is over is over, though nobody has waited for its end', async () => {
    // Long enough for the shell to become what waits for nobody, before its child is over.
    const parent = spawn('sh', ['-c', 'sleep 0.3 & echo $!; exec sleep 60']);
    const [pid] = (await once(parent.stdout, 'data')).map(Number);
    const fields = async () => (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1].split(' ');
    while ((await fields())[0] !== 'Z') await setTimeout(5);
    const began = (await fields())[19];
    expect(await mayBeAlive({ ...(await thisProcess()), pid, began })).toBe(false);
    parent.kill();
  });

  it('on another machine or in another container may be at work', async () => {
    const me = await thisProcess();
    expect(await mayBeAlive({ ...me, system: 'another-boot pid:[1]', host: 'elsewhere' })).toBe(true);
    expect(await mayBeAlive({ ...me, system: `${me.system?.split(' ')[0]} pid:[1]`, pid: 2 ** 22 + 1 })).toBe(true);
  });
});

describe.each([
  ['on disk', () => diskStore(join(folder, `store-${Math.random()}`))],
  ['in memory', memoryStore],
  ['in a folder of another', () => folderOf(memoryStore(), 'seed-3')],
])('a store %s', (_, make) => {
  it('is locked once, and again when it was given back', async () => {
    const store = make();
    const release = await store.lock('run.lock');
    await expect(store.lock('run.lock')).rejects.toThrow(/is in use by/);
    await release();
    await (await store.lock('run.lock'))();
  });
});

describe('what dead writers left on disk', () => {
  it('goes when the folder is locked; what is not of the run is left to itself', async () => {
    const place = join(folder, 'left');
    const store = diskStore(place);
    const names = [
      'run.json.77.advml.tmp',
      'weights/clean.safetensors.77.advml.tmp',
      'measures/log/clean.json.77.advml.tmp',
    ];
    const others = [
      'seed-1/claims.json.77.advml.tmp',
      'letters.2024.tmp',
      'weights/mine.1.tmp',
      'mine/deep/a.77.advml.tmp',
    ];
    for (const name of [...names, ...others, 'weights/clean.safetensors']) await store.write(name, 'x');
    await (await store.lock('run.lock'))();
    const left = (await readdir(place, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    const paths = left.map(({ parentPath, name }) => relative(place, join(parentPath, name)));
    expect(paths.sort()).toEqual([...others, 'weights/clean.safetensors'].sort());
  });

  it('stays where others may be at work', async () => {
    const place = join(folder, 'others');
    const store = diskStore(place);
    await store.write('sweep.attempts/one/1/run.json.77.advml.tmp', 'x');
    await (await store.lock('sweep.lock'))();
    expect(await readdir(join(place, 'sweep.attempts/one/1'))).toEqual(['run.json.77.advml.tmp']);
  });
});
