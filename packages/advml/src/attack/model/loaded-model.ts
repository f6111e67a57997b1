import type { AnyClassifier, Box, Classifier } from '@advml/core';
import type { InputShape } from '../data/inputs.ts';
import type { Origin } from '../data/raw-examples.ts';

/** A model out of a file; its tensors live as long as the thread. */
export interface LoadedModel<M extends AnyClassifier = Classifier> {
  readonly origin: Origin;
  /** What network it is, where that is known. */
  readonly architecture?: string;
  /** Shape of one input, where the model says it. */
  readonly inputShape?: InputShape;
  /** Names of its classes, in their order, where it has them. */
  readonly classes?: readonly string[];
  /** Range of its inputs, where it says one. */
  readonly box?: Box;
  /**
   * The model for inputs of a shape, which some need to be told.
   *
   * @param shape - Of one input.
   * @throws InputError if it does not take such inputs.
   */
  on(shape: readonly number[]): M;
}
