import { stat } from 'node:fs/promises';
import type { Worker } from 'node:worker_threads';
import { AbortedError } from '@advml/core';
import { received } from '@advml/runs/disk';
import type { Attacked, Parts } from '../attack-bench.ts';
import type { AttackRequest } from '../request.ts';
import type { Smoothed } from '../smooth-bench.ts';
import { handOut } from './hand-out.ts';
import { helper, type Meeting } from './helper.ts';
import type { Said, Start } from './messages.ts';
import { openThread } from './open-thread.ts';
import { payMore, type Workers } from './workers.ts';

/** The decoder of images is native: loaded here first, its libraries outlive the threads, which they must. */
async function holdDecoder({ source }: AttackRequest): Promise<void> {
  if (source.from !== 'files') return;
  const found = await stat(source.data).catch(() => undefined);
  if (found?.isDirectory()) await import('sharp');
}

/** What came of an attack, and the backend of the thread that tells it. */
interface Came {
  readonly found: Attacked | Smoothed;
  readonly backend: string;
}

/** What the first thread says once it has the model. */
type Ready = Pick<Extract<Said, { type: 'ready' }>, 'of' | 'later'>;

/** How the whole ends. */
interface End {
  readonly resolve: (came: Came) => void;
  readonly reject: (error: Error) => void;
}

/** Calls helpers, once: where the user said how many, or where the first thread shows that they pay. */
function callerOf(start: Start, { most, isSaid }: Workers, meeting: Meeting, threads: Worker[]) {
  let isCalled = false;
  return ({ of, later }: Ready) => {
    if (isCalled || most === 1) return;
    isCalled = true;
    if (!later) for (let at = 1; at < most; at++) threads.push(helper(start, of, meeting));
    else if (isSaid)
      meeting.onNote('--workers: the model answers later and may count what it is asked, so one thread asks it');
  };
}

/** Starts the first of the threads that make an evaluation together: it tells of it and ends it, and helpers are called beside it. */
function begin(start: Start, workers: Workers, { onPart, onNote, onProgress }: Parts, { resolve, reject }: End) {
  let ready: Ready = { of: '', later: true };
  let hasFailed = false;
  const threads: Worker[] = [];
  const pool = handOut({ onPart: (part) => onPart({ of: ready.of, ...part }), onFailure: reject });
  const callHelpers = callerOf(start, workers, { pool, reject, onNote }, threads);
  const pays = payMore();
  const member = pool.join((answer) => first.postMessage(answer));
  const fail = (error: Error) => {
    hasFailed = true;
    if (!member.failed(error)) reject(error);
  };
  const hear = (said: Said) => {
    if (said.type === 'note') onNote(said.note);
    else if (said.type === 'ready') ready = said;
    else if (said.type === 'did') member.did(said.part);
    else if (said.type === 'found') resolve(said);
    else if (said.type === 'failed') fail(received(said.error));
    else if (said.type === 'job') {
      member.comesTo(said);
      if (workers.isSaid) callHelpers(ready);
    } else {
      onProgress?.(said.done, said.total);
      if (!workers.isSaid && pays(said.done, said.total)) callHelpers(ready);
    }
  };
  const onLost = (error: Error) => {
    if (!hasFailed) reject(error); // else helpers may be at examples that come before
  };
  const first = openThread(start, hear, onLost, reject);
  threads.push(first);
  return { threads, pool };
}

/**
 * Attacks in threads of its own, which a signal ends at once: what was told to `onPart` is kept, the slices in hand are lost. The number of
 * threads decides the time, and nothing else.
 *
 * @param request - What to attack, and how.
 * @param workers - How many threads there may be.
 * @param parts - What is done, progress, signal and who is told.
 * @returns What came of it, and the backend of the first thread.
 * @throws What a thread threw; AbortedError if the signal is aborted.
 */
export async function attackInThreads(request: AttackRequest, workers: Workers, parts: Parts): Promise<Came> {
  await holdDecoder(request);
  const { done, signal } = parts;
  let hasEnded = false;
  const onNote = (note: string) => {
    if (!hasEnded) parts.onNote(note); // threads that are ended are not worth a word
  };
  let crew: ReturnType<typeof begin> | undefined;
  try {
    return await new Promise<Came>((resolve, reject) => {
      const stop = () => reject(new AbortedError('the attack was stopped'));
      if (signal?.aborted) return stop();
      signal?.addEventListener('abort', stop);
      crew = begin({ request, done }, workers, { ...parts, onNote }, { resolve, reject });
    });
  } finally {
    hasEnded = true;
    await Promise.all(crew?.threads.map((thread) => thread.terminate()) ?? []);
    crew?.pool.flush();
  }
}
