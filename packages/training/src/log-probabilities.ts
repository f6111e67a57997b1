import { expandDims, logSoftmax, mul, type Tensor, type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';

/**
 * Outputs as logits: those of a score `f` are `-f/2` and `f/2`, whose difference is the score.
 *
 * @param output - Scores [batch] or logits [batch, classes].
 * @returns Logits [batch, classes], the same tensor where they were logits.
 */
export function asLogits(output: Tensor): Tensor2D {
  return (output.rank === 1 ? mul(expandDims(output, 1), tensor2d([[-0.5, 0.5]])) : output) as Tensor2D;
}

/**
 * Logarithms of the class probabilities, which stay finite where a probability rounds to 0 or 1.
 *
 * @param output - Scores [batch] or logits [batch, classes].
 * @returns [batch, classes].
 */
export function logProbabilities(output: Tensor): Tensor2D {
  return logSoftmax(asLogits(output));
}
