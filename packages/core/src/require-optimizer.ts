import { described } from './described.ts';
import { InputError } from './errors.ts';
import type { Optimizer } from './optimizer.ts';

/**
 * Refuses what is no optimizer, such as a factory in place of what it gives.
 *
 * @param name - What it is, as its user calls it.
 * @param optimizer - What the user gave.
 * @throws {@link InputError} that says how to make one.
 * @example
 * ```ts
 * requireOptimizer('optimizer', optimizer);
 * ```
 */
export function requireOptimizer(name: string, optimizer: Optimizer): void {
  const { init, update } = Object(optimizer) as Partial<Optimizer>;
  if (typeof init === 'function' && typeof update === 'function') return;
  throw new InputError(`${name} must be one such as sgd({ rate: 0.1 }) gives, got ${described(optimizer)}`);
}
