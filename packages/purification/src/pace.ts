import type { LoopOptions } from '@advml/core';
import { type OptionNames, yieldToEventLoop } from '@advml/core/internal';

/** Names of `LoopOptions`. */
export const LOOP: OptionNames<LoopOptions> = { onProgress: true, signal: true };

/** Counts one unit of work; lets other work run about twenty times a second, and stops where the signal says so. */
export type Pace = () => Promise<void>;

const interval = 50; // ms

/** The pace of a computation of so many units; what they are is told where it is stopped. */
export function pacer(
  { onProgress, signal }: LoopOptions,
  total: number,
  doing = 'decomposition',
  units = 'rows',
): Pace {
  let [last, done] = [performance.now(), 0];
  return async () => {
    done++;
    if (done < total && !signal?.aborted && performance.now() - last < interval) return;
    onProgress?.(done, total);
    await yieldToEventLoop(signal, `${doing} after ${done} of ${total} ${units}`);
    last = performance.now();
  };
}
