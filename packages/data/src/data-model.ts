import { type Batch, InputError, type Key } from '@advml/core';
import { requireInteger } from '@advml/core/internal';

/**
 * A law of labelled examples that never run out.
 *
 * Example `i` depends on `key.child(i)` alone: it is the same in every batch it is part of.
 */
export interface DataModel<B extends Batch = Batch, Frame = never> {
  /**
   * Some examples of the law.
   *
   * @param key - Decides the examples; another key gives other, independent ones.
   * @param examples - How many (the first ones), or the indices of those wanted.
   * @param frame - Coordinates of the inputs, where the model offers several.
   * @returns The examples; `x` and `y` are owned by the caller.
   */
  batch(key: Key, examples: number | readonly number[], frame?: Frame): B;
}

/** The indices that were asked for, the first ones if a count was given; none may reach `end`. */
export function requireIndices(examples: number | readonly number[], end = Infinity): readonly number[] {
  if (typeof examples === 'number') {
    requireInteger({ examples });
    if (examples > end) throw new InputError(`examples must be at most ${end}, as many as there are, got ${examples}`);
    return Array.from({ length: examples }, (_, index) => index);
  }
  for (const index of examples) {
    requireInteger({ index });
    if (index >= end) throw new InputError(`index must be below ${end}, the number of examples, got ${index}`);
  }
  return examples;
}
