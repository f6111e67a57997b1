import { InputError } from '@advml/core';
import { reshape, type Tensor } from '@tensorflow/tfjs-core';

/**
 * The numbers of an example, if all its axes but one have length 1.
 *
 * @param name - The importer, as errors name it.
 * @param shape - Shape of the output of one example; null stands for any length.
 * @returns How many numbers; undefined if that is not known yet.
 * @throws InputError if there is more than one row of numbers.
 */
export function countOf(name: string, shape: readonly (number | null)[]): number | undefined {
  const long = shape.filter((length) => length !== 1);
  if (long.length > 1 && !long.includes(null))
    throw new InputError(
      `${name}: a classifier gives one row of logits an example, this output has shape [${shape.join(', ')}]; ` +
        'name another as output, or write the function that makes one row of it',
    );
  if (long.includes(null)) return undefined;
  return long[0] ?? 1;
}

/** Outputs [batch, ..., classes, ...] as logits [batch, classes], or as scores [batch] if there is one number an example. */
export function perExample(name: string, output: Tensor): Tensor {
  const [batch, ...shape] = output.shape;
  const count = countOf(name, shape);
  return reshape(output, count === 1 ? [batch] : [batch, -1]);
}
