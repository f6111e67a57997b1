import { pacer } from './pacer.ts';
import type { LoopOptions } from './progress.ts';

/** Counts units of work, one if not said otherwise; lets other work run about twenty times a second, and stops where the signal says so. */
export type Pace = (units?: number) => Promise<void>;

/**
 * The pace of a long computation.
 *
 * @param loop - Progress and signal.
 * @param total - How many units there are.
 * @param doing - What is going on, for the message where it is stopped.
 * @param units - What the units are, for the same message.
 * @returns The pace; progress is told at the last unit too.
 */
export function paceOf(
  { onProgress, signal }: LoopOptions,
  total: number,
  doing = 'decomposition',
  units = 'rows',
): Pace {
  const pace = pacer(signal);
  let done = 0;
  return async (more = 1) => {
    done += more;
    if (done < total && !pace.isDue()) return;
    onProgress?.(done, total);
    await pace.pause(`${doing} after ${done} of ${total} ${units}`);
  };
}
