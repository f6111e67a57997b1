import { availableParallelism, freemem } from 'node:os';
import { extname } from 'node:path';
import { readInteger } from '../../command.ts';
import type { AttackRequest } from '../request.ts';

/** How many threads there may be. */
export interface Workers {
  readonly most: number;
  /** Whether the user said so: then they start at once, else where that pays. */
  readonly isSaid: boolean;
}

/** Threads that are taken where nobody says how many. */
const USEFUL = 2;

/** Modules may have a state of their own, which a second thread would have again. */
const MODULES = new Set(['.mjs', '.js', '.mts', '.ts']);

/**
 * How many threads there may be.
 *
 * @param text - What the command line says, if anything.
 * @param request - What is attacked: a module gets one thread, unless the user says otherwise.
 * @returns The number.
 * @throws InputError if it is no integer >= 1.
 */
export function workersOf(text: string | undefined, { source }: AttackRequest): Workers {
  if (text !== undefined) return { most: readInteger('workers', text, 1), isSaid: true };
  const isModule = source.from === 'files' && MODULES.has(extname(source.model).toLowerCase());
  return { most: isModule ? 1 : Math.min(USEFUL, availableParallelism()), isSaid: false };
}

/** Seconds of work after which its length is known, and seconds left that are worth a start, which takes one to three of a processor. */
const [KNOWN, WORTH] = [4, 12];

/** Whether the machine has room for what this process takes once more, and for as much again. */
const hasRoom = (): boolean => (process.availableMemory?.() ?? freemem()) > 2 * process.memoryUsage.rss();

/**
 * Tells from the progress of one thread whether more pay: the work takes long, and memory is there.
 *
 * @param now - A clock in milliseconds.
 * @returns To be asked at each progress.
 */
export function payMore(now: () => number = () => performance.now()): (done: number, total: number) => boolean {
  let first: { readonly done: number; readonly at: number } | undefined;
  return (done, total) => {
    first ??= { done, at: now() };
    const seconds = (now() - first.at) / 1000;
    const left = ((total - done) / (done - first.done)) * seconds;
    return seconds >= KNOWN && left >= WORTH && hasRoom();
  };
}
