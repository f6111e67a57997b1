import type { Batch } from '@advml/core';
import { requireIndices } from './data-model.ts';
import type { ExampleSet } from './example-set.ts';

/**
 * Some examples of a set, as a set.
 *
 * @param set - The whole set.
 * @param indices - Which examples, in which order; or how many of the first.
 * @returns Example `i` of it is example `indices[i]` of the whole.
 * @throws InputError if an index is not that of an example.
 * @example
 * ```ts
 * const small = subset(set, 1000);
 * const odd = subset(set, [1, 3, 5]);
 * ```
 */
export function subset<B extends Batch>(set: ExampleSet<B>, indices: number | readonly number[]): ExampleSet<B> {
  const own = [...requireIndices(indices, set.count)];
  return Object.freeze<ExampleSet<B>>({
    count: own.length,
    take: (wanted) => set.take(requireIndices(wanted, own.length).map((index) => own[index])),
  });
}
