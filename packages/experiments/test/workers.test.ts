// A run over worker threads is the same run: the same bytes, stopped in the same way, refused for the same reasons.

import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AbortedError, InputError } from '@advml/core';
import {
  DivergedError,
  memoryStore,
  type RunEvent,
  type RunRequest,
  readRunRecord,
  resumeRun,
  startRun,
} from '@advml/runs';
import { diskStore, stageWorkers } from '@advml/runs/disk';
import { useWasm } from '@advml/wasm';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { catalogue } from '../src/catalogue.ts';
import { paper } from '../src/index.ts';
import { leavings, openStore, tiny } from './tiny.ts';

let place: string;
const two = stageWorkers({ workers: 2, module: catalogue });
beforeAll(async () => {
  await useWasm();
  place = await mkdtemp(join(tmpdir(), 'advml-workers-'));
});
afterAll(async () => {
  await two.close();
  await rm(place, { recursive: true });
});

const folder = (): string => join(place, `run-${Math.random()}`);

/** What a run on disk left, as of a store in memory. */
async function leavingsOf(run: string) {
  const names = await readdir(run, { recursive: true, withFileTypes: true });
  const files = new Map<string, Uint8Array>();
  for (const entry of names.filter((each) => each.isFile())) {
    const path = join(entry.parentPath, entry.name);
    files.set(path.slice(run.length + 1), new Uint8Array(await readFile(path)));
  }
  return leavings(openStore(files));
}

const inThisThread = new Map<RunRequest, Promise<ReturnType<typeof leavings>>>();

/** What a run in this thread leaves; each request is made once. */
function expected(request: RunRequest) {
  const made = inThisThread.get(request) ?? madeHere(request);
  inThisThread.set(request, made);
  return made;
}

async function madeHere(request: RunRequest) {
  const store = openStore();
  await startRun(store, paper, request);
  return leavings(store);
}

/** A few stages, some of which can be made side by side. */
const few = { ...tiny, overrides: [...tiny.overrides, { claims: ['C1', 'C9'] }] };

/** More steps than tiny has, to be stopped in the middle of. */
const longer: RunRequest = {
  ...few,
  overrides: [...few.overrides, { clean: { steps: 300 }, adversarial: { steps: 600 }, checkpointEvery: 50 }],
};

describe('a run over two worker threads', () => {
  it('leaves the same bytes as in one thread, and tells the same but for the order', async () => {
    const [events, inOrder]: RunEvent[][] = [[], []];
    const run = folder();
    const claims = await startRun(diskStore(run), paper, tiny, { runner: two, onEvent: (event) => events.push(event) });
    const store = openStore();
    expect(claims).toEqual(await startRun(store, paper, tiny, { onEvent: (event) => inOrder.push(event) }));
    expect(await leavingsOf(run)).toEqual(leavings(store));
    const sorted = (list: RunEvent[]) =>
      list
        .filter(({ type }) => type !== 'plan') // which says the place
        .map((event) => JSON.stringify(event))
        .sort();
    expect(sorted(events)).toEqual(sorted(inOrder));
    const at = (stage: string, state: string) =>
      events.findIndex((event) => event.type === 'stage' && event.stage === stage && event.state === state);
    expect(at('overfitting/variant-1', 'started')).toBeLessThan(at('clean training', 'started'));
    expect(at('robustness-robust', 'started')).toBeGreaterThan(at('robustness-robust/fresh-1', 'finished'));
  });

  it('takes several seeds side by side', async () => {
    const seeds = { ...few, seeds: [3, 8] };
    const run = folder();
    const places = new Set<number | undefined>();
    await startRun(diskStore(run), paper, seeds, {
      runner: two,
      onEvent: ({ type, seed }) => type !== 'plan' && places.add(seed),
    });
    expect(await leavingsOf(run)).toEqual(await expected(seeds));
    expect(places).toEqual(new Set([3, 8]));
    expect((await readRunRecord(diskStore(join(run, 'seed-8'))))?.status).toBe('finished');
  });

  it('that is stopped while both are at work goes on to the same bytes', async () => {
    const run = folder();
    const busy = new Set<string>();
    for (let stops = 0; stops < 3; stops++) {
      const abort = new AbortController();
      const onEvent = (event: RunEvent) => {
        if (event.type !== 'progress') return;
        busy.add(event.stage);
        if (event.done % 40 === 7) abort.abort();
      };
      const options = { runner: two, onEvent, signal: abort.signal };
      const store = diskStore(run);
      const attempt = existsSync(run) ? resumeRun(store, paper, options) : startRun(store, paper, longer, options);
      await expect(attempt).rejects.toThrow(AbortedError);
      expect((await readRunRecord(store))?.status).toBe('interrupted');
    }
    expect(busy.size).toBeGreaterThan(1);
    await resumeRun(diskStore(run), paper, { runner: two });
    expect(await leavingsOf(run)).toEqual(await expected(longer));
  });
});

it('a stage that is stopped as it begins is not made to its end', async () => {
  const run = folder();
  const abort = new AbortController();
  let isMade = false;
  const onEvent = (event: RunEvent) => {
    if (!('stage' in event) || event.stage !== 'clean training') return;
    if (event.type === 'stage' && event.state === 'started') abort.abort();
    isMade ||= event.type === 'progress' && event.done === event.total;
  };
  const attempt = startRun(diskStore(run), paper, longer, { runner: two, onEvent, signal: abort.signal });
  await expect(attempt).rejects.toThrow(AbortedError);
  expect(isMade).toBe(false);
});

describe('threads that are used again', () => {
  it('make the stages of the run that is there now, not of one that was in the same folder', async () => {
    const one = stageWorkers({ workers: 1, module: catalogue });
    onTestFinished(() => one.close());
    const run = folder();
    await startRun(diskStore(run), paper, { ...few, seeds: [7] }, { runner: one });
    await rm(run, { recursive: true });
    await startRun(diskStore(run), paper, { ...few, seeds: [8] }, { runner: one });
    expect(await leavingsOf(run)).toEqual(await expected({ ...few, seeds: [8] }));
  });
});

describe('an error in a worker thread', () => {
  it('of an input comes out as such, the other thread is stopped, and the run can go on', async () => {
    const run = folder();
    const store = diskStore(run);
    const abort = new AbortController();
    const onEvent = (event: RunEvent) => {
      if (event.type === 'progress' && event.stage === 'clean training' && event.done > 60) abort.abort();
    };
    await expect(startRun(store, paper, longer, { onEvent, signal: abort.signal })).rejects.toThrow(AbortedError);
    const checkpoint = join(run, 'checkpoint-clean.safetensors');
    const bytes = await readFile(checkpoint);
    await writeFile(checkpoint, bytes.subarray(0, 500));
    const error: unknown = await resumeRun(store, paper, { runner: two }).catch((reason) => reason);
    expect(error).toBeInstanceOf(InputError);
    expect((error as Error).message).toMatch(
      /checkpoint-clean.safetensors cannot be used .* delete it and resume the run/,
    );
    expect((await readRunRecord(store))?.status).toBe('failed');
    await writeFile(checkpoint, bytes);
    await resumeRun(store, paper, { runner: two });
    expect(await leavingsOf(run)).toEqual(await expected(longer));
  });

  it('of training keeps its class, its numbers and the stack of its thread', async () => {
    const overrides = [...(longer.overrides ?? []), { clean: { rate: 1e12 } }];
    const error = await startRun(diskStore(folder()), paper, { ...longer, overrides }, { runner: two }).catch(
      (reason) => reason,
    );
    expect(error).toBeInstanceOf(DivergedError);
    expect(error.message).toMatch(/^training diverged at step \d+: /);
    expect(error.step).toBeGreaterThan(0);
    expect(error.stack).toMatch(/advance\.(ts|js):\d+/);
  });

  it('that ends the thread says which stage it was', async () => {
    const dying = stageWorkers({ workers: 1, module: catalogue });
    onTestFinished(() => dying.close());
    const onEvent = (event: RunEvent) => {
      if (event.type === 'stage' && event.stage === 'clean training') setTimeout(() => dying.close(), 20);
    };
    await expect(startRun(diskStore(folder()), paper, longer, { runner: dying, onEvent })).rejects.toThrow(
      /the worker thread of the stage 'clean training' ended with code 1/,
    );
    expect(await startRun(diskStore(folder()), paper, few, { runner: dying })).toHaveLength(2);
  });

  it('of the listener stops the run', async () => {
    const onEvent = (event: RunEvent) => {
      if (event.type === 'metric') throw new Error('the listener failed');
    };
    await expect(startRun(diskStore(folder()), paper, longer, { runner: two, onEvent })).rejects.toThrow(
      /listener failed/,
    );
  });
});

describe('worker threads', () => {
  it('are refused for a run in memory', async () => {
    await expect(startRun(memoryStore(), paper, tiny, { runner: two })).rejects.toThrow(
      /there is none in memory; use diskStore/,
    );
  });

  it.each([0, 1.5])('are not %d', (workers) => {
    expect(() => stageWorkers({ workers, module: catalogue })).toThrow(InputError);
  });
});
