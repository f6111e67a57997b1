import type { Batch, Key } from '@advml/core';
import { requireInteger } from '@advml/core/internal';
import type { DataModel } from './data-model.ts';

/**
 * New examples at every step, never seen before: the infinite data of the feature-purification paper.
 *
 * Step `t` takes the first `size` examples of `key.child('step', t)`.
 *
 * @param model - Any data model.
 * @param key - Decides all batches.
 * @param size - Examples a batch.
 * @param frame - Coordinates of the inputs, where the model offers several.
 * @returns A `BatchSource`: the caller owns each batch and disposes its `x` and `y`.
 * @throws InputError if `size` is not a positive integer.
 * @example
 * ```ts
 * const source = freshBatches(model, key('train', 0), 1024, 'coefficients');
 * const { x, y } = source(0); // [1024, d], [1024]
 * ```
 */
export function freshBatches<B extends Batch, Frame>(
  model: DataModel<B, Frame>,
  key: Key,
  size: number,
  frame?: Frame,
): (step: number) => B {
  requireInteger({ size }, 1);
  return (step) => {
    requireInteger({ step });
    return model.batch(key.child('step', step), size, frame);
  };
}
