import { InputError } from '@advml/core';
import { type SeenRun, seenRun } from '../../store/run-state.ts';
import { folderOf, type RunStore } from '../../store/store.ts';
import { identityIn } from '../identity.ts';
import type { PlannedRun } from '../plan.ts';
import { readSweepRecord } from '../record.ts';

/** A run of a sweep and how it is. */
export interface SweptRun extends SeenRun {
  /** What was planned. */
  readonly run: PlannedRun;
}

/**
 * The runs of a sweep and how each is, by their folders.
 *
 * @param store - Folder of the sweep.
 * @returns The runs, in the order of the sweep.
 * @throws InputError if there is no sweep, or a record is damaged.
 */
export async function sweptRuns(store: RunStore): Promise<readonly SweptRun[]> {
  const record = await readSweepRecord(store);
  if (!record) throw new InputError(`${store.location} holds no sweep`);
  const seen: SweptRun[] = [];
  for (const run of record.runs) {
    const how = await seenRun(folderOf(store, run.name));
    const isAnother = how.record !== undefined && identityIn(how.record) !== run.id;
    seen.push(isAnother ? { run, state: 'failed' } : { run, ...how });
  }
  return seen;
}
