import { described } from './described.ts';
import { InputError } from './errors.ts';

/**
 * Refuses what would be called later, after much work perhaps, and is no function.
 *
 * @param name - What it is, as its user calls it.
 * @param value - What the user gave.
 * @throws {@link InputError} that names it.
 * @example
 * ```ts
 * requireFunction('batches', batches);
 * ```
 */
export function requireFunction(name: string, value: unknown): void {
  if (typeof value !== 'function') throw new InputError(`${name} must be a function, got ${described(value)}`);
}
