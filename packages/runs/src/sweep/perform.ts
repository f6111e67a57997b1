import { setTimeout } from 'node:timers/promises';
import { InputError } from '@advml/core';
import { yieldToEventLoop } from '@advml/core/internal';
import type { Claim } from '../claim.ts';
import type { Experiment } from '../experiment.ts';
import { presetOf } from '../presets.ts';
import { resumeRun, startRun } from '../run.ts';
import { parseSetting } from '../settings/settings.ts';
import { diskStore } from '../store/disk-store.ts';
import { InUseError } from '../store/folder-lock.ts';
import type { ModuleVersion } from '../store/run-module.ts';
import { readRunRecord } from '../store/run-record.ts';
import { folderOf } from '../store/store.ts';
import type { SweepContext, SweepJob } from './engine.ts';
import { identityOf } from './identity.ts';
import { overridesOf, type PlannedRun } from './plan.ts';
import type { SweepRecord } from './record.ts';

/** What carries out runs. */
export interface Performer {
  /** The experiment, as it is here. */
  readonly experiment: Experiment;
  /** Its module, as it is here, where it is none of those that ship. */
  readonly module?: ModuleVersion;
  /** Versions, backend and machine for `run.json`; `advml` is the version of the program. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Milliseconds between two tries where another program works on the run. */
const AGAIN = 250;

/**
 * Does work as soon as no other program is at it, such as one that a killed sweep has left and that is about to end.
 *
 * @param context - Who is told that it waits, and what ends that.
 * @param work - What to do; it takes a lock.
 * @returns What the work returns.
 */
export async function whenFree<T>({ onEvent, signal }: SweepContext, work: () => Promise<T>): Promise<T> {
  for (let told = false; ; told = true) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof InUseError)) throw error;
      if (!told) onEvent({ type: 'note', message: error.message });
    }
    await setTimeout(AGAIN);
    await yieldToEventLoop(signal, 'the run');
  }
}

/**
 * Carries out a run of a sweep in this thread, or goes on with it.
 *
 * @param job - Which.
 * @param record - The sweep.
 * @param performer - What carries it out; if it would make another run than was asked for, it refuses.
 * @param context - Who listens.
 * @returns The claims.
 * @throws InputError if the sweep has no such run, or versions or settings here are others; what the run threw.
 */
export async function performRun(
  { folder, id, place }: SweepJob,
  record: SweepRecord,
  { experiment, module, environment }: Performer,
  context: SweepContext,
): Promise<readonly Claim[]> {
  const { name, seed, values } = record.runs.find((run) => run.id === id) as PlannedRun;
  const overrides = overridesOf(record, values);
  const setting = parseSetting(experiment.schema, [presetOf(experiment, record.preset), ...overrides]);
  const version = environment.advml;
  if (identityOf({ version, experiment: experiment.name, digest: module?.digest, setting, seed }) !== id)
    throw new InputError(
      `${name} would be another run here: the version or the experiment has changed since the sweep was planned; start the sweep in another folder`,
    );
  const store = folderOf(diskStore(folder), place ?? name);
  const { onEvent, signal } = context;
  const options = { onEvent, signal, module, environment };
  return whenFree(context, async () => {
    if (await readRunRecord(store)) return resumeRun(store, experiment, options);
    return startRun(store, experiment, { preset: record.preset, overrides, seeds: [seed] }, options);
  });
}
