import type { Batch } from '@advml/core';
import type { ExampleSet } from '../example-set.ts';

/** The two parts that an image set is handed out in. */
export interface ImageSets {
  /** Examples to train on. */
  readonly train: ExampleSet<Batch>;
  /** Examples to judge by. */
  readonly test: ExampleSet<Batch>;
}
