import { AbortedError, InputError, requireInteger, requireOptions } from '@advml/core';
import type { Claim } from '../claim.ts';
import { experimentNamed, presetOf } from '../experiments.ts';
import { writeReport } from '../report/report.ts';
import { aggregateClaims } from './aggregate.ts';
import { writeClaims } from './claims-file.ts';
import { readable } from './damage.ts';
import type { OnRunEvent } from './events.ts';
import { fingerprintOf } from './fingerprint.ts';
import { writeMetrics } from './log.ts';
import { type RunRecord, readRunRecord, requireOfRun, writeRunRecord } from './run-record.ts';
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
  requireOptions<RunRequest>('startRun', request, { experiment: true, preset: true, overrides: true, seeds: true });
  requireRunOptions('startRun', options);
  const experiment = experimentNamed(request.experiment ?? 'paper');
  const preset = request.preset ?? Object.keys(experiment.presets)[0];
  const layers = [presetOf(experiment, preset), ...(request.overrides ?? [])];
  const setting = parseSetting(experiment.schema, layers);
  const seeds = checkedSeeds(request.seeds ?? [0]);
  await experiment.check(setting, seeds[0]);
  return locked(store, async () => {
    if (await readRunRecord(store)) {
      throw new InputError(
        `${store.location} already holds a run; go on with it by 'advml resume ${store.location}', or choose another folder`,
      );
    }
    await writeRunRecord(store, {
      format: 'advml-run-2',
      experiment: experiment.name,
      preset,
      seeds,
      setting: setting as Overrides,
      fingerprint: fingerprintOf(experiment, setting as Overrides, seeds),
      environment: { ...options.environment },
      started: new Date().toISOString(),
      ended: null,
      status: 'running',
    });
    return goOn(store, options);
  });
}

/** Refuses run options that there are not. */
function requireRunOptions(owner: string, options: RunOptions): void {
  requireOptions<RunOptions>(owner, options, { onEvent: true, signal: true, environment: true, runner: true });
}

/** Works on a run's folder while nobody else does. */
async function locked<T>(store: RunStore, work: () => Promise<T>): Promise<T> {
  const release = await store.lock('run.lock');
  try {
    return await work();
  } finally {
    await release();
  }
}

/** Seeds that one run may have: each is a folder with all its files. */
const MOST_SEEDS = 1000;

function checkedSeeds(seeds: readonly number[]): readonly number[] {
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
 * @param options - Listener, signal and environment; `run.json` keeps the environment the run started in.
 * @returns The claims: of the one seed, or over seeds.
 * @throws InputError if the store holds no run or a damaged file; AbortedError if it was stopped.
 * @example
 * ```ts
 * const claims = await resumeRun(diskStore('runs/mine'));
 * ```
 */
export async function resumeRun(store: RunStore, options: RunOptions = {}): Promise<readonly Claim[]> {
  requireRunOptions('resumeRun', options);
  await requireRun(store); // before a lock makes the folder
  return locked(store, () => goOn(store, options));
}

/** The record of the run in a store; one that was changed since the run began is refused. */
async function requireRun(store: RunStore): Promise<RunRecord> {
  const record = await readRunRecord(store);
  if (!record)
    throw new InputError(`${store.location} holds no run; start one with 'advml run paper --out ${store.location}'`);
  const { experiment, setting, seeds, fingerprint } = record;
  if (fingerprint === fingerprintOf(experimentNamed(experiment), setting, seeds)) return record;
  throw new InputError(
    `${store.location}/run.json has another setting or other seeds than the run began with; start a run of them in another folder`,
  );
}

async function goOn(store: RunStore, options: RunOptions): Promise<readonly Claim[]> {
  const record = await requireRun(store);
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
  const { experiment, stages } = planOf(record);
  const { preset, seeds } = record;
  onEvent({
    type: 'plan',
    experiment: experiment.name,
    preset,
    seeds,
    location: store.location,
    stages: stages.length * seeds.length,
    caveat: experiment.caveats[preset],
  });
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
 * The claims of a finished run, judged anew by what it measured, and all that is made of them written anew: claims, log, tables,
 * figures and report.
 *
 * @param store - Where the run is kept.
 * @returns The claims.
 * @throws InputError if the store holds no finished run or a damaged file.
 * @example
 * ```ts
 * const claims = await reportRun(diskStore('runs/mine'));
 * ```
 */
export async function reportRun(store: RunStore): Promise<readonly Claim[]> {
  await requireRun(store);
  return locked(store, async () => {
    const record = await requireRun(store);
    if (record.status !== 'finished')
      throw new InputError(`the run in ${store.location} is not finished; go on with 'advml resume ${store.location}'`);
    const claims = record.seeds.length === 1 ? await judgeSeed(store, record) : await reportSeeds(store, record);
    await writeReport(store, record, claims);
    return claims;
  });
}

/** Reports the run of each seed anew, if it is of the same setting, and joins their claims. */
async function reportSeeds(store: RunStore, record: RunRecord): Promise<readonly Claim[]> {
  const perSeed: (readonly Claim[])[] = [];
  for (const seed of record.seeds) {
    const { place, own } = seedOf(store, record, seed);
    const sameRun = () => requireOfRun(place, own.fingerprint);
    await readable(place, 'run.json', `go on with 'advml resume ${store.location}'`, sameRun);
    perSeed.push(await reportRun(place));
  }
  return joinSeeds(store, record, perSeed);
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
      const { place, own } = seedOf(store, record, seed);
      const before = { ...own, seconds: (await readRunRecord(place))?.seconds };
      const onEvent: OnRunEvent = (event) => options.onEvent({ ...event, seed });
      const work = () => runSeed(place, own, { ...options, onEvent, signal }, at, whenFree);
      return locked(place, () => recorded(place, before, work));
    }),
  );
  return joinSeeds(store, record, perSeed);
}

/** The run of one seed of several, and its place. */
function seedOf(store: RunStore, record: RunRecord, seed: number): { place: RunStore; own: RunRecord } {
  const { experiment, setting } = record;
  const seeds = [seed];
  const fingerprint = fingerprintOf(experimentNamed(experiment), setting, seeds);
  return { place: folderOf(store, `seed-${seed}`), own: { ...record, seeds, fingerprint } };
}

/** The experiment and setting of the run of one seed, and its stages. */
function planOf({ experiment: name, setting: given, seeds }: RunRecord) {
  const experiment = experimentNamed(name);
  const setting = parseSetting(experiment.schema, [given]);
  return { experiment, setting, stages: experiment.stages(setting, seeds[0]) };
}

async function runSeed(
  store: RunStore,
  record: RunRecord,
  { onEvent, signal, runner }: SeedOptions,
  at: number,
  whenFree: Turnstile,
): Promise<readonly Claim[]> {
  const { stages } = planOf(record);
  await writeMetrics(store, stages);
  const inTurn = (place: number, work: () => Promise<void>) => whenFree(at * stages.length + place, work);
  await runStages(stages, { store, onEvent, signal }, runner, inTurn);
  const claims = await judgeSeed(store, record);
  for (const claim of claims) onEvent({ type: 'claim', claim });
  return claims;
}

/** Judges what a seed measured; writes its claims, and its log in the order of the phases. */
async function judgeSeed(store: RunStore, record: RunRecord): Promise<readonly Claim[]> {
  const { experiment, setting, stages } = planOf(record);
  await writeMetrics(store, stages);
  const claims = await experiment.claims(store, setting);
  await writeClaims(store, record, claims);
  return claims;
}

async function joinSeeds(
  store: RunStore,
  record: RunRecord,
  perSeed: readonly (readonly Claim[])[],
): Promise<readonly Claim[]> {
  const claims = aggregateClaims(perSeed, record.seeds);
  await writeClaims(store, record, claims);
  return claims;
}
