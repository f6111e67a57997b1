import { Tensor } from '@tensorflow/tfjs-core';

/** Takes a tensor, or the tensors of a record, such as parameters or a batch, into the care of {@link owning}; gives it back. */
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
    const held = holders.flatMap((holder) => (holder instanceof Tensor ? [holder] : Object.values(holder)));
    for (const value of held) if (value instanceof Tensor) value.dispose();
  }
}
