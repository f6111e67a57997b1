import { AbortedError } from './errors.ts';

/**
 * Told how far a long loop has come: units done, out of how many.
 */
export type OnProgress = (done: number, total: number) => void;

/** What every long loop takes. */
export interface LoopOptions {
  /** Told after every unit of work. */
  readonly onProgress?: OnProgress;
  /** Stops the loop between two units of work. */
  readonly signal?: AbortSignal;
}

/**
 * Lets timers, signals and the page run, then throws if the work was stopped meanwhile.
 *
 * @param signal - The loop's signal, if any.
 * @param doing - What is going on, for the message.
 * @throws {@link AbortedError} if the signal is aborted.
 * @example
 * ```ts
 * await yieldToEventLoop(signal, 'evaluation');
 * ```
 */
export async function yieldToEventLoop(signal?: AbortSignal, doing = 'work'): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
  if (signal?.aborted) throw new AbortedError(`${doing} was stopped`);
}
