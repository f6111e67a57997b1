import { InputError } from '@advml/core';
import { diskStore } from '../store/disk-store.ts';
import { readRunRecord } from '../store/run-record.ts';
import { folderOf } from '../store/store.ts';
import { identityIn } from './identity.ts';
import type { PlannedRun } from './plan.ts';

/** What went wrong with a run, kept in its folder. */
export const ERROR = 'error.txt';

/**
 * Whether a run of a sweep is finished, by what its folder says.
 *
 * @param folder - Folder of the sweep.
 * @param run - The run.
 * @returns False also if it has no folder yet.
 * @throws InputError if that holds another run, or its record is damaged.
 * @example
 * ```ts
 * const { runs } = await readSweep('runs/window');
 * await isFinished('runs/window', runs[0]);
 * ```
 */
export async function isFinished(folder: string, { id, name }: PlannedRun): Promise<boolean> {
  const store = folderOf(diskStore(folder), name);
  const record = await readRunRecord(store);
  if (record && identityIn(record) !== id)
    throw new InputError(
      `${store.location} holds another run than the ${name} of the sweep; delete it, and it is made again`,
    );
  return record?.status === 'finished';
}
