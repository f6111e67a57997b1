import { stat } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { AbortedError } from '@advml/core';
import { received } from '@advml/runs/disk';
import type { Attacked, Parts } from '../attack-bench.ts';
import type { AttackRequest } from '../request.ts';
import type { Smoothed } from '../smooth-bench.ts';
import { type HandOut, handOut, type Member } from './hand-out.ts';
import type { Said, Start } from './messages.ts';
import { payMore, type Workers } from './workers.ts';

/** The program of the threads, beside this file: TypeScript where this is. */
const program = new URL(import.meta.url.replace(/in-threads\.(ts|js)$/, 'attack-worker.$1'));

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

/** Starts a thread. `hear` is told what it says, and `reject` what goes wrong there; `onLost` that it is gone, and why. */
function open(
  start: Start,
  hear: (said: Said) => void,
  onLost: (error: Error) => void,
  reject: (error: Error) => void,
): Worker {
  const thread = new Worker(program, { workerData: start });
  thread.on('error', onLost).on('exit', (code) => onLost(new Error(`the thread ended with code ${code}`)));
  return thread.on('message', (said: Said) => {
    try {
      hear(said);
    } catch (error) {
      reject(error as Error);
    }
  });
}

/** Where the threads of an evaluation meet. */
interface Meeting {
  readonly pool: HandOut;
  readonly reject: (error: Error) => void;
}

/** A thread that helps: where it cannot, it is let go, and the others do its part. */
function helper(start: Start, of: string, { pool, reject }: Meeting, onNote: (note: string) => void): Worker {
  let member: Member | undefined;
  let isHere = true;
  const leave = (why?: string) => {
    if (!isHere) return;
    isHere = false;
    member?.left();
    if (why !== undefined) onNote(`one thread less: ${why}`);
    void thread.terminate();
  };
  const other = 'the model answers otherwise there, by chance or by a state of its own, or its file has changed';
  const hear = (said: Said) => {
    if (!isHere) return;
    if (said.type === 'ready' && said.of !== of) leave(other);
    else if (said.type === 'job') {
      member ??= pool.join((answer) => thread.postMessage(answer));
      if (!member.comesTo(said)) leave(other);
    } else if (said.type === 'did') member?.did(said.part);
    else if (said.type === 'failed' && !member) leave(received(said.error).message);
    else if (said.type === 'failed' && !member?.failed(received(said.error))) leave(); // the first thread comes to the same
  };
  const thread = open(start, hear, ({ message }) => leave(message), reject);
  return thread;
}

/** Threads that make an evaluation together: the first tells of it and ends it, and has the others called where they pay. */
function crewOf(start: Start, { most, isSaid }: Workers, { onPart, onNote, onProgress }: Parts) {
  const threads: Worker[] = [];
  let hasEnded = false;
  let ready: { readonly of: string; readonly later: boolean } | undefined;
  let isCalled = false;
  const pays = payMore();

  const callOthers = (meeting: Meeting) => {
    if (isCalled || !ready || most === 1) return;
    isCalled = true;
    const note = (text: string) => {
      if (!hasEnded) onNote(text);
    };
    if (ready.later) {
      if (isSaid) note('--workers: the model answers later and may count what it is asked, so one thread asks it');
      return;
    }
    for (let at = 1; at < most; at++) threads.push(helper(start, ready.of, meeting, note));
  };

  let flush = () => {};
  const begin = (resolve: (came: Came) => void, reject: (error: Error) => void) => {
    const pool = handOut({ onPart: (part) => onPart({ of: ready?.of ?? '', ...part }), onFailure: reject });
    flush = pool.flush;
    const member = pool.join((answer) => first.postMessage(answer));
    const hear = (said: Said) => {
      if (said.type === 'note') onNote(said.note);
      else if (said.type === 'ready') ready = said;
      else if (said.type === 'progress') {
        onProgress?.(said.done, said.total);
        if (!isSaid && pays(said.done, said.total)) callOthers({ pool, reject });
      } else if (said.type === 'job') {
        member.comesTo(said);
        if (isSaid) callOthers({ pool, reject });
      } else if (said.type === 'did') member.did(said.part);
      else if (said.type === 'found') resolve(said);
      else if (!member.failed(received(said.error))) reject(received(said.error));
    };
    const first = open(start, hear, reject, reject);
    threads.push(first);
  };

  const end = async () => {
    hasEnded = true;
    await Promise.all(threads.map((thread) => thread.terminate()));
    flush();
  };
  return { begin, end };
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
  const crew = crewOf({ request, done: parts.done }, workers, parts);
  try {
    return await new Promise<Came>((resolve, reject) => {
      parts.signal?.addEventListener('abort', () => reject(new AbortedError('the attack was stopped')));
      crew.begin(resolve, reject);
    });
  } finally {
    await crew.end();
  }
}
