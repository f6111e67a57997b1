import { yieldToEventLoop } from '@advml/core/internal';

const interval = 50; // ms

/**
 * Lets other work run about twenty times a second, however short the steps are.
 *
 * @returns A function to await between two steps; it throws AbortedError if the signal is aborted.
 */
export function pacer(signal?: AbortSignal): (doing: string) => Promise<void> {
  let last = performance.now();
  return async (doing) => {
    if (!signal?.aborted && performance.now() - last < interval) return;
    await yieldToEventLoop(signal, doing);
    last = performance.now();
  };
}
