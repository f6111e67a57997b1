import { exp, mul, sub, sum, type Tensor, type Tensor1D, tidy } from '@tensorflow/tfjs-core';
import { logProbabilities } from './log-probabilities.ts';

/**
 * How far the class probabilities of one output are from those of another, in nats, differentiable in both.
 *
 * ```math
 * \operatorname{KL}(p \,\|\, q) = \sum_k p_k (\log p_k - \log q_k)
 * ```
 *
 * where $p$ and $q$ are the softmax of logits; of a score $f$ they are $\sigma(f)$ and $1 - \sigma(f)$.
 *
 * @param reference - Scores [batch] or logits [batch, classes] of $p$.
 * @param output - Scores or logits of $q$, of the same shape.
 * @returns Divergences [batch], owned by the caller.
 * @example
 * ```ts
 * klDivergence(tensor2d([[0, 0]]), tensor2d([[0, Math.log(3)]])); // [log(2 / sqrt(3))], 0.144
 * ```
 * @see Kullback, Leibler: On Information and Sufficiency, 1951.
 */
export function klDivergence(reference: Tensor, output: Tensor): Tensor1D {
  return tidy(() => {
    const [logP, logQ] = [logProbabilities(reference), logProbabilities(output)]; // [batch, classes]
    return sum(mul(exp(logP), sub(logP, logQ)), 1);
  });
}
