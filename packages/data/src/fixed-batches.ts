import { type Batch, InputError, type Key } from '@advml/core';
import { requireInteger, requireOptions } from '@advml/core/internal';
import { type Augmentation, augmentBatch } from './augmentation.ts';
import type { ExampleSet } from './example-set.ts';
import { permutation } from './permutation.ts';

/** What {@link fixedBatches} may be told. */
export interface FixedBatchesOptions {
  /** Changes the inputs anew each epoch. Default: they stay as they are. */
  readonly augment?: Augmentation;
}

/**
 * Batches from a fixed set of examples, in a new random order each epoch.
 *
 * The shuffled epochs follow one another without a seam, so every batch has the same size, every example comes once an
 * epoch, and a batch may end one epoch and begin the next. Example `i` is augmented in epoch `e` by
 * `key.child('augment', e, i)`, so its numbers do not depend on the size of the batches.
 *
 * @param set - The examples; see `examplesOf`, `modelExamples` and `idxExamples`.
 * @param size - Examples a batch.
 * @param key - Decides the orders and the augmentation.
 * @param options - See {@link FixedBatchesOptions}.
 * @returns A `BatchSource`: the caller owns each batch and disposes its `x` and `y`.
 * @throws InputError if `size` is not a positive integer or the set is empty.
 * @example
 * ```ts
 * const source = fixedBatches(examplesOf(batch), 128, key('train', 0));
 * const { x, y } = source(7); // the same whenever it is asked for
 * ```
 */
export function fixedBatches<B extends Batch>(
  set: ExampleSet<B>,
  size: number,
  key: Key,
  options: FixedBatchesOptions = {},
): (step: number) => B {
  requireOptions<FixedBatchesOptions>('fixedBatches', options, { augment: true });
  const { augment } = options;
  requireInteger({ size }, 1);
  if (set.count === 0) throw new InputError('a set must hold at least one example to make batches of, got 0');
  const order = remembered((epoch) => permutation(key.child('epoch', epoch), set.count));
  return (step) => {
    requireInteger({ step });
    const places = Array.from({ length: size }, (_, at) => step * size + at);
    const epochs = places.map((place) => Math.floor(place / set.count));
    const indices = places.map((place, at) => order(epochs[at])[place % set.count]);
    const batch = set.take(indices);
    if (!augment) return batch;
    return augmentBatch(
      batch,
      augment,
      indices.map((index, at) => key.child('augment', epochs[at], index)),
    );
  };
}

/** The same function, which does not compute its last value again. */
function remembered<T>(f: (at: number) => T): (at: number) => T {
  let last: { readonly at: number; readonly value: T } | undefined;
  return (at) => {
    if (last?.at !== at) last = { at, value: f(at) };
    return last.value;
  };
}
