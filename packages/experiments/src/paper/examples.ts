import type { Batch } from '@advml/core';
import type { PaperWorld } from './world.ts';

/**
 * Fresh examples of the run's data model.
 *
 * @param world - The run.
 * @param examples - How many, or which.
 * @returns The examples as inputs x, owned by the caller.
 */
export function freshExamples({ data, root }: PaperWorld, examples: number | readonly number[]): Batch {
  return data.batch(root.child('test'), examples);
}
