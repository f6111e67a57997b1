import { InputError } from '@advml/core';
import { reshape, type Tensor } from '@tensorflow/tfjs-core';

/**
 * What a model gives, with the examples along the first axis. A squeeze of all axes of length 1, as writers of models like it, takes that
 * axis away where there is one example.
 *
 * @param y - What a model gives.
 * @param batch - How many examples went in.
 * @throws InputError if the first axis is another.
 */
export function withExamples(y: Tensor, batch: number): Tensor {
  if (y.shape[0] === batch) return y;
  if (batch === 1) return reshape(y, [1, ...y.shape]);
  throw new InputError(
    `the output must have a row for each example, got one of shape [${y.shape.join(', ')}] for ${batch} examples`,
  );
}
