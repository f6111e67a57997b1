import { sigmoid, softmax, stack, sub, type Tensor, type Tensor1D, type Tensor2D, tidy } from '@tensorflow/tfjs-core';

/**
 * Probabilities from what a model gives.
 *
 * @param output - Logits [batch, classes], or scores [batch], whose classes are -1 and +1.
 * @returns [batch, classes], for scores [batch, 2]; owned by the caller.
 */
export function probabilitiesOf(output: Tensor): Tensor2D {
  if (output.rank === 2) return softmax(output as Tensor2D);
  return tidy(() => {
    const positive = sigmoid(output as Tensor1D);
    return stack([sub(1, positive), positive], 1) as Tensor2D;
  });
}
