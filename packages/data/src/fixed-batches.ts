import { type Batch, InputError, type Key, requireInteger } from '@advml/core';
import type { ExampleSet } from './example-set.ts';

/**
 * Batches from a fixed set of examples, in a new random order each epoch.
 *
 * The shuffled epochs follow one another without a seam, so every batch has the same size, every example comes once an
 * epoch, and a batch may end one epoch and begin the next.
 *
 * @param set - The examples; see `examplesOf`, `modelExamples` and `idxExamples`.
 * @param size - Examples a batch.
 * @param key - Decides the orders.
 * @returns A `BatchSource`: the caller owns each batch and disposes its `x` and `y`.
 * @throws InputError if `size` is not a positive integer or the set is empty.
 * @example
 * ```ts
 * const source = fixedBatches(examplesOf(batch), 128, key('train', 0));
 * const { x, y } = source(7); // the same whenever it is asked for
 * ```
 */
export function fixedBatches<B extends Batch>(set: ExampleSet<B>, size: number, key: Key): (step: number) => B {
  requireInteger({ size }, 1);
  if (set.count === 0) throw new InputError('a set must hold at least one example to make batches of, got 0');
  const order = remembered((epoch) => permutation(key.child('epoch', epoch), set.count));
  return (step) => {
    requireInteger({ step });
    const places = Array.from({ length: size }, (_, at) => step * size + at);
    return set.take(places.map((place) => order(Math.floor(place / set.count))[place % set.count]));
  };
}

/** A uniform random order of 0, ..., count - 1 (Fisher-Yates). */
function permutation(key: Key, count: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, at) => at);
  const words = key.bits(count);
  for (let at = count - 1; at > 0; at--) {
    const other = Math.floor(words[at] * 2 ** -32 * (at + 1));
    [order[at], order[other]] = [order[other], order[at]];
  }
  return order;
}

/** The same function, which does not compute its last value again. */
function remembered<T>(f: (at: number) => T): (at: number) => T {
  let last: { readonly at: number; readonly value: T } | undefined;
  return (at) => {
    if (last?.at !== at) last = { at, value: f(at) };
    return last.value;
  };
}
