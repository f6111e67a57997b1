import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/** Why a request is not answered. */
export interface Refusal {
  /** Status of the answer. */
  readonly status: number;
  /** The reason, in a sentence. */
  readonly reason: string;
}

/** The name in a Host header, without the port; undefined if it is none. */
function nameIn(host: string): string | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/i.exec(host);
  return (match?.[1] ?? match?.[2])?.toLowerCase();
}

/**
 * Refuses what only a hostile page or program asks: to change something, or to be answered under a name that is not this machine's. A
 * page elsewhere can let a name of its own lead to this machine (DNS rebinding) and would then read what its browser is given; an
 * address in numbers leads nowhere else.
 *
 * @param request - The request.
 * @param names - Names of this machine, in small letters.
 * @returns Why it is refused; undefined if it may be answered.
 */
export function refusalOf(
  { method = '', headersDistinct }: Pick<IncomingMessage, 'method' | 'headersDistinct'>,
  names: ReadonlySet<string>,
): Refusal | undefined {
  const hosts = headersDistinct.host ?? [];
  if (hosts.length !== 1) return { status: 400, reason: 'a request must have one Host header' };
  const name = nameIn(hosts[0]);
  if (name === undefined || !(isIP(name) || names.has(name)))
    return { status: 421, reason: 'this server has another name; --host gives it one' };
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, reason: 'runs are only read here, by GET or HEAD' };
  return undefined;
}

/** What is in no name of a file that is served: ways out of the folder, hidden files, control characters. */
const UNSERVED = process.platform === 'win32' ? /^$|^\.|[/\\:\p{Cc}]/u : /^$|^\.|[/\\\p{Cc}]/u;

/**
 * Whether a file or folder of that name may be served.
 *
 * @param name - One part of a path.
 * @returns False for hidden ones, and names that are a way to somewhere else.
 */
export const isServed = (name: string): boolean => !UNSERVED.test(name);

/** What a request asks for. */
export interface Target {
  /** The parts of the path, decoded: names of folders and, at the end, of a file or folder. */
  readonly parts: readonly string[];
  /** Whether the path ends in a slash, as that of a page does. */
  readonly isPage: boolean;
  /** What stands after the question mark. */
  readonly query: string;
}

/**
 * The target of a request, decoded once.
 *
 * @param target - As the request line has it.
 * @returns Its parts; undefined if it is no path, or one that leads nowhere inside.
 */
export function targetOf(target: string): Target | undefined {
  const [, path, query = ''] = /^\/([^?#]*)(?:\?([^#]*))?/.exec(target) ?? [];
  if (path === undefined) return undefined;
  const parts = path.split('/');
  const isPage = parts.at(-1) === '';
  if (isPage) parts.pop();
  try {
    const decoded = parts.map(decodeURIComponent);
    return decoded.every(isServed) ? { parts: decoded, isPage, query } : undefined;
  } catch {
    return undefined; // % without two digits, or no UTF-8
  }
}
