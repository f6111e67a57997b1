import { InputError } from './errors.ts';
import type { Norm, StrictNorm } from './norm.ts';

/**
 * Refuses l0, whose radius is no length, where one is needed.
 *
 * @param owner - What needs it, as its user calls it.
 * @param norm - A norm.
 * @param wayOut - What to take in its place.
 * @throws {@link InputError} that names both.
 * @example
 * ```ts
 * requireStrictNorm('pgd', threat.norm, 'use sparsePgd');
 * ```
 */
export function requireStrictNorm(owner: string, norm: Norm, wayOut: string): asserts norm is StrictNorm {
  if (norm.name === 'l0') throw new InputError(`${owner} works in l1, l2 and linf, got l0; ${wayOut}`);
}
