import { yieldToEventLoop } from './progress.ts';

/** Milliseconds that a loop may keep everything else waiting. */
const INTERVAL = 50;

/** When a loop of short steps lets other work run. */
export interface Pacer {
  /**
   * Whether it is time to, or the loop was stopped.
   *
   * @returns True about twenty times a second.
   */
  isDue(): boolean;
  /**
   * Lets other work run.
   *
   * @param doing - What is going on, for the message.
   * @throws AbortedError if the loop was stopped.
   */
  pause(doing: string): Promise<void>;
}

/**
 * Lets other work run about twenty times a second, however short the steps of a loop are.
 *
 * @param signal - The loop's signal, if any.
 * @returns The pacer.
 */
export function pacer(signal?: AbortSignal): Pacer {
  let last = performance.now();
  return {
    isDue: () => signal?.aborted === true || performance.now() - last >= INTERVAL,
    pause: async (doing) => {
      await yieldToEventLoop(signal, doing);
      last = performance.now();
    },
  };
}
