import type { Dialogue } from '@advml/core/internal';
import type { Tensor } from '@tensorflow/tfjs-core';

/** Takes a tensor into ownership, and gives it back. */
export type Own = <Held extends Tensor>(tensor: Held) => Held;

/**
 * A dialogue that owns tensors while it waits, as a scope of `tidy` cannot.
 *
 * @param work - What is handed to `own` is disposed when the work ends, however it ends.
 * @returns A dialogue with the work's result.
 */
export function* owning<T>(work: (own: Own) => Dialogue<T>): Dialogue<T> {
  const owned: Tensor[] = [];
  try {
    return yield* work((tensor) => {
      owned.push(tensor);
      return tensor;
    });
  } finally {
    for (const tensor of owned) tensor.dispose();
  }
}
