import type { Worker } from 'node:worker_threads';
import { received } from '@advml/runs/disk';
import type { HandOut, Member } from './hand-out.ts';
import type { Said, Start } from './messages.ts';
import { openThread } from './open-thread.ts';

/** Where the threads of an evaluation meet. */
export interface Meeting {
  readonly pool: HandOut;
  /** Ends the evaluation. */
  readonly reject: (error: Error) => void;
  /** Told what threads do without. */
  readonly onNote: (note: string) => void;
}

/** Why a thread cannot help. */
const OTHER = 'the model answers otherwise there, by chance or by a state of its own, or its file has changed';

/**
 * Starts a thread that helps. Where it cannot, it is let go, and the others do its part.
 *
 * @param start - As the first thread was started.
 * @param of - What tells its work from other work: a file may have changed meanwhile.
 * @param meeting - Where the threads meet.
 * @returns The thread.
 */
export function helper(start: Start, of: string, { pool, reject, onNote }: Meeting): Worker {
  let member: Member | undefined;
  let isHere = true;
  const leave = (why?: string) => {
    if (!isHere) return;
    isHere = false;
    member?.left();
    if (why !== undefined) onNote(`one thread less: ${why}`);
    void thread.terminate();
  };
  const fail = (error: Error) => {
    if (!member) leave(error.message);
    else if (member.failed(error)) isHere = false;
    else leave(); // between examples: the first thread comes to the same
  };
  const hear = (said: Said) => {
    if (!isHere) return;
    if (said.type === 'ready' && said.of !== of) leave(OTHER);
    else if (said.type === 'job') {
      member ??= pool.join((answer) => thread.postMessage(answer));
      if (!member.comesTo(said)) leave(OTHER);
    } else if (said.type === 'did') member?.did(said.part);
    else if (said.type === 'failed') fail(received(said.error));
    else if (said.type === 'found') isHere = false;
  };
  const thread = openThread(start, hear, ({ message }) => leave(message), reject);
  return thread;
}
