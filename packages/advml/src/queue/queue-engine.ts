import { setTimeout } from 'node:timers/promises';
import { InputError } from '@advml/core';
import type { RunEvent } from '@advml/runs';
import {
  clearPlace,
  isFinished,
  type PlannedRun,
  readSweep,
  type SweepContext,
  type SweepEngine,
} from '@advml/runs/disk';
import type { QueueAddress } from './address.ts';
import { type Connection, stopped, troubleListener } from './connection.ts';
import { callMeeting, endMeeting, type Meeting } from './meeting.ts';

/** Settings of {@link queueEngine}. */
export interface QueueEngineOptions {
  /** Where the queue is. */
  readonly address: QueueAddress;
  /** How often a run that fails is tried. */
  readonly attempts: number;
  /** Of which versions and machine all who work on it must be; null where they may differ. */
  readonly machine: Meeting['machine'];
  /** Told of trouble with the queue, which mends itself. */
  readonly onTrouble: (message: string) => void;
  /** Milliseconds between two looks at what is on the queue. Default: 10000. */
  readonly pulse?: number;
}

/** Machines that carry out runs, behind a queue. */
export interface QueueEngine extends SweepEngine {
  /** Tells the machines that the sweep has come to its end. */
  end(): Promise<void>;
  /** Leaves the queue; what is on it stays there. */
  close(): Promise<void>;
}

/** Runs that are on the queue at a time: more than machines at work, and so few that neither memory fills. */
const AT_A_TIME = 4096;

/** What a job is while somebody will still work on it. */
const UNDER_WAY = ['waiting', 'active', 'delayed', 'prioritized', 'waiting-children'];

/** Milliseconds before a run that failed is tried again. */
const BACKOFF = 500;

/** Jobs that are kept for whoever looks into the queue. */
const KEPT = { removeOnComplete: { count: 100 }, removeOnFail: { count: 10_000 } };

/** A run that is waited for. */
interface Open {
  readonly run: PlannedRun;
  readonly context: SweepContext;
  begun: boolean;
  resolve(): void;
  reject(error: Error): void;
}

/**
 * Has the machines behind a queue carry out runs. A job says which run and no more. What is finished is what the folder says; what the
 * folder lacks and the queue does not know is put there again, so that nothing is lost with the queue.
 *
 * @param connected - BullMQ.
 * @param options - See {@link QueueEngineOptions}.
 * @returns An engine for `runSweep`.
 */
export function queueEngine(connected: Connection, options: QueueEngineOptions): QueueEngine {
  const runs = new Map<string, PlannedRun>();
  let at: { readonly folder: string; readonly meeting: Meeting; readonly jobs: Jobs } | undefined;
  return {
    lanes: AT_A_TIME,
    begin: async (folder) => {
      for (const run of (await readSweep(folder)).runs) runs.set(run.id, run);
      if (at) return;
      const meeting = await callMeeting(folder, options.machine);
      at = { folder, meeting, jobs: jobsOn(connected, meeting.queue, folder, runs, options) };
    },
    perform: async ({ id }, context) => at?.jobs.perform(id, context),
    end: async () => at && endMeeting(at.folder, at.meeting),
    close: async () => at?.jobs.close(),
  };
}

/** The jobs of a sweep. */
interface Jobs {
  /** Has a run made. */
  perform(id: string, context: SweepContext): Promise<void>;
  /** Leaves them. */
  close(): Promise<void>;
}

function jobsOn(
  { bullmq, options: base }: Connection,
  name: string,
  folder: string,
  runs: ReadonlyMap<string, PlannedRun>,
  { address, attempts, onTrouble, pulse = 10_000 }: QueueEngineOptions,
): Jobs {
  const queue = new bullmq.Queue(name, base);
  const events = new bullmq.QueueEvents(name, base);
  const open = new Map<string, Open>();
  const trouble = troubleListener(onTrouble, address);

  /** Puts a run on the queue. A job of before that has come to an end would silently keep it off. */
  const put = async ({ id, experiment }: PlannedRun) => {
    if (!UNDER_WAY.includes(await queue.getJobState(id))) await queue.remove(id);
    const backoff = { type: 'fixed', delay: BACKOFF };
    await queue.add('run', { experiment }, { jobId: id, attempts, backoff, ...KEPT });
  };
  /** Sees how a run stands: whether it is done, was given up, or got lost. */
  const look = async ({ run, resolve, reject }: Open, again: boolean) => {
    const state = await queue.getJobState(run.id);
    if (UNDER_WAY.includes(state)) return;
    if (await isFinished(folder, run)) return resolve();
    if (state === 'failed') return reject(await errorOf(run.id));
    if (again) await put(run);
  };
  const errorOf = async (id: string): Promise<Error> => {
    const { failedReason, stacktrace } = (await queue.getJob(id)) ?? {};
    return Object.assign(new Error(failedReason), { stack: stacktrace?.at(-1) ?? failedReason });
  };
  const begun = (id: string) => {
    const one = open.get(id);
    if (one?.begun === false) one.context.onStart?.();
    if (one) one.begun = true;
    return one;
  };
  /** Looks; what is wrong with the folder is wrong with the run, and what is wrong with the queue is better at the next look. */
  const looked = (one: Open, again: boolean) =>
    look(one, again).catch((error) => (error instanceof InputError ? one.reject(error) : trouble(error)));
  const lookSoon = ({ jobId }: { jobId: string }) => {
    const one = open.get(jobId);
    if (one) void looked(one, false);
  };

  queue.on('error', trouble);
  events.on('error', trouble).on('completed', lookSoon).on('failed', lookSoon);
  events.on('active', ({ jobId }) => begun(jobId));
  events.on('progress', ({ jobId, data }) => {
    const one = begun(jobId);
    if (one && Array.isArray(data)) for (const event of data as RunEvent[]) one.context.onEvent(event);
  });
  const closing = new AbortController();
  const lookAgain = async () => {
    const wait = () => setTimeout(pulse, undefined, { signal: closing.signal }).catch(() => {});
    for (await wait(); !closing.signal.aborted; await wait())
      for (const one of [...open.values()]) if (!closing.signal.aborted) await looked(one, true);
  };
  const looking = lookAgain();

  return {
    perform: async (id, context) => {
      const run = runs.get(id) as PlannedRun;
      const { signal } = context;
      await clearPlace(folder, run, context);
      const over = new Promise<void>((resolve, reject) => {
        open.set(id, { run, context, begun: false, resolve, reject });
      });
      const stop = () => open.get(id)?.reject(stopped());
      signal?.addEventListener('abort', stop);
      if (signal?.aborted) stop(); // while the place was cleared
      try {
        await Promise.all([over, ...(signal?.aborted ? [] : [put(run)])]);
      } catch (error) {
        if (signal?.aborted) await queue.remove(id); // unless a machine is at it
        throw error;
      } finally {
        signal?.removeEventListener('abort', stop);
        open.delete(id);
      }
    },
    close: async () => {
      closing.abort();
      await Promise.all([events.close(), queue.close(), looking]);
    },
  };
}
