import { described } from './described.ts';
import { InputError } from './errors.ts';
import type { Schedule } from './optimizer.ts';

/**
 * The schedule that a number or a function of the step stands for.
 *
 * @param name - What it is, as its user calls it.
 * @param given - A number, which stays as it is, or a function of the step.
 * @returns A function of the step.
 * @throws {@link InputError} if it is neither.
 * @example
 * ```ts
 * scheduleOf('rate', 0.1)(7); // 0.1
 * ```
 */
export function scheduleOf(name: string, given: number | Schedule): Schedule {
  if (typeof given === 'number') return () => given;
  if (typeof given === 'function') return given;
  throw new InputError(`${name} must be a number or a function of the step, got ${described(given)}`);
}
