// A run asks for each of its files once or twice, however many claims, tables, figures and stages look at them.
import { useWasm } from '@advml/wasm';
import { tensor1d } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  defineExperiment,
  memoryStore,
  type RunStore,
  reportRun,
  resumeRun,
  type StageInput,
  startRun,
} from '../src/index.ts';
import { remembering } from '../src/store/remembering.ts';

beforeAll(async () => {
  await useWasm();
});

/** A store in memory that counts what it is asked for. */
function counting(store: RunStore = memoryStore()) {
  const [reads, writes] = [new Map<string, number>(), new Map<string, number>()];
  const counted = (of: Map<string, number>, name: string) => void of.set(name, (of.get(name) ?? 0) + 1);
  return {
    ...store,
    read(name: string) {
      counted(reads, name);
      return store.read(name);
    },
    write(name: string, content: Uint8Array | string) {
      counted(writes, name);
      return store.write(name, content);
    },
    reads,
    writes,
    forget() {
      reads.clear();
      writes.clear();
    },
  };
}

const often = (counts: Map<string, number>) => [...counts].filter(([, count]) => count > 2);

type Numbers = readonly number[];
const measure = async ({ kept }: Pick<StageInput<unknown>, 'kept'>): Promise<Numbers> =>
  Array.from((await kept.weights('start')).w.dataSync());
const claimed = (id: string) => ({
  id,
  statement: 'It is so.',
  quantity: 'it',
  bar: '>= 0',
  find: ({ first, third }: Readonly<Record<string, Numbers>>) => ({ value: first[0], holds: third[0] >= 0 }),
});

/** Three stages that look at weights, and two claims, a table and a figure that look at what they measured. */
const experiment = defineExperiment({
  name: 'small',
  settings: {},
  stages: {
    start: { weights: ({ key }) => ({ w: tensor1d(key.child('w').uniform(3)) }) },
    first: { measure },
    second: { measure },
    third: { measure },
  },
  claims: [claimed('a'), claimed('b')],
  tables: ({ first, second }) => [
    {
      name: 'numbers',
      title: 'Numbers',
      note: 'All of them.',
      columns: ['number'],
      rows: [...first, ...second].map((value) => [value]),
    },
  ],
  figures: (seeds) => [
    {
      name: 'picture',
      draw: () => `<svg xmlns="http://www.w3.org/2000/svg"><title>${seeds[0].measures.second}</title></svg>`,
    },
  ],
});

describe('a run', () => {
  it.each([
    ['one seed', [0]],
    ['several seeds', [0, 1, 2]],
  ])('of %s reads and writes each file twice at most, and so does going on and reporting', async (_, seeds) => {
    const store = counting();
    const claims = await startRun(store, experiment, { seeds });
    expect(store.writes.size).toBeGreaterThan(8 * seeds.length);
    expect([often(store.reads), often(store.writes)]).toEqual([[], []]);
    for (const again of [resumeRun, reportRun]) {
      store.forget();
      expect(await again(store, experiment)).toEqual(claims);
      expect([often(store.reads), often(store.writes)], again.name).toEqual([[], []]);
    }
  });
});

describe('a store that remembers', () => {
  const over = (most?: number) => {
    const below = counting();
    return { below, store: remembering(below, most) };
  };
  const text = async (store: RunStore, name: string) => new TextDecoder().decode(await store.read(name));

  it('asks once, also for two who ask at the same time, and gives each a copy', async () => {
    const { below, store } = over();
    await below.write('a', Uint8Array.of(1, 2));
    const [one, two] = await Promise.all([store.read('a'), store.read('a')]);
    one?.fill(9);
    expect([two, await store.read('a'), below.reads.get('a')]).toEqual([Uint8Array.of(1, 2), Uint8Array.of(1, 2), 1]);
  });

  it('has what was written, added and removed since', async () => {
    const { below, store } = over();
    await store.write('a', 'one');
    expect([await text(store, 'a'), below.reads.size]).toEqual(['one', 0]);
    await store.append('a', ' more');
    expect(await text(store, 'a')).toBe('one more');
    await store.write('a', Uint8Array.of(65));
    expect(await text(store, 'a')).toBe('A');
    await store.remove('a');
    expect(await store.read('a')).toBeUndefined();
  });

  it('sees what another adds, and does not keep what was read while it was written', async () => {
    const { below, store } = over();
    expect(await store.read('a')).toBeUndefined();
    await below.write('a', 'one');
    const early = store.read('a');
    await store.write('a', 'two');
    await early;
    expect(await text(store, 'a')).toBe('two');
  });

  it('remembers no more than it may, the latest', async () => {
    const { below, store } = over(5);
    for (const name of ['a', 'b', 'c']) await store.write(name, name.repeat(2));
    await store.write('large', 'x'.repeat(6));
    for (const name of ['a', 'b', 'c', 'large']) await store.read(name);
    expect(await text(store, 'a')).toBe('aa');
    expect(below.reads.get('large')).toBe(1);
    const last = over(5);
    for (const name of ['a', 'b', 'c']) await last.store.write(name, name.repeat(2));
    for (const name of ['c', 'b', 'a']) await last.store.read(name);
    expect([...last.below.reads.keys()]).toEqual(['a']);
  });

  it('asks again after an error', async () => {
    const below = counting();
    let broken = true;
    const store = remembering({
      ...below,
      read: async (name) => {
        if (broken) throw new Error('no disk');
        return below.read(name);
      },
    });
    await below.write('a', 'one');
    await expect(store.read('a')).rejects.toThrow('no disk');
    broken = false;
    expect(await text(store, 'a')).toBe('one');
  });
});
