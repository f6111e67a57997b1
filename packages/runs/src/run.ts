import { InputError } from '@advml/core';
import { requireInteger, requireOptions } from '@advml/core/internal';
import type { Claim } from './claim.ts';
import type { OnRunEvent } from './events.ts';
import type { Experiment } from './experiment.ts';
import type { ExperimentSource } from './experiment-source.ts';
import { joinSeeds, judgeSeed } from './judge.ts';
import { type OpenedRun, openRun, seedOf, stagesOf } from './opened-run.ts';
import { presetOf } from './presets.ts';
import { writeReport } from './report/report.ts';
import { requireList, requireRecords } from './require.ts';
import { finishRun } from './schedule/run-seeds.ts';
import { inThisThread, type StageRunner } from './schedule/stage-runner.ts';
import { type Overrides, parseSetting } from './settings/settings.ts';
import { fingerprintOf } from './store/fingerprint.ts';
import { resumeCommand } from './store/in-shell.ts';
import { remembering } from './store/remembering.ts';
import { type ModuleVersion, reportedBy, sameModule } from './store/run-module.ts';
import { MOST_SEEDS, type RunRecord, readRunRecord, readSeedRecord, writeRunRecord } from './store/run-record.ts';
import { locked, type RunStore } from './store/store.ts';

/** What a new run is to do. */
export interface RunRequest {
  /** Name of a preset. Default: the experiment's first. */
  readonly preset?: string;
  /** Changes to the preset; later ones win. */
  readonly overrides?: readonly Overrides[];
  /** Seeds to run. Default: seed 0. */
  readonly seeds?: readonly number[];
}

/** The file that an experiment of the user's own comes from. */
export interface ModuleOptions {
  /** The file, as `loadExperiment` found it; one that has changed since the run began is refused. */
  readonly module?: ModuleVersion;
  /** Go on although the file has changed. Default: false. */
  readonly mayChange?: boolean;
}

/** Who listens to a run and what it runs on. */
export interface RunOptions extends ModuleOptions {
  /** Told what happens. */
  readonly onEvent?: OnRunEvent;
  /** Stops the run between two steps; it can be resumed. */
  readonly signal?: AbortSignal;
  /** Versions and machine for `run.json`, such as `{ advml: '0.1.0', backend: 'wasm' }`. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Where the stages are made, such as `stageWorkers`. Default: one after the other in this thread. */
  readonly runner?: StageRunner;
}

/**
 * Checks a request and starts its run in a store that holds none: writes `run.json`, then works as {@link resumeRun} does.
 *
 * @param store - Where the run is kept.
 * @param experiment - What to run, such as `defineExperiment` makes.
 * @param request - With which setting and seeds.
 * @param options - Listener, signal and environment.
 * @returns The claims: of the one seed, or over seeds.
 * @throws InputError if the request cannot be used or the store already holds a run; AbortedError if it was stopped.
 * @example
 * ```ts
 * const claims = await startRun(memoryStore(), experiment, { preset: 'smoke' });
 * ```
 */
export async function startRun<Setting>(
  store: RunStore,
  experiment: Experiment<Setting>,
  request: RunRequest = {},
  options: RunOptions = {},
): Promise<readonly Claim[]> {
  requireOptions<RunRequest>('startRun', request, { preset: true, overrides: true, seeds: true });
  requireRunOptions('startRun', options);
  requireRecords('overrides must be a list of records of settings', request.overrides ?? []);
  const preset = request.preset ?? Object.keys(experiment.presets)[0];
  const layers = [presetOf(experiment, preset), ...(request.overrides ?? [])];
  const setting = parseSetting(experiment.schema, layers);
  if (JSON.stringify(parseSetting(experiment.schema, [setting as Overrides])) !== JSON.stringify(setting))
    throw new InputError(
      `the settings of ${experiment.name} are not the same when they are read again, as a resumed run does; leave out what changes them, such as transform`,
    );
  const seeds = checkedSeeds(request.seeds ?? [0]);
  await experiment.check(setting, seeds[0]);
  const { module } = options;
  return locked(store, async () => {
    const before = await readRunRecord(store);
    if (before) {
      throw new InputError(
        `${store.location} already holds a run; go on with it by '${resumeCommand(store.location, before.module)}', choose another folder, or delete this one`,
      );
    }
    await writeRunRecord(store, {
      format: 'advml-run-2',
      experiment: experiment.name,
      ...(module && { module: { path: module.path, digests: [module.digest] } }),
      preset,
      seeds,
      setting: setting as Overrides,
      fingerprint: fingerprintOf(experiment, setting as Overrides, seeds),
      environment: { ...options.environment },
      started: new Date().toISOString(),
      ended: null,
      status: 'running',
    });
    return goOn(store, experiment as Experiment, options);
  });
}

/** Refuses unknown run options. */
function requireRunOptions(owner: string, options: RunOptions): void {
  requireOptions<RunOptions>(owner, options, {
    onEvent: true,
    signal: true,
    environment: true,
    runner: true,
    module: true,
    mayChange: true,
  });
}

function checkedSeeds(seeds: readonly number[]): readonly number[] {
  requireList('seeds must be a list of integers', seeds);
  if (seeds.length > MOST_SEEDS)
    throw new InputError(`a run may have ${MOST_SEEDS} seeds at most, got ${seeds.length}; start several runs`);
  for (const seed of seeds) requireInteger({ 'each of the seeds': seed }, 0);
  if (seeds.length > 0 && new Set(seeds).size === seeds.length) return [...seeds];
  throw new InputError(`seeds must be different from each other and at least one, got [${seeds.join(', ')}]`);
}

/**
 * Goes on with the run of a store until it is finished; a finished run is only read and its report written anew.
 *
 * @param store - Where the run is kept.
 * @param source - Its experiment, or what finds it by its name.
 * @param options - Listener, signal and environment; `run.json` keeps the environment the run started in.
 * @returns The claims: of the one seed, or over seeds.
 * @throws InputError if the store holds no run, one of another experiment, or a damaged file; AbortedError if it was stopped.
 * @example
 * ```ts
 * const claims = await resumeRun(diskStore('runs/mine'), experiment);
 * ```
 */
export async function resumeRun(
  store: RunStore,
  source: ExperimentSource,
  options: RunOptions = {},
): Promise<readonly Claim[]> {
  requireRunOptions('resumeRun', options);
  await openRun(store, source); // before a lock makes the folder
  return locked(store, () => goOn(store, source, options));
}

/** Opens a locked run, whose experiment may come from a module of the user's. */
async function opened(
  store: RunStore,
  source: ExperimentSource,
  { module: now, mayChange = false }: ModuleOptions,
): Promise<OpenedRun> {
  const run = await openRun(remembering(store), source);
  const module = sameModule(store.location, run.record.module, now, mayChange);
  return { ...run, record: { ...run.record, module } };
}

async function goOn(store: RunStore, source: ExperimentSource, options: RunOptions): Promise<readonly Claim[]> {
  const run = await opened(store, source, options);
  const { onEvent = () => {}, signal, environment = {}, runner = inThisThread } = options;
  const { record, experiment } = run;
  for (const [name, value] of Object.entries(environment)) {
    const before = record.environment[name];
    if (before !== undefined && before !== value) {
      onEvent({
        type: 'note',
        message: `the run started with ${name} ${before}, this is ${value}: the last bits may differ`,
      });
    }
  }
  onEvent({
    type: 'plan',
    experiment: experiment.name,
    preset: record.preset,
    seeds: record.seeds,
    location: store.location,
    stages: stagesOf(run).length * record.seeds.length,
    caveat: experiment.caveats[record.preset],
  });
  return finishRun(run, { onEvent, signal, runner });
}

/**
 * The claims of a finished run, judged anew by what it measured, and all that is made of them written anew: claims, log, tables,
 * figures and report.
 *
 * @param store - The run's files.
 * @param source - Its experiment, or what finds it by its name.
 * @param options - The file that the experiment comes from.
 * @returns The claims.
 * @throws InputError if the store holds no finished run or a damaged file.
 * @example
 * ```ts
 * const claims = await reportRun(diskStore('runs/mine'), experiment);
 * ```
 */
export async function reportRun(
  store: RunStore,
  source: ExperimentSource,
  options: ModuleOptions = {},
): Promise<readonly Claim[]> {
  requireOptions<ModuleOptions>('reportRun', options, { module: true, mayChange: true });
  await openRun(store, source); // before a lock makes the folder
  return locked(store, async () => {
    const run = await opened(store, source, options);
    const { record } = run;
    if (record.status !== 'finished')
      throw new InputError(
        `the run in ${store.location} is not finished; go on with '${resumeCommand(store.location, record.module)}'`,
      );
    const claims = record.seeds.length === 1 ? await judgeSeed(run) : await reportSeeds(run, source, options);
    await writeReport(run, claims);
    if (record.module) {
      const before = (await readRunRecord(run.store)) as RunRecord;
      await writeRunRecord(run.store, { ...before, module: reportedBy(before.module, record.module) });
    }
    return claims;
  });
}

/** Reports the run of each seed anew, if it is of this run, whose module may have changed since, and joins their claims. */
async function reportSeeds(
  run: OpenedRun,
  source: ExperimentSource,
  options: ModuleOptions,
): Promise<readonly Claim[]> {
  const perSeed: (readonly Claim[])[] = [];
  for (const seed of run.record.seeds) {
    const { store, record } = seedOf(run, seed);
    if (!(await readSeedRecord(store, record)))
      throw new InputError(
        `${store.location} holds no run; go on with '${resumeCommand(run.store.location, record.module)}'`,
      );
    perSeed.push(await reportRun(store, source, { ...options, mayChange: true }));
  }
  return joinSeeds(run, perSeed);
}
