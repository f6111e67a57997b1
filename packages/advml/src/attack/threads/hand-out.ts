import { InputError } from '@advml/core';
import type { SharedJob, SharedPart } from '@advml/metrics';

/** A job as a thread comes to it. */
export type JobAtHand = Pick<SharedJob, 'job' | 'positions' | 'batchSize'>;

/** What a thread is told: which examples to do now, or what all of them came to. */
export type Answer =
  | { readonly positions: readonly number[]; readonly examples: number }
  | { readonly parts: readonly SharedPart[] };

/** A thread that takes part. */
export interface Member {
  /**
   * It has come to its next job, and gets some of it.
   *
   * @returns Whether it is the job of the others; where it is not, and this is its first, nothing came of it.
   * @throws InputError if it has done some of earlier jobs.
   */
  comesTo(job: JobAtHand): boolean;
  /** It has done what it was given, and gets more. */
  did(part: SharedPart): void;
  /**
   * It has failed. An error at some examples is told once those before them are done, so that it is the one that a single thread meets.
   *
   * @returns Whether it was at some examples.
   */
  failed(error: Error): boolean;
  /** It is gone: what it was given goes to another. */
  left(): void;
}

/** Hands out the examples of one job after another. */
export interface HandOut {
  /** A thread that makes the evaluation from its beginning. */
  join(tell: (answer: Answer) => void): Member;
  /** Tells the parts that still wait for earlier ones. */
  flush(): void;
}

/** Some examples of a job: done, failed at, in the hands of a thread, or given back. */
interface Slice {
  readonly positions: readonly number[];
  by?: object;
  part?: SharedPart;
  error?: Error;
}

/** A job: what was handed out of it in order, and who waits for its end. */
interface OpenJob {
  readonly of: JobAtHand;
  readonly slices: Slice[];
  readonly waiting: Map<object, () => void>;
  /** How many positions are in slices, and how many slices were told. */
  handed: number;
  told: number;
  /** Length of the next slices, for so many threads. */
  size: number;
  threads: number;
}

/** Fewer examples at once take longer than they save: half as long again for each at 16 as at 64. */
const LEAST = 16;

/** The length of slices that end at about the same time; alone, a thread takes as many as it may. */
function sizeFor(examples: number, most: number, threads: number): number {
  if (threads === 1) return most;
  const rounds = Math.ceil(examples / (most * threads));
  return Math.min(most, Math.max(LEAST, Math.ceil(examples / (rounds * threads))));
}

const isSame = (a: JobAtHand, b: JobAtHand): boolean =>
  a.job === b.job && a.positions.length === b.positions.length && a.positions.every((at, i) => at === b.positions[i]);

/**
 * Hands out the examples of an evaluation among threads that all make it. They come to the same jobs in the same order, since each gets
 * the outcomes of all; one that joins late gets what is done already.
 *
 * @param on - Told each part in the order of jobs and examples, and of the error that ends the evaluation.
 * @returns See {@link HandOut}.
 */
export function handOut(on: {
  readonly onPart: (part: SharedPart) => void;
  readonly onFailure: (error: Error) => void;
}): HandOut {
  const jobs: OpenJob[] = [];
  const members = new Set<object>();

  const next = (job: OpenJob): Slice | undefined => {
    const { positions, batchSize } = job.of;
    const back = job.slices.find((slice) => !slice.by);
    if (back || job.handed === positions.length || job.slices.some(({ error }) => error)) return back;
    if (job.threads !== members.size) {
      job.threads = members.size;
      job.size = sizeFor(positions.length - job.handed, batchSize, members.size);
    }
    const slice = { positions: positions.slice(job.handed, job.handed + job.size) };
    job.handed += slice.positions.length;
    job.slices.push(slice);
    return slice;
  };

  const isDone = ({ of, handed, slices }: OpenJob) =>
    handed === of.positions.length && slices.every(({ part }) => part !== undefined);

  const tellInOrder = (job: OpenJob) => {
    for (; job.slices[job.told]?.part; job.told++) tellPart(job.slices[job.told]);
    const { error } = job.slices[job.told] ?? {};
    if (error) on.onFailure(error);
  };

  const tellPart = ({ part }: Slice) => {
    if (part && !part.cutShort) on.onPart(part);
  };

  const wake = ({ waiting }: OpenJob) => {
    const woken = [...waiting.values()];
    waiting.clear();
    for (const serve of woken) serve();
  };

  const join = (tell: (answer: Answer) => void): Member => {
    const me = {};
    let place = 0;
    let inHand: Slice | undefined;
    members.add(me);
    const serve = () => {
      const job = jobs[place];
      inHand = next(job);
      if (inHand) {
        inHand.by = me;
        const examples = job.slices.reduce((sum, { part }) => sum + (part?.positions.length ?? 0), 0);
        tell({ positions: inHand.positions, examples });
      } else if (isDone(job)) {
        place++;
        tell({ parts: job.slices.flatMap(({ part }) => part ?? []) });
      } else job.waiting.set(me, serve);
    };
    return {
      comesTo: (of) => {
        jobs[place] ??= { of, slices: [], waiting: new Map(), handed: 0, told: 0, size: of.batchSize, threads: 0 };
        const fits = isSame(jobs[place].of, of);
        if (!fits && place > 0)
          throw new InputError(
            'threads have come to different results: the model has a state of its own; say --workers 1',
          );
        if (fits) serve();
        return fits;
      },
      did: (part) => {
        const job = jobs[place];
        if (inHand) inHand.part = part;
        inHand = undefined;
        tellInOrder(job);
        if (isDone(job)) wake(job);
        serve();
      },
      failed: (error) => {
        members.delete(me);
        if (!inHand) return false;
        inHand.error = error;
        tellInOrder(jobs[place]);
        return true;
      },
      left: () => {
        members.delete(me);
        const job = jobs[place];
        job?.waiting.delete(me);
        if (!inHand || inHand.part || inHand.error) return;
        inHand.by = undefined;
        wake(job);
        const { error } = job.slices.find((slice) => slice.error) ?? {};
        if (error && members.size === 0) on.onFailure(error); // nobody is left to do what comes before it
      },
    };
  };

  const flush = () => {
    for (const job of jobs) for (const slice of job.slices.slice(job.told)) tellPart(slice);
  };
  return { join, flush };
}
