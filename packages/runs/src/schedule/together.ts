import { AbortedError } from '@advml/core';

/**
 * Does pieces of work side by side. When one fails the others are stopped, and nothing is at work any more when this ends.
 *
 * @param signal - Stops all of them.
 * @param start - Starts them; gets the signal they are to watch.
 * @returns What they returned, in their order.
 * @throws What the first of them threw that was not merely stopped.
 */
export async function together<T>(
  signal: AbortSignal | undefined,
  start: (signal: AbortSignal) => readonly Promise<T>[],
): Promise<T[]> {
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop);
  try {
    const works = start(stopping.signal);
    for (const work of works) work.catch(stop);
    const outcomes = await Promise.allSettled(works);
    const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
    if (failures.length === 0) return await Promise.all(works);
    throw failures.find((failure) => !(failure instanceof AbortedError)) ?? failures[0];
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}
