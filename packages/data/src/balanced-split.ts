import { type Batch, InputError, type Key } from '@advml/core';
import { requireInteger } from '@advml/core/internal';
import type { ExampleSet } from './example-set.ts';
import { labelsOf } from './labels-of.ts';
import { permutation } from './permutation.ts';
import { subset } from './subset.ts';

/** The two parts of a set. */
export interface Split<B extends Batch = Batch> {
  /** All examples that are not held out. */
  readonly train: ExampleSet<B>;
  /** The examples that are held out, as many of each class. */
  readonly validation: ExampleSet<B>;
}

/**
 * Holds out the same number of examples of each class, chosen at random.
 *
 * Both parts keep the order of the set. The choice in a class depends on the key and on the number of its examples.
 *
 * @param set - The examples; their labels are read once.
 * @param perClass - How many examples of each class are held out.
 * @param key - Decides which.
 * @returns The two parts; each example is in just one of them.
 * @throws InputError if `perClass` is not an integer >= 1, or a class has no more examples than that.
 * @example
 * ```ts
 * const { train, validation } = balancedSplit(set, 500, key('split', 0)); // 5,000 of ten classes are held out
 * ```
 */
export function balancedSplit<B extends Batch>(set: ExampleSet<B>, perClass: number, key: Key): Split<B> {
  requireInteger({ perClass }, 1);
  const members = new Map<number, number[]>();
  for (const [index, label] of labelsOf(set).entries()) {
    const own = members.get(label);
    if (own) own.push(index);
    else members.set(label, [index]);
  }
  const held = new Set<number>();
  for (const [label, indices] of members) {
    if (indices.length <= perClass) {
      throw new InputError(`perClass must be below ${indices.length}, the examples of class ${label}, got ${perClass}`);
    }
    const order = permutation(key.child(String(label)), indices.length);
    for (const at of order.subarray(0, perClass)) held.add(indices[at]);
  }
  const rest = Array.from({ length: set.count }, (_, index) => index).filter((index) => !held.has(index));
  return {
    train: subset(set, rest),
    validation: subset(
      set,
      [...held].sort((a, b) => a - b),
    ),
  };
}
