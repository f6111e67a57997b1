import type { AttackOptions, Key } from '@advml/core';

/**
 * What an attack on some examples of a batch is to be told.
 *
 * @param options - Those of the whole batch.
 * @param key - Source of its random numbers.
 * @param rows - Places of the examples in the batch.
 * @returns Options with the examples' own indices, targets, radii and rivals.
 */
export function optionsOf(
  { indices, goal, eps, rivals, signal }: AttackOptions,
  key: Key,
  rows: readonly number[],
): AttackOptions {
  const own = (list: readonly number[] | undefined) => list && rows.map((row) => list[row]);
  return {
    key,
    indices: own(indices) ?? rows,
    goal: typeof goal === 'object' ? { target: rows.map((row) => goal.target[row]) } : goal,
    eps: own(eps),
    rivals: own(rivals),
    signal,
  };
}
