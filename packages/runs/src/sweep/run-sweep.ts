import { AbortedError } from '@advml/core';
import { requireOptions } from '@advml/core/internal';
import type { RunEvent } from '../events.ts';
import { together } from '../schedule/together.ts';
import { diskStore } from '../store/disk-store.ts';
import { folderOf, type RunStore } from '../store/store.ts';
import type { SweepEngine } from './engine.ts';
import { requireSweepFolder, SWEEP_LOCK } from './folder.ts';
import type { PlannedRun, SweepPlan } from './plan.ts';
import { extended, namedBy, readSweepRecord, recordOf, writeSweepRecord } from './record.ts';
import { ERROR, isFinished } from './run-folder.ts';

/** Something a sweep tells while it works. */
export type SweepEvent =
  | {
      /** Kind of event: what the sweep is about to do, before anything else is told. */
      readonly type: 'plan';
      /** Where it is kept. */
      readonly location: string;
      /** How many runs it has, those included that were made before. */
      readonly runs: number;
      /** What must be known to read its claims. */
      readonly caveats: readonly string[];
    }
  | {
      /** Kind of event: a run begins or ends, or was made before. */
      readonly type: 'run';
      /** Its folder in that of the sweep. */
      readonly run: string;
      /** What happens to it. */
      readonly state: 'kept' | 'started' | 'finished' | 'failed' | 'stopped';
      /** What went wrong with one that failed. */
      readonly error?: string;
    }
  | {
      /** Kind of event: what a run tells itself. */
      readonly type: 'within';
      /** Its folder in that of the sweep. */
      readonly run: string;
      /** What it tells. */
      readonly event: RunEvent;
    };

/** Who listens to a sweep, and what it runs on. */
export interface SweepOptions {
  /** Carries out the runs, such as `childProcesses`. */
  readonly engine: SweepEngine;
  /** Told what happens. */
  readonly onEvent?: (event: SweepEvent) => void;
  /** Stops all runs between two steps; they can be gone on with. */
  readonly signal?: AbortSignal;
}

/** How a sweep ended. */
export interface SweepOutcome {
  /** How many runs are finished, those included that were made before. */
  readonly finished: number;
  /** The folders of those that failed; what went wrong is in `error.txt` in them. */
  readonly failed: readonly string[];
}

/**
 * Carries out a sweep: every run that its folder lacks, each in a folder of its own. The folders are all that decides what is missing,
 * so a sweep that was stopped or killed is gone on with by the same call. A run that fails is counted, and the others go on.
 *
 * @param folder - Folder of the sweep. If it holds one already, the plan must be of the same sweep; it may add values and seeds.
 * @param plan - The runs, as `planSweep` gives them.
 * @param options - Engine, listener and signal.
 * @returns How it ended.
 * @throws InputError if something else is in the folder, or another program works there; AbortedError if it was stopped; what the
 * listener threw, when the other runs have been stopped.
 * @example
 * ```ts
 * const { failed } = await runSweep('runs/window', plan, { engine });
 * ```
 */
export async function runSweep(folder: string, plan: SweepPlan, options: SweepOptions): Promise<SweepOutcome> {
  requireOptions<SweepOptions>('runSweep', options, { engine: true, onEvent: true, signal: true });
  const store = diskStore(folder);
  await requireSweepFolder(folder);
  const release = await store.lock(SWEEP_LOCK);
  try {
    const [before, now] = [await readSweepRecord(store), recordOf(plan)];
    const record = before ? extended(folder, before, now) : now;
    await writeSweepRecord(store, record);
    const listener = listening(options.onEvent);
    listener.onEvent({ type: 'plan', location: folder, runs: plan.runs.length, caveats: now.caveats });
    await options.engine.begin?.(folder);
    return await carryOut(store, namedBy(record, plan.runs), { ...options, ...listener });
  } finally {
    await release();
  }
}

/** A listener whose throw is told from that of a run, through which it may come. */
interface Listener {
  /** Tells the listener. */
  readonly onEvent: (event: SweepEvent) => void;
  /** Throws what the listener threw, if it did. */
  readonly requireHeard: () => void;
}

function listening(onEvent: SweepOptions['onEvent']): Listener {
  let failure: { readonly thrown: unknown } | undefined;
  const requireHeard = () => {
    if (failure) throw failure.thrown;
  };
  return {
    requireHeard,
    onEvent: (event) => {
      try {
        onEvent?.(event);
      } catch (thrown) {
        failure ??= { thrown };
        throw thrown;
      }
    },
  };
}

/** Carries out runs, as many at a time as the engine takes. */
async function carryOut(
  store: RunStore,
  runs: readonly PlannedRun[],
  options: SweepOptions & Listener,
): Promise<SweepOutcome> {
  const failed: string[] = [];
  const waiting = runs.values();
  const lane = async (signal: AbortSignal) => {
    for (const run of waiting) {
      if (signal.aborted) return;
      if (!(await attempt(store, run, { ...options, signal }))) failed.push(run.name);
    }
  };
  const length = Math.min(options.engine.lanes, runs.length);
  await together(options.signal, (signal) => Array.from({ length }, () => lane(signal)));
  if (options.signal?.aborted) throw new AbortedError('the sweep was stopped');
  return {
    finished: runs.length - failed.length,
    failed: runs.map(({ name }) => name).filter((name) => failed.includes(name)),
  };
}

/** Carries out a run unless it is finished. Whatever it throws is told and kept, and stops nothing else; what the listener throws does. */
async function attempt(
  store: RunStore,
  run: PlannedRun,
  { engine, onEvent, requireHeard, signal }: SweepOptions & Listener,
): Promise<boolean> {
  const { id, name } = run;
  const own = folderOf(store, name);
  const tell = (state: 'kept' | 'started' | 'finished' | 'failed' | 'stopped', error?: string) =>
    onEvent({ type: 'run', run: name, state, ...(error !== undefined && { error }) });
  try {
    if (await isFinished(store.location, run)) {
      tell('kept');
      return true;
    }
    await engine.perform(
      { folder: store.location, id },
      {
        signal,
        onStart: () => tell('started'),
        onEvent: (event) => onEvent({ type: 'within', run: name, event }),
      },
    );
    await own.remove(ERROR);
    tell('finished');
    return true;
  } catch (thrown) {
    requireHeard();
    if (signal?.aborted) {
      tell('stopped');
      return false;
    }
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    await own.write(ERROR, `${error.stack ?? error.message}\n`);
    tell('failed', error.message);
    return false;
  }
}
