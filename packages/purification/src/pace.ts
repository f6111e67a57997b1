import type { LoopOptions } from '@advml/core';
import { type OptionNames, pacer } from '@advml/core/internal';

/** Names of `LoopOptions`. */
export const LOOP: OptionNames<LoopOptions> = { onProgress: true, signal: true };

/** Counts one unit of work; lets other work run about twenty times a second, and stops where the signal says so. */
export type Pace = () => Promise<void>;

/** The pace of a computation of so many units; what they are is told where it is stopped. */
export function paceOf(
  { onProgress, signal }: LoopOptions,
  total: number,
  doing = 'decomposition',
  units = 'rows',
): Pace {
  const pace = pacer(signal);
  let done = 0;
  return async () => {
    done++;
    if (done < total && !pace.isDue()) return;
    onProgress?.(done, total);
    await pace.pause(`${doing} after ${done} of ${total} ${units}`);
  };
}
