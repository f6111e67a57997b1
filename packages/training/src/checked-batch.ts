import { type Batch, InputError } from '@advml/core';
import { described, isPromise, requireTensor } from '@advml/core/internal';
import { dispose } from '@tensorflow/tfjs-core';

/**
 * A batch, once it is sure that it is a record of tensors.
 *
 * @param name - What it is, such as `the batch at step 7`.
 * @param batch - What a batch source gave; disposed if it is refused.
 * @returns The batch.
 * @throws InputError if it is none, or comes later.
 */
export function checkedBatch(name: string, batch: Batch): Batch {
  try {
    if (typeof batch !== 'object' || batch === null || isPromise(batch))
      throw new InputError(`${name} must be a record { x, y } of tensors, at once, got ${described(batch)}`);
    for (const part of ['x', 'y'] as const) requireTensor(`${part} of ${name}`, batch[part], ['float32', 'int32']);
    return batch;
  } catch (error) {
    dispose([batch?.x, batch?.y]);
    throw error;
  }
}
