import { breathe, type LoopOptions } from '@advml/core';

/** Counts one unit of work; lets other work run about twenty times a second, and stops where the signal says so. */
export type Pace = () => Promise<void>;

const interval = 50; // ms

/** The pace of a computation of so many units. */
export function pacer({ onProgress, signal }: LoopOptions, total: number): Pace {
  let [last, done] = [performance.now(), 0];
  return async () => {
    done++;
    if (done < total && !signal?.aborted && performance.now() - last < interval) return;
    onProgress?.(done, total);
    await breathe(signal, `decomposition after ${done} of ${total} rows`);
    last = performance.now();
  };
}
