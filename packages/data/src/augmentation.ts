import { type Batch, InputError, type Key } from '@advml/core';
import { type Tensor, tensor } from '@tensorflow/tfjs-core';
import { requireIndices } from './data-model.ts';
import type { ExampleSet } from './example-set.ts';

/**
 * A random change of inputs that keeps their classes.
 *
 * What happens to an example depends on its own key alone, never on the batch that it is part of.
 *
 * `x` holds inputs, [batch, ...], and is only read; `keys` has one key an example. The result has the shape of `x` and is
 * owned by the caller; it may be `x` itself where nothing changes.
 */
export type Augmentation = (x: Tensor, keys: readonly Key[]) => Tensor;

/**
 * A set whose examples are augmented, always in the same way.
 *
 * Example `i` is changed by `key.child(i)`. For changes that are new each epoch, give the augmentation to `fixedBatches`.
 *
 * @param set - The examples.
 * @param augmentation - How they are changed.
 * @param key - Decides the changes.
 * @returns As many examples, changed where they are taken. It keeps no tensors.
 * @example
 * ```ts
 * const shifted = augmented(test, shift({ pixels: 2 }), key('shifted', 0));
 * ```
 */
export function augmented<B extends Batch>(set: ExampleSet<B>, augmentation: Augmentation, key: Key): ExampleSet<B> {
  return Object.freeze<ExampleSet<B>>({
    count: set.count,
    take(indices) {
      const wanted = requireIndices(indices, set.count);
      return augmentBatch(
        set.take(wanted),
        augmentation,
        wanted.map((index) => key.child(index)),
      );
    },
  });
}

/**
 * Augmentations one after the other, as one.
 *
 * @param parts - In the order in which they are done; part `i` of an example with key `k` is decided by `k.child(i)`.
 * @returns All of them; none of them leaves the inputs as they are.
 * @example
 * ```ts
 * const augment = inTurn(shift({ pixels: 2 }), horizontalFlip());
 * const source = fixedBatches(set, 128, key('train', 0), { augment });
 * ```
 */
export function inTurn(...parts: readonly Augmentation[]): Augmentation {
  return (x, keys) =>
    parts.reduce((before, part, at) => {
      const after = part(
        before,
        keys.map((key) => key.child(at)),
      );
      if (after !== before) before.dispose();
      return after;
    }, x.clone());
}

/** A batch with other inputs; the old ones are disposed. */
export function augmentBatch<B extends Batch>(batch: B, augmentation: Augmentation, keys: readonly Key[]): B {
  const x = augmentation(batch.x, keys);
  if (x !== batch.x) batch.x.dispose();
  return { ...batch, x };
}

/**
 * Images of which each is written anew by its own key, on the host.
 *
 * @param x - Images, [batch, height, width, channels].
 * @param write - Writes one image: its numbers, where to, and its key.
 */
export function rewriteImages(
  x: Tensor,
  keys: readonly Key[],
  write: (image: Float32Array, into: Float32Array, key: Key) => void,
): Tensor {
  if (x.rank !== 4) throw new InputError(`x must be images [batch, height, width, channels], got [${x.shape}]`);
  requireKeys(x, keys);
  const before = x.dataSync<'float32'>();
  const after = new Float32Array(before.length);
  const size = x.shape[0] === 0 ? 0 : x.size / x.shape[0];
  for (const [at, key] of keys.entries()) {
    const [start, end] = [at * size, (at + 1) * size];
    write(before.subarray(start, end), after.subarray(start, end), key);
  }
  return tensor(after, x.shape);
}

/** Refuses keys that are not one an example. */
export function requireKeys(x: Tensor, keys: readonly Key[]): void {
  if (keys.length !== x.shape[0]) {
    throw new InputError(`keys must be ${x.shape[0]}, one an example, got ${keys.length}`);
  }
}
