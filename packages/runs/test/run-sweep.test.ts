// What a sweep does: which runs it makes, what it says of those that fail, and what it leaves alone.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AbortedError } from '@advml/core';
import { diskStore, runSweep, type SweepEngine, type SweepEvent } from '@advml/runs/disk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { performAfter, planOf } from './sweep-experiment.ts';

let place: string;
beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'advml-sweep-'));
});
afterAll(() => rmSync(place, { recursive: true }));

/** Runs in this thread; tells how many at a time, and does something before each. */
function engineHere(lanes: number, before: (name: string) => void | Promise<void> = () => {}) {
  const seen = { most: 0, now: 0 };
  const engine: SweepEngine = {
    lanes,
    perform: async (job, context) => {
      seen.most = Math.max(seen.most, ++seen.now);
      try {
        await performAfter(before)(job, context);
      } finally {
        seen.now -= 1;
      }
    },
  };
  return { engine, seen };
}

/** How each run went, by what was told. */
const statesOf = (events: readonly SweepEvent[]) =>
  events.flatMap((event) => (event.type === 'run' && event.state !== 'started' ? [event.state] : []));

async function swept(folder: string, more: object, engine: SweepEngine, signal?: AbortSignal) {
  const events: SweepEvent[] = [];
  const outcome = await runSweep(folder, planOf(more), { engine, signal, onEvent: (event) => events.push(event) });
  return { outcome, events, states: statesOf(events) };
}

describe('a sweep', () => {
  it('makes each run once, as many at a time as the engine takes, and goes on with what is missing', async () => {
    const folder = join(place, 'whole');
    const { engine, seen } = engineHere(3);
    const first = await swept(folder, { grid: { number: [10, 20] }, seeds: 3 }, engine);
    expect(first.outcome).toEqual({ finished: 6, failed: [] });
    expect(seen.most).toBe(3);
    const [gone] = readdirSync(folder).filter((name) => name.startsWith('number=20'));
    rmSync(join(folder, gone), { recursive: true });
    const second = await swept(folder, { grid: { number: [10, 20, 30] }, seeds: 3 }, engine);
    expect(second.states.filter((state) => state === 'kept')).toHaveLength(5);
    expect(second.states.filter((state) => state === 'finished')).toHaveLength(4);
    expect(readdirSync(folder).filter((name) => /lock|tmp/.test(name))).toEqual([]);
  });

  it('counts what fails, keeps its error, does the rest, and tries it again', async () => {
    const folder = join(place, 'failing');
    const { engine } = engineHere(2);
    const { outcome, events } = await swept(folder, { grid: { number: [9001, 10] } }, engine);
    expect(outcome.finished).toBe(1);
    const [failed] = outcome.failed;
    expect(failed).toMatch(/^number=9001,seed=0/);
    expect(readFileSync(join(folder, failed, 'error.txt'), 'utf8')).toMatch(/too many draws[\s\S]*at /);
    expect(events).toContainEqual({
      type: 'run',
      run: failed,
      state: 'failed',
      error: expect.stringMatching(/too many draws/),
    });
    let tries = 0;
    const flaky = engineHere(1, (name) => {
      if (name === failed && tries++ === 0) throw new Error('lost');
    });
    const number = { grid: { number: [9001, 10] } };
    expect((await swept(folder, number, flaky.engine)).states).toEqual(['failed', 'kept']);
    expect(readFileSync(join(folder, failed, 'error.txt'), 'utf8')).toMatch(/^Error: lost/);
  });

  it('removes the error of a run that came through at last', async () => {
    const folder = join(place, 'mended');
    let broken = true;
    const { engine } = engineHere(1, () => {
      if (broken) throw new Error('the disk is full');
    });
    const { outcome } = await swept(folder, {}, engine);
    expect(existsSync(join(folder, outcome.failed[0], 'error.txt'))).toBe(true);
    broken = false;
    expect((await swept(folder, {}, engine)).outcome).toEqual({ finished: 1, failed: [] });
    expect(existsSync(join(folder, outcome.failed[0], 'error.txt'))).toBe(false);
  });

  it('stops where it is told to, and begins nothing more', async () => {
    const stopping = new AbortController();
    let begun = 0;
    const { engine } = engineHere(1, () => {
      if (++begun === 2) stopping.abort();
    });
    const events: SweepEvent[] = [];
    const stopped = runSweep(join(place, 'stopped'), planOf({ seeds: 5 }), {
      engine,
      signal: stopping.signal,
      onEvent: (event) => events.push(event),
    });
    await expect(stopped).rejects.toThrow(AbortedError);
    expect(statesOf(events)).toEqual(['finished', 'stopped']);
    expect((await swept(join(place, 'stopped'), { seeds: 5 }, engineHere(1).engine)).outcome.finished).toBe(5);
  });

  it('whose listener throws ends when no run is at work any more', async () => {
    let atWork = 0;
    const perform: SweepEngine['perform'] = async (_, { signal, onStart }) => {
      atWork += 1;
      if (atWork === 2) onStart?.();
      await new Promise((resolve) => signal?.addEventListener('abort', resolve));
      atWork -= 1;
    };
    const onEvent = ({ type }: SweepEvent) => {
      if (type === 'run') throw new Error('the listener failed');
    };
    const engine = { lanes: 2, perform };
    await expect(runSweep(join(place, 'told'), planOf({ seeds: 4 }), { engine, onEvent })).rejects.toThrow(
      /listener failed/,
    );
    expect(atWork).toBe(1); // the one that threw
  });

  it.each(['kept', 'finished', 'failed'])(
    'ends with what its listener throws where a run is %s, which is no error of the run',
    async (state) => {
      const folder = join(place, `listener-${state}`);
      const more = { grid: { number: [state === 'failed' ? 9001 : 10, 20] } };
      if (state === 'kept') await swept(folder, more, engineHere(1).engine);
      const onEvent = (event: SweepEvent) => {
        if (event.type === 'run' && event.state === state) throw new Error('the listener failed');
      };
      const { engine } = engineHere(1);
      await expect(runSweep(folder, planOf(more), { engine, onEvent })).rejects.toThrow(/^the listener failed$/);
      const errors = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'error.txt')));
      expect(errors).toHaveLength(state === 'failed' ? 1 : 0);
    },
  );

  it('ends with what its listener throws in the middle of a stage', async () => {
    const onEvent = (event: SweepEvent) => {
      if (event.type === 'within') throw new Error('the listener failed');
    };
    const { engine } = engineHere(2);
    const told = runSweep(join(place, 'within'), planOf({ seeds: 3 }), { engine, onEvent });
    await expect(told).rejects.toThrow(/^the listener failed$/);
  });

  it('calls its runs as they were called when they came into it', async () => {
    const folder = join(place, 'named');
    const { engine } = engineHere(1);
    const sides = { number: [10], bar: [0.5] };
    const { events } = await swept(folder, { grid: sides }, engine);
    const runOf = (all: readonly SweepEvent[]) => all.flatMap((event) => (event.type === 'run' ? [event.run] : []));
    const turned = await swept(folder, { grid: { bar: [0.5], number: [10] } }, engine);
    expect(turned.states).toEqual(['kept']);
    expect(runOf(turned.events)[0]).toBe(runOf(events)[0]);
  });

  it('waits where another program works on a run', async () => {
    const folder = join(place, 'waiting');
    let release = async () => {};
    const { engine } = engineHere(1, async (name) => {
      release = await diskStore(join(folder, name)).lock('run.lock');
    });
    const notes: string[] = [];
    const onEvent = (event: SweepEvent) => {
      if (event.type !== 'within' || event.event.type !== 'note') return;
      notes.push(event.event.message);
      void release();
    };
    expect(await runSweep(folder, planOf({}), { engine, onEvent })).toEqual({ finished: 1, failed: [] });
    expect(notes).toEqual([expect.stringMatching(/ is in use by process/)]);
  });
});

describe('a folder with something else', () => {
  it.each([
    ['run.json', /holds no sweep but a run; choose another folder/],
    ['letters.txt', /holds no sweep but letters\.txt; choose another folder/],
  ])('such as %s is left alone', async (name, message) => {
    const folder = mkdtempSync(join(place, 'other-'));
    writeFileSync(join(folder, name), '{}');
    await expect(swept(folder, {}, engineHere(1).engine)).rejects.toThrow(message);
    expect(readdirSync(folder)).toEqual([name]);
  });

  it('in place of a run is told and not touched', async () => {
    const folder = join(place, 'swapped');
    const { engine } = engineHere(1);
    await swept(folder, { seeds: 2 }, engine);
    const [a, b] = planOf({ seeds: 2 }).runs.map(({ name }) => join(folder, name, 'run.json'));
    writeFileSync(a, readFileSync(b));
    const { outcome, events } = await swept(folder, { seeds: 2 }, engine);
    expect(outcome).toMatchObject({ finished: 1 });
    expect(JSON.stringify(events)).toMatch(
      /holds another run than the .*seed=0-\w+ of the sweep; delete it, and it is made again/,
    );
  });
});
