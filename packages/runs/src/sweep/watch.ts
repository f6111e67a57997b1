import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { requireOptions } from '@advml/core/internal';
import { diskStore } from '../store/disk-store.ts';
import { readRunRecord } from '../store/run-record.ts';
import { isHeld } from '../store/run-state.ts';
import { folderOf, readText } from '../store/store.ts';
import { ATTEMPTS } from './attempts.ts';
import { SEARCH_LOCK, SWEEP_LOCK } from './folder.ts';
import type { PlannedRun } from './plan.ts';
import { readSweep } from './record.ts';
import { ERROR, isFinished } from './run-folder.ts';
import type { SweepEvent, SweepOutcome } from './run-sweep.ts';

/** Who watches a sweep. */
export interface WatchOptions {
  /** Told what happens, as by `runSweep`, but for what the runs tell of themselves. */
  readonly onEvent: (event: SweepEvent) => void;
  /** Milliseconds between two looks. Default: 1000. */
  readonly pause?: number;
}

/** How a run stands. */
type State = 'started' | 'finished' | 'failed';

/**
 * Watches a sweep that other programs carry out, wherever they are, until each of its runs is finished or has failed. It only reads: the
 * names in the folder, and what is in the folders of runs at work.
 *
 * @param folder - Folder of the sweep.
 * @param options - See {@link WatchOptions}.
 * @returns How it ended.
 * @throws InputError if there is no sweep.
 * @example
 * ```ts
 * await watchSweep('runs/window', { onEvent: (event) => console.log(event) });
 * ```
 */
export async function watchSweep(folder: string, options: WatchOptions): Promise<SweepOutcome> {
  requireOptions<WatchOptions>('watchSweep', options, { onEvent: true, pause: true });
  const { onEvent, pause = 1000 } = options;
  const { runs: first, caveats } = await readSweep(folder);
  const store = diskStore(folder);
  let runs = first;
  onEvent({ type: 'plan', location: folder, runs: runs.length, caveats });
  const states = new Map<string, State>();
  const isFinishedHere = ({ name }: PlannedRun) => states.get(name) === 'finished';
  const isOver = ({ name }: PlannedRun) => states.has(name) && states.get(name) !== 'started';
  for (let isFirst = true; ; isFirst = false) {
    // Before the look: who lets go of a lock has left all that there will be.
    const [isSearched, isMade] = await Promise.all([SEARCH_LOCK, SWEEP_LOCK].map((lock) => isHeld(store, lock)));
    const [present, attempts] = await Promise.all([namesIn(folder), namesIn(join(folder, ATTEMPTS))]);
    for (const run of runs) {
      if (isFinishedHere(run) || !(present.has(run.name) || attempts.has(run.name))) continue;
      const state = await stateOf(folder, run);
      if (state === states.get(run.name)) continue;
      states.set(run.name, state);
      const error = state === 'failed' ? await errorOf(folder, run) : undefined;
      onEvent({ type: 'run', run: run.name, state: isFirst && state === 'finished' ? 'kept' : state, error });
    }
    if (runs.every(isOver)) ({ runs } = await readSweep(folder)); // a search goes on with the best
    const mayGoOn = isSearched || (isMade && !runs.every(isFinishedHere)); // what has failed may be tried again
    if (runs.every(isOver) && !mayGoOn) break;
    await setTimeout(pause);
  }
  const failed = runs.filter(({ name }) => states.get(name) === 'failed').map(({ name }) => name);
  return { finished: runs.length - failed.length, failed };
}

/** What is in a folder; nothing where there is none. */
const namesIn = async (folder: string): Promise<ReadonlySet<string>> => new Set(await readdir(folder).catch(() => []));

/** How a run stands that has a folder, here or among the attempts. */
async function stateOf(folder: string, run: PlannedRun): Promise<State> {
  if (await isFinished(folder, run)) return 'finished';
  const store = folderOf(diskStore(folder), run.name);
  const record = await readRunRecord(store);
  if (record?.status === 'running') return 'started'; // again, where it has failed before
  return (await store.read(ERROR)) ? 'failed' : 'started';
}

/** What went wrong with a run, in a line. */
const errorOf = async (folder: string, { name }: PlannedRun): Promise<string | undefined> =>
  (await readText(folderOf(diskStore(folder), name), ERROR))?.split('\n')[0];
