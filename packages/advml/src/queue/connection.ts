import { AbortedError, InputError } from '@advml/core';
import type { QueueBaseOptions } from 'bullmq';
import { withoutPasswords } from '../terminal/plain-text.ts';
import type { QueueAddress } from './address.ts';

/** BullMQ, and how its parts are connected. */
export interface Connection {
  /** The library. */
  readonly bullmq: typeof import('bullmq');
  /** What each of its parts is told. */
  readonly options: QueueBaseOptions & { readonly prefix: string };
}

/** Milliseconds after which a server that says nothing is not waited for. */
const PATIENCE = 10_000;

/** What the names of all keys of this program begin with. */
const PREFIX = 'advml';

/** Loads what only those need who have a queue. */
async function loaded() {
  try {
    return { bullmq: await import('bullmq'), ioredis: await import('ioredis') };
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw new InputError('a queue needs BullMQ, which is not installed; npm install bullmq ioredis', { cause });
  }
}

/**
 * Connects with a queue's server once, so that one that is not there or refuses the password is told at once; later connections are made
 * again and again.
 *
 * @param address - Where it is.
 * @returns What the parts of BullMQ need.
 * @throws InputError if BullMQ is not installed, or the server cannot be reached.
 */
export async function connection({ url, shown }: QueueAddress): Promise<Connection> {
  const { bullmq, ioredis } = await loaded();
  const once = { lazyConnect: true, connectTimeout: PATIENCE, retryStrategy: () => null, maxRetriesPerRequest: 0 };
  const probe = new ioredis.Redis(url, once);
  let reason = '';
  probe.on('error', (error) => {
    reason = error.message; // of the connection itself, which is more than that it is closed
  });
  try {
    await probe.connect();
    await probe.ping();
  } catch (error) {
    const message = withoutPasswords(reason || (error as Error).message); // and no cause: it holds what was sent
    throw new InputError(`cannot use the queue at ${shown}: ${message}; is the server there, and the password right?`);
  } finally {
    probe.disconnect();
  }
  const retryStrategy = (times: number) => Math.min(100 * times, 5000);
  return { bullmq, options: { connection: { url, maxRetriesPerRequest: null, retryStrategy }, prefix: PREFIX } };
}

/**
 * A listener for the errors of a connection, which is made again by itself: each is told once, until there is another.
 *
 * @param tell - Told in a sentence.
 * @param address - Where the queue is.
 * @returns The listener.
 */
export function troubleListener(tell: (message: string) => void, { shown }: QueueAddress): (error: Error) => void {
  let last = '';
  return ({ message }) => {
    if (message === last) return;
    last = message;
    tell(withoutPasswords(`the queue at ${shown}: ${message}`));
  };
}

/** What is thrown where somebody has stopped the work. */
export const stopped = (): AbortedError => new AbortedError('the work on the queue was stopped');
