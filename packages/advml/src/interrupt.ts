import type { Terminal } from './terminal/terminal.ts';

/** Milliseconds after which another signal is another wish. */
const SECOND = 1000;

/**
 * Runs work that Ctrl-C (or SIGTERM) stops at the next step; a second Ctrl-C ends the program at once.
 *
 * @param terminal - Where to say so.
 * @param work - Gets the signal to watch.
 * @returns What the work returns.
 */
export async function interruptible<T>(terminal: Terminal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let first = Infinity;
  const stop = () => {
    if (performance.now() - first > SECOND) process.exit(130);
    if (controller.signal.aborted) return; // npm passes on a Ctrl-C that the terminal has sent already
    first = performance.now();
    terminal.note('stopping after this step and keeping what is done; once more to stop at once');
    controller.abort();
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  try {
    return await work(controller.signal);
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}
