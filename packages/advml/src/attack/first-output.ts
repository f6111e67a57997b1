import type { AnyClassifier } from '@advml/core';
import { ask, run } from '@advml/core/internal';
import { slice, type Tensor } from '@tensorflow/tfjs-core';

/** What the first answer of a model shows. */
export interface FirstOutput {
  /** Whether it gives one number an example. */
  readonly score: boolean;
  /** How many classes it tells apart. */
  readonly classes: number;
  /** Whether it answers later, and so has no gradients. */
  readonly later: boolean;
}

/**
 * Asks a model about the first example.
 *
 * @param model - The model.
 * @param x - All examples, at least one.
 * @returns What the answer shows.
 * @throws InputError if it is none.
 */
export async function firstOutput(model: AnyClassifier, x: Tensor): Promise<FirstOutput> {
  let later = false;
  const watched = (input: Tensor) => {
    const given = model(input);
    later = given instanceof Promise;
    return given;
  };
  const first = slice(x, 0, 1);
  try {
    const output = await run(ask(watched as AnyClassifier, first));
    const [, classes] = output.shape;
    output.dispose();
    return { score: classes === undefined, classes: classes ?? 2, later };
  } finally {
    first.dispose();
  }
}
