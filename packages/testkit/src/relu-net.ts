import type { Classifier } from '@advml/core';
import { add, matMul, relu, reshape, type Tensor2D, tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { type ReluNetOptions, reluLayers } from './relu-layers.ts';

/**
 * A small two-layer ReLU network with fixed random weights: neither linear nor smooth, cheap enough for brute force.
 *
 * @param seed - Decides the weights.
 * @param options - Its sizes.
 * @returns A model from [batch, ...] to scores [batch] or logits [batch, 3].
 * @example
 * ```ts
 * const model = reluNet(3, { inputs: 2 });
 * ```
 */
export function reluNet(seed: number, options: ReluNetOptions): Classifier {
  const { inputs, hidden, outputs, first, bias, last } = reluLayers(seed, options);
  return (x) =>
    tidy(() => {
      const flat = reshape(x, [x.shape[0], inputs]);
      const before = add(matMul(flat, tensor2d(first, [inputs, hidden])), tensor1d(bias));
      const result = matMul(relu(before) as Tensor2D, tensor2d(last, [hidden, outputs]));
      return outputs === 1 ? reshape(result, [x.shape[0]]) : result;
    });
}
