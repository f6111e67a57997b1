import { InputError } from '@advml/core';
import type { Experiment } from './experiment.ts';
import { type ExperimentSource, experimentOf } from './experiment-source.ts';
import { type Overrides, parseSetting } from './settings/settings.ts';
import type { Stage } from './stages/stages.ts';
import { fingerprintOf } from './store/fingerprint.ts';
import { inShell } from './store/in-shell.ts';
import { type RunRecord, readRunRecord } from './store/run-record.ts';
import { folderOf, type RunStore } from './store/store.ts';

/** A run with all that its record stands for. */
export interface OpenedRun {
  /** Its files. */
  readonly store: RunStore;
  /** What `run.json` says. */
  readonly record: RunRecord;
  /** What is run. */
  readonly experiment: Experiment;
  /** Its complete setting. */
  readonly setting: unknown;
}

/**
 * Opens the run of a store; one whose record was changed since the run began is refused.
 *
 * @param store - The run's files.
 * @param source - Its experiment, or what finds it.
 * @returns The run.
 * @throws InputError if the store holds no run, a damaged one, or one of another experiment.
 */
export async function openRun(store: RunStore, source: ExperimentSource): Promise<OpenedRun> {
  const record = await readRunRecord(store);
  if (!record)
    throw new InputError(
      `${store.location} holds no run; start one with 'advml run EXPERIMENT --out ${inShell(store.location)}'`,
    );
  const experiment = experimentOf(source, record.experiment);
  if (record.fingerprint !== fingerprintOf(experiment, record.setting, record.seeds))
    throw new InputError(
      `${store.location}/run.json has another setting or other seeds than the run began with; start a run of them in another folder`,
    );
  return { store, record, experiment, setting: parseSetting(experiment.schema, [record.setting]) };
}

/**
 * The run of one seed of several, in a folder of its own.
 *
 * @param run - A run of several seeds.
 * @param seed - One of them.
 * @returns The seed's run, with the record that it begins with.
 */
export function seedOf(run: OpenedRun, seed: number): OpenedRun {
  const { experiment, record } = run;
  const seeds = [seed];
  const fingerprint = fingerprintOf(experiment, record.setting as Overrides, seeds);
  return { ...run, store: folderOf(run.store, `seed-${seed}`), record: { ...record, seeds, fingerprint } };
}

/**
 * The stages of a run of one seed, or of the first seed of several.
 *
 * @param run - The run.
 * @returns The stages, each after those it needs, the most urgent first.
 */
export function stagesOf({ experiment, setting, record: { seeds } }: OpenedRun): readonly Stage[] {
  return experiment.stages(setting, seeds[0]);
}
