import { requireFunction, requireInteger } from '@advml/core/internal';
import type { TrainingState } from './state.ts';

/** What is known after a step. */
export interface StepReport {
  /** Number of the step just made, the first being 0. */
  readonly step: number;
  /** The objective's loss on the step's batch, before the update. */
  readonly loss: number;
  /** The objective's accuracy on the step's batch, before the update. */
  readonly accuracy: number;
  /** The state after the step; only lent, until the callback is done. */
  readonly state: TrainingState;
}

/**
 * Told after every step; training waits for it.
 */
export type OnStep = (report: StepReport) => void | Promise<void>;

/**
 * A callback for every n-th step only, such as an evaluation: called when n, 2n, 3n, ... steps are done.
 *
 * @param n - At least 1.
 * @param callback - What to do then.
 * @returns A callback for `onStep`.
 * @throws InputError if `n` is not an integer >= 1, or the callback no function.
 * @example
 * ```ts
 * const onStep = every(50, ({ state, loss }) => console.log(state.step, loss));
 * ```
 */
export function every(n: number, callback: OnStep): OnStep {
  requireInteger({ n }, 1);
  requireFunction('callback', callback);
  return (report) => (report.state.step % n === 0 ? callback(report) : undefined);
}
