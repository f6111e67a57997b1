import { InputError } from '@advml/core';
import { sqrt, square, sum, type Tensor } from '@tensorflow/tfjs-core';

/**
 * Euclidean size of each row (first axis) of a weight, [rows, 1, ...]: one neuron's incoming weights a row.
 *
 * @param name - The parameter's name, for the message.
 * @param weight - Any tensor with at least two axes.
 * @throws InputError if it has fewer.
 */
export function rowSizes(name: string, weight: Tensor): Tensor {
  if (weight.rank < 2)
    throw new InputError(
      `'${name}' must have one row a neuron, got shape [${weight.shape}]; name the weights only, as in { only: ['weight'] }`,
    );
  const axes = weight.shape.slice(1).map((_, axis) => axis + 1);
  return sqrt(sum(square(weight), axes, true));
}
