import type { Optimizer } from '@advml/core';
import { requireNames } from '@advml/core/internal';
import { zerosLike } from '@tensorflow/tfjs-core';
import { stateless } from './stateless.ts';

/**
 * Holds some parameters fast: their updates become zero.
 *
 * The last part of a chain, so that no later part moves them again.
 *
 * @param names - Parameters that training must not change.
 * @returns An optimizer without a state.
 * @throws InputError if the names are no array; when it is used, if one is not a parameter's.
 * @example
 * ```ts
 * const optimizer = chain(descend(0.1), freeze(['bias']));
 * ```
 */
export function freeze(names: readonly string[]): Optimizer {
  requireNames('names', names);
  return stateless((update) => zerosLike(update), { only: names });
}
