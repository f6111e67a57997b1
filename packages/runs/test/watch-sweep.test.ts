// Who watches a sweep sees how its runs go, and stays as long as somebody may add runs or try failed ones again.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { diskStore, runHalving, runSweep, type SweepEngine, watchSweep } from '@advml/runs/disk';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readSweepRecord } from '../src/sweep/record.ts';
import { performAfter, planOf } from './sweep-experiment.ts';

let place: string;
beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'advml-watch-'));
});
afterAll(() => rmSync(place, { recursive: true }));

/** Runs in this thread, each after something else. */
const engineAfter = (before: () => Promise<void>): SweepEngine => ({ lanes: 1, perform: performAfter(before) });
const slowly = engineAfter(() => setTimeout(30));

function watched(folder: string) {
  const states: string[] = [];
  const outcome = watchSweep(folder, {
    pause: 5,
    onEvent: (event) => event.type === 'run' && states.push(event.state),
  });
  return { states, outcome };
}

const begun = async (folder: string) => {
  while (!(await readSweepRecord(diskStore(folder)))) await setTimeout(1);
};

it('ends with a sweep, and sees at once what was made before', async () => {
  const folder = join(place, 'plain');
  const sweep = runSweep(folder, planOf({ seeds: 3 }), { engine: slowly });
  await begun(folder);
  const { states, outcome } = watched(folder);
  expect(await outcome).toEqual({ finished: 3, failed: [] });
  expect(states.filter((state) => state === 'finished')).toHaveLength(3);
  await sweep;
  const again = watched(folder);
  await again.outcome;
  expect(again.states).toEqual(['kept', 'kept', 'kept']);
});

it('stays through all rungs of a search, also between two of them', async () => {
  const folder = join(place, 'search');
  const halving = { rungs: { number: [20, 60, 180] }, metric: 'below.share', factor: 2 };
  const search = { method: 'random', runs: 4, over: { bar: { low: 0.1, high: 0.9 } } };
  const made = runHalving(folder, planOf({ search, halving }), { engine: slowly });
  await begun(folder);
  const { outcome } = watched(folder);
  expect((await outcome).finished).toBe(4 + 2 + 1);
  expect((await made).finished).toBe(7);
});

it('stays while what has failed is tried again', async () => {
  const folder = join(place, 'failed');
  const plan = planOf({ seeds: 2 });
  let isBroken = true;
  const engine = engineAfter(async () => {
    await setTimeout(20);
    if (isBroken) throw new Error('no luck');
  });
  expect((await runSweep(folder, plan, { engine })).failed).toHaveLength(2);
  expect((await watched(folder).outcome).failed).toHaveLength(2);
  isBroken = false;
  const again = runSweep(folder, plan, { engine });
  await setTimeout(10); // it holds its lock
  const { states, outcome } = watched(folder);
  expect(await outcome).toEqual({ finished: 2, failed: [] });
  expect(states).toContain('failed');
  await again;
});
