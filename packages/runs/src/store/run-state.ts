import { lockOwnerOf, mayBeAlive } from './lock-owner.ts';
import { type RunRecord, readRunRecord } from './run-record.ts';
import { unseal } from './sealed.ts';
import { type RunStore, readText } from './store.ts';

/** How a run is: it waits to begin, a program works on it, it was stopped or killed, it failed, or it is finished. */
export type RunState = 'waiting' | 'running' | 'stopped' | 'failed' | 'finished';

/** How a run is, and what its record says. */
export interface SeenRun {
  /** How it is. */
  readonly state: RunState;
  /** Its record, if it has begun. */
  readonly record?: RunRecord;
}

/**
 * Whether a program may hold a lock; what was killed leaves its lock behind.
 *
 * @param store - The folder of the lock.
 * @param lock - Its name.
 * @returns Whether its owner may be at work.
 */
export async function isHeld(store: RunStore, lock: string): Promise<boolean> {
  const text = await readText(store, `${lock}/owner.json`);
  if (text === undefined) return false;
  try {
    return await mayBeAlive(lockOwnerOf(unseal(text)));
  } catch {
    return false; // no lock of ours
  }
}

/**
 * How a run is, by its files alone; nothing of it is locked or changed.
 *
 * @param store - The run's files.
 * @returns Its state and record.
 * @throws InputError if the record is damaged.
 */
export async function seenRun(store: RunStore): Promise<SeenRun> {
  const record = await readRunRecord(store);
  if (record?.status === 'finished') return { state: 'finished', record };
  if (record?.status === 'running' && (await isHeld(store, 'run.lock'))) return { state: 'running', record };
  if (record?.status === 'failed' || (await store.read('error.txt'))) return { state: 'failed', record };
  return { state: record ? 'stopped' : 'waiting', record };
}
