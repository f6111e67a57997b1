import { hostname } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import type { RunEvent } from '@advml/runs';
import { type PlannedRun, performAttempt, readSweep, type SweepEngine, type SweepEvent } from '@advml/runs/disk';
import type { Job } from 'bullmq';
import type { QueueAddress } from './address.ts';
import { inBatches } from './batches.ts';
import { type Connection, stopped, troubleListener } from './connection.ts';
import { readMeeting } from './meeting.ts';

/** Settings of {@link workOnQueue}. */
export interface QueueWorkerOptions {
  /** Where the queue is. */
  readonly address: QueueAddress;
  /** Its name. */
  readonly name: string;
  /** Folder of the sweep, as this machine sees it. */
  readonly folder: string;
  /** Carries out the runs in other processes, so that this one always comes to renew its locks. */
  readonly engine: SweepEngine;
  /** Seconds after which a run whose worker is not heard of is given to another. */
  readonly lock: number;
  /** Told what happens. */
  readonly onEvent: (event: SweepEvent) => void;
  /** Told of trouble with the queue, which mends itself. */
  readonly onTrouble: (message: string) => void;
  /** Stops the runs at hand between two steps, and gives them back. */
  readonly signal: AbortSignal;
}

/** Workers that a run may take with it before it is given up. */
const MOST_LOST = 20;

/** Milliseconds between two words about a run, and between two looks whether the sweep has ended. */
const SELDOM = 2000;

/** Milliseconds before a server that went away is asked for a job again. */
const RETRY = 1000;

/**
 * Carries out runs from a queue until the sweep has ended.
 *
 * @param connected - BullMQ.
 * @param options - See {@link QueueWorkerOptions}.
 * @throws AbortedError if it was stopped.
 */
export async function workOnQueue({ bullmq, options: base }: Connection, options: QueueWorkerOptions): Promise<void> {
  const { address, name, folder, engine, lock, onEvent, onTrouble, signal } = options;
  const trouble = troubleListener(onTrouble, address);
  const runOf = await runsIn(folder);
  const perform = async (job: Job) => {
    const run = await runOf(job.id as string);
    const told = inBatches<RunEvent>(SELDOM, (events) => job.updateProgress([...events]).catch(trouble));
    const tell = (state: 'started' | 'finished' | 'failed' | 'stopped', error?: string) =>
      onEvent({ type: 'run', run: run.name, state, error });
    const listen = (event: RunEvent) => {
      told.add(event);
      onEvent({ type: 'within', run: run.name, event });
    };
    try {
      await performAttempt(folder, run, engine, { signal, onEvent: listen, onStart: () => tell('started') });
      tell('finished');
    } catch (error) {
      tell(signal.aborted ? 'stopped' : 'failed', (error as Error).message);
      throw error;
    } finally {
      await told.end();
    }
  };
  const worker = new bullmq.Worker(
    name,
    async (job, token) => {
      try {
        await perform(job);
      } catch (error) {
        if (!signal.aborted) throw error;
        await job.moveToWait(token);
        throw new bullmq.WaitingError(); // given back, and not counted as a failure
      }
    },
    {
      ...base,
      name: hostname(),
      concurrency: engine.lanes,
      lockDuration: lock * 1000,
      stalledInterval: lock * 500,
      maxStalledCount: MOST_LOST,
      runRetryDelay: RETRY,
    },
  );
  worker.on('error', trouble);
  try {
    while (!signal.aborted && !(await readMeeting(folder))?.ended)
      await setTimeout(SELDOM, undefined, { signal }).catch(() => {});
  } finally {
    await worker.close(!signal.aborted); // runs at hand are given back, which needs the server; at the end nobody wants them, nor it
  }
  if (signal.aborted) throw stopped();
}

/** Finds the runs of a sweep by their identities; the sweep may get more while it is under way. */
async function runsIn(folder: string): Promise<(id: string) => Promise<PlannedRun>> {
  const read = async () => new Map((await readSweep(folder)).runs.map((run) => [run.id, run]));
  let runs = await read();
  return async (id) => {
    if (!runs.has(id)) runs = await read();
    const run = runs.get(id);
    if (run) return run;
    throw new Error(`the sweep in ${folder} has no run ${id}; is this the folder of the sweep that is on the queue?`);
  };
}
