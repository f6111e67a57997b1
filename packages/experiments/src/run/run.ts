import { AbortedError, InputError, requireInteger } from '@advml/core';
import type { Claim } from '../claim.ts';
import { experimentNamed } from '../experiments.ts';
import { writeReport } from '../report/report.ts';
import { aggregateClaims } from './aggregate.ts';
import { readClaims, writeClaims } from './claims-file.ts';
import type { OnRunEvent } from './events.ts';
import { type RunRecord, readRunRecord, writeRunRecord } from './run-record.ts';
import { runStages } from './run-stages.ts';
import { type Overrides, parseSetting } from './settings.ts';
import { inThisThread, type StageRunner } from './stage-runner.ts';
import { folderOf, type RunStore } from './store.ts';
import { together } from './together.ts';
import { type Turnstile, turnstile } from './turnstile.ts';

/** What a new run is to do. */
export interface RunRequest {
  /** Name of the experiment; `paper` unless told. */
  readonly experiment?: string;
  /** Name of a preset; the experiment's first unless told. */
  readonly preset?: string;
  /** Changes to the preset; later ones win. */
  readonly overrides?: readonly Overrides[];
  /** Seeds to run; seed 0 unless told. */
  readonly seeds?: readonly number[];
}

/** Who listens to a run and what it runs on. */
export interface RunOptions {
  /** Told what happens. */
  readonly onEvent?: OnRunEvent;
  /** Stops the run between two steps; it can be resumed. */
  readonly signal?: AbortSignal;
  /** Versions and machine for `run.json`, such as `{ advml: '0.1.0', backend: 'wasm' }`. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Where the stages are made: one after the other in this thread, unless told; `stageWorkers` makes several at a time. */
  readonly runner?: StageRunner;
}

/**
 * Checks a request and starts its run in a store that holds none: writes `run.json`, then works as {@link resumeRun} does.
 *
 * @param store - Where the run is kept.
 * @param request - What to do.
 * @param options - Listener, signal and environment.
 * @returns The claims: of the one seed, or over seeds.
 * @throws InputError if the request cannot be used or the store already holds a run; AbortedError if it was stopped.
 * @example
 * ```ts
 * const claims = await startRun(memoryStore(), { preset: 'smoke' });
 * ```
 */
export async function startRun(
  store: RunStore,
  request: RunRequest,
  options: RunOptions = {},
): Promise<readonly Claim[]> {
  const experiment = experimentNamed(request.experiment ?? 'paper');
  const presets = Object.keys(experiment.presets);
  const preset = request.preset ?? presets[0];
  if (!presets.includes(preset))
    throw new InputError(`unknown preset '${preset}' of ${experiment.name}; known: ${presets.join(', ')}`);
  const setting = parseSetting(experiment.schema, [experiment.presets[preset], ...(request.overrides ?? [])]);
  const seeds = checkedSeeds(request.seeds ?? [0]);
  if (await readRunRecord(store)) {
    throw new InputError(
      `${store.location} already holds a run; go on with it by 'advml resume ${store.location}', or choose another folder`,
    );
  }
  await writeRunRecord(store, {
    format: 'advml-run-1',
    experiment: experiment.name,
    preset,
    seeds,
    setting: setting as Record<string, unknown>,
    environment: { ...options.environment },
    started: new Date().toISOString(),
    ended: null,
    status: 'running',
  });
  return resumeRun(store, options);
}

function checkedSeeds(seeds: readonly number[]): readonly number[] {
  for (const seed of seeds) requireInteger({ 'each of the seeds': seed }, 0);
  if (seeds.length > 0 && new Set(seeds).size === seeds.length) return [...seeds];
  throw new InputError(`seeds must be different from each other and at least one, got [${seeds.join(', ')}]`);
}

/**
 * Goes on with the run of a store until it is finished; a finished run is only read and its report written anew.
 *
 * @param store - Where the run is kept.
 * @param options - Listener, signal and environment; `run.json` keeps the environment the run started in.
 * @returns The claims: of the one seed, or over seeds.
 * @throws InputError if the store holds no run or a damaged file; AbortedError if it was stopped.
 * @example
 * ```ts
 * const claims = await resumeRun(diskStore('runs/mine'));
 * ```
 */
export async function resumeRun(store: RunStore, options: RunOptions = {}): Promise<readonly Claim[]> {
  const record = await readRunRecord(store);
  if (!record)
    throw new InputError(`${store.location} holds no run; start one with 'advml run paper --out ${store.location}'`);
  const { onEvent = () => {}, environment = {}, runner = inThisThread } = options;
  for (const [name, value] of Object.entries(environment)) {
    const before = record.environment[name];
    if (before !== undefined && before !== value) {
      onEvent({
        type: 'note',
        message: `the run started with ${name} ${before}, this is ${value}: the last bits may differ`,
      });
    }
  }
  return recorded(store, record, () => runSeeds(store, record, { ...options, onEvent, runner }));
}

/** Does a run's work, keeps its record true (running, then finished, interrupted or failed) and reports what came out. */
async function recorded(
  store: RunStore,
  record: RunRecord,
  work: () => Promise<readonly Claim[]>,
): Promise<readonly Claim[]> {
  const begin = Date.now();
  await writeRunRecord(store, { ...record, status: 'running', ended: null });
  const end = async (status: RunRecord['status']) => {
    const [ended, seconds] = [new Date().toISOString(), (record.seconds ?? 0) + (Date.now() - begin) / 1000];
    const last = { ...record, status, ended, seconds };
    await writeRunRecord(store, last);
    return last;
  };
  try {
    const claims = await work();
    await writeReport(store, await end('finished'), claims);
    return claims;
  } catch (error) {
    await end(error instanceof AbortedError ? 'interrupted' : 'failed').catch(() => {});
    throw error;
  }
}

/**
 * The claims of a finished run, and its figures and report written anew.
 *
 * @param store - Where the run is kept.
 * @returns The claims, as `claims.json` holds them.
 * @throws InputError if the store holds no finished run or a damaged file.
 * @example
 * ```ts
 * const claims = await reportRun(diskStore('runs/mine'));
 * ```
 */
export async function reportRun(store: RunStore): Promise<readonly Claim[]> {
  const record = await readRunRecord(store);
  if (!record)
    throw new InputError(`${store.location} holds no run; start one with 'advml run paper --out ${store.location}'`);
  const claims = await readClaims(store);
  if (!claims)
    throw new InputError(`the run in ${store.location} is not finished; go on with 'advml resume ${store.location}'`);
  if (record.seeds.length > 1) {
    for (const seed of record.seeds) await reportRun(folderOf(store, `seed-${seed}`));
  }
  await writeReport(store, record, claims);
  return claims;
}

/** What the work on a seed is given. */
type SeedOptions = RunOptions & Required<Pick<RunOptions, 'onEvent' | 'runner'>>;

/**
 * Runs every seed in its own folder, a complete run each, and joins their claims; one seed needs no folder of its own. Where
 * there is room for several stages, a seed begins before the one before it has ended.
 */
async function runSeeds(store: RunStore, record: RunRecord, options: SeedOptions): Promise<readonly Claim[]> {
  const whenFree = turnstile(options.runner.lanes);
  if (record.seeds.length === 1) return runSeed(store, record, options, 0, whenFree);
  const perSeed = await together(options.signal, (signal) =>
    record.seeds.map(async (seed, at) => {
      const place = folderOf(store, `seed-${seed}`);
      const own = { ...record, seeds: [seed], seconds: (await readRunRecord(place))?.seconds };
      const onEvent: OnRunEvent = (event) => options.onEvent({ ...event, seed });
      return recorded(place, own, () => runSeed(place, own, { ...options, onEvent, signal }, at, whenFree));
    }),
  );
  const claims = aggregateClaims(perSeed, record.seeds);
  await writeClaims(store, record, claims);
  return claims;
}

async function runSeed(
  store: RunStore,
  record: RunRecord,
  { onEvent, signal, runner }: SeedOptions,
  at: number,
  whenFree: Turnstile,
): Promise<readonly Claim[]> {
  const experiment = experimentNamed(record.experiment);
  const setting = parseSetting(experiment.schema, [record.setting]);
  const stages = experiment.stages(setting, record.seeds[0]);
  const inTurn = (place: number, work: () => Promise<void>) => whenFree(at * stages.length + place, work);
  await runStages(stages, { store, onEvent, signal }, runner, inTurn);
  const claims = await experiment.claims(store, setting);
  for (const claim of claims) onEvent({ type: 'claim', claim });
  await writeClaims(store, record, claims);
  return claims;
}
