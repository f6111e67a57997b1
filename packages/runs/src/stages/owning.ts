import { Tensor } from '@tensorflow/tfjs-core';

/** Takes the tensors of a record, such as parameters or a batch, into the care of {@link owning}; gives the record back. */
export type Own = <T extends object>(holder: T) => T;

/**
 * Work whose tensors are disposed when it ends, be it by an error or because it was stopped.
 *
 * @param work - Hands what it makes and does not return to `own`.
 * @returns What the work returns.
 * @example
 * ```ts
 * const accuracy = await owning(async (own) => measure(own(model.batch(key('test', 0), 100))));
 * ```
 */
export async function owning<T>(work: (own: Own) => Promise<T>): Promise<T> {
  const holders: object[] = [];
  try {
    return await work((holder) => {
      holders.push(holder);
      return holder;
    });
  } finally {
    for (const value of holders.flatMap(Object.values)) if (value instanceof Tensor) value.dispose();
  }
}
