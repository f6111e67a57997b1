import { described } from './described.ts';
import { InputError } from './errors.ts';
import type { Loss } from './loss.ts';

/**
 * Refuses what is no loss, such as the name of one.
 *
 * @param loss - What the user gave.
 * @throws {@link InputError} that says what a loss is.
 * @example
 * ```ts
 * requireLoss(options.loss);
 * ```
 */
export function requireLoss(loss: Loss): void {
  if (typeof loss === 'function') return;
  throw new InputError(`loss must be a function of outputs and labels, such as margin, got ${described(loss)}`);
}
