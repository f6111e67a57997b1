import { AbortedError } from '@advml/core';
import type { Claim } from '../claim.ts';
import type { OnRunEvent } from '../events.ts';
import { joinSeeds, judgeSeed } from '../judge.ts';
import { type OpenedRun, seedOf, stagesOf } from '../opened-run.ts';
import { writeReport } from '../report/report.ts';
import { writeMetrics } from '../stages/log.ts';
import { reportedBy } from '../store/run-module.ts';
import { type RunRecord, readRunRecord, readSeedRecord, writeRunRecord } from '../store/run-record.ts';
import { locked } from '../store/store.ts';
import { runStages } from './run-stages.ts';
import type { StageRunner } from './stage-runner.ts';
import { together } from './together.ts';
import { type Turnstile, turnstile } from './turnstile.ts';

/** Who listens to the work on a run, who may stop it, and where its stages are made. */
export interface Work {
  /** Told what happens. */
  readonly onEvent: OnRunEvent;
  /** Stops it between two steps. */
  readonly signal?: AbortSignal;
  /** Where stages are made. */
  readonly runner: StageRunner;
}

/**
 * Works on a run until it is finished, and keeps its record true all the while: running, then finished, interrupted or failed.
 *
 * @param run - The run, locked.
 * @param work - Who listens and so on.
 * @returns The claims: of the one seed, or over seeds.
 * @throws AbortedError if it was stopped; what a stage threw.
 */
export function finishRun(run: OpenedRun, work: Work): Promise<readonly Claim[]> {
  return recorded(run, () => runSeeds(run, work));
}

async function recorded(run: OpenedRun, work: () => Promise<readonly Claim[]>): Promise<readonly Claim[]> {
  const { store, record } = run;
  const begin = Date.now();
  const running: RunRecord = { ...record, status: 'running', ended: null };
  const before = await readRunRecord(store);
  const write = async (next: RunRecord) => {
    if (JSON.stringify(before) !== JSON.stringify(next)) await writeRunRecord(store, next);
  };
  const whole = before?.status === 'finished' && (await isWhole(run)) ? before : undefined; // and stays so: only its report is written anew
  if (!whole) await write(running);
  const lastRecord = (status: RunRecord['status']): RunRecord => {
    const [ended, seconds] = [new Date().toISOString(), (record.seconds ?? 0) + (Date.now() - begin) / 1000];
    return { ...record, status, ended, seconds };
  };
  try {
    const claims = await work();
    const last = whole ? { ...whole, module: reportedBy(whole.module, record.module) } : lastRecord('finished');
    await writeReport({ ...run, record: { ...last, module: record.module } }, claims);
    await write(last); // at the very end: who reads that it is finished finds all that it leaves
    return claims;
  } catch (error) {
    const status = error instanceof AbortedError ? 'interrupted' : 'failed';
    if (!whole) await writeRunRecord(store, lastRecord(status)).catch(() => {});
    throw error;
  }
}

/** Whether all that its seeds make is there and can be used. */
async function isWhole(run: OpenedRun): Promise<boolean> {
  const { seeds } = run.record;
  for (const own of seeds.length === 1 ? [run] : seeds.map((seed) => seedOf(run, seed)))
    for (const stage of stagesOf(own)) if (!(await stage.isKept(own.store).catch(() => false))) return false;
  return true;
}

/**
 * Runs every seed in its own folder, a complete run each, and joins their claims; one seed needs no folder of its own. Where
 * there is room for several stages, a seed begins before the one before it has ended.
 */
async function runSeeds(run: OpenedRun, work: Work): Promise<readonly Claim[]> {
  const { seeds } = run.record;
  const whenFree = turnstile(work.runner.lanes);
  if (seeds.length === 1) return runSeed(run, work, 0, whenFree);
  const perSeedRun = seeds.map((seed) => seedOf(run, seed));
  const before = await Promise.all(perSeedRun.map(({ store, record }) => readSeedRecord(store, record)));
  const perSeed = await together(work.signal, (signal) =>
    perSeedRun.map(async (own, at) => {
      const seconds = before[at]?.seconds;
      const onEvent: OnRunEvent = (event) => work.onEvent({ ...event, seed: seeds[at] });
      return locked(own.store, () =>
        recorded({ ...own, record: { ...own.record, seconds } }, () =>
          runSeed(own, { ...work, onEvent, signal }, at, whenFree),
        ),
      );
    }),
  );
  return joinSeeds(run, perSeed);
}

async function runSeed(
  run: OpenedRun,
  { onEvent, signal, runner }: Work,
  at: number,
  whenFree: Turnstile,
): Promise<readonly Claim[]> {
  const stages = stagesOf(run);
  await writeMetrics(run.store, stages);
  const inTurn = (place: number, work: () => Promise<void>) => whenFree(at * stages.length + place, work);
  await runStages(stages, { store: run.store, onEvent, signal }, runner, inTurn);
  const claims = await judgeSeed(run);
  for (const claim of claims) onEvent({ type: 'claim', claim });
  return claims;
}
