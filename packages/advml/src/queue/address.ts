import { InputError } from '@advml/core';
import { withoutPasswords } from '../terminal/plain-text.ts';

/** Where a queue is. */
export interface QueueAddress {
  /** Its URL, which may hold a password: for the connection and nothing else. */
  readonly url: string;
  /** The same without user and password, as it may be shown. */
  readonly shown: string;
}

/** The variable of the environment that may hold the URL. */
const VARIABLE = 'ADVML_QUEUE';

/**
 * The address of the queue that a user names, if he does. It is taken out of the environment and out of the title of this process, so that
 * neither the processes that this one starts nor a list of processes have the password.
 *
 * @param given - What the option says. Default: what the environment says.
 * @returns The address, or undefined where there is none.
 * @throws InputError if it is no URL of a queue; the message has no password.
 */
export function queueAddress(given: string | undefined): QueueAddress | undefined {
  const url = given ?? process.env[VARIABLE];
  delete process.env[VARIABLE];
  if (given !== undefined) process.title = 'advml';
  if (url === undefined || url === '') return undefined;
  const { protocol, host, pathname } = partsOf(url);
  if (protocol === 'redis:' || protocol === 'rediss:') return { url, shown: `${protocol}//${host}${pathname}` };
  if (/^postgres/.test(protocol))
    throw new InputError(
      'a queue on PostgreSQL is not offered: what BullMQ has for it did not go through the tests of kills and pauses here; take Redis, such as redis://host:6379',
    );
  throw new InputError(
    `the queue must be on Redis, at a URL such as redis://host:6379, or rediss:// for TLS, got ${withoutPasswords(url)}`,
  );
}

function partsOf(url: string): URL {
  if (URL.canParse(url)) return new URL(url);
  throw new InputError(`the queue must be a URL such as redis://host:6379, got ${withoutPasswords(url)}`);
}
