import type { Batch } from '@advml/core';
import type { ExampleSet } from '@advml/data';

/** An image set as a run uses it. */
export interface LabelledImages {
  /** Examples to train on. */
  readonly train: ExampleSet<Batch>;
  /** Examples to judge by. */
  readonly test: ExampleSet<Batch>;
  /** Number of classes. */
  readonly classes: number;
  /** What the classes show, where that is known; their numbers otherwise. */
  readonly names: readonly string[];
}

/** Classes that go by their numbers. */
export const numbered = (classes: number): readonly string[] => Array.from({ length: classes }, (_, at) => `${at}`);
