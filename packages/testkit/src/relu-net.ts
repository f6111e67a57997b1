import type { Classifier, Step } from '@advml/core';
import { denseStep } from '@advml/core/internal';
import {
  add,
  matMul,
  relu,
  reshape,
  type Tensor,
  type Tensor2D,
  tensor1d,
  tensor2d,
  tidy,
  transpose,
} from '@tensorflow/tfjs-core';
import { type ReluNetOptions, reluLayers } from './relu-layers.ts';

/**
 * A small two-layer ReLU network with fixed random weights: neither linear nor smooth, cheap enough for brute force. It tells its steps.
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
  const matrix = (values: Float32Array, rows: number, columns: number) => () =>
    transpose(tensor2d(values, [rows, columns])) as Tensor2D;
  const steps = (): readonly Step[] => [
    { name: 'first', ...denseStep([hidden, inputs], matrix(first, inputs, hidden), () => tensor1d(bias)) },
    { kind: 'bend', name: 'relu', shape: [hidden], pieces: { knots: [0], slopes: [0, 1], value: 0 } },
    { name: 'last', ...denseStep([outputs, hidden], matrix(last, hidden, outputs)) },
  ];
  const model = (x: Tensor) =>
    tidy(() => {
      const flat = reshape(x, [x.shape[0], inputs]);
      const before = add(matMul(flat, tensor2d(first, [inputs, hidden])), tensor1d(bias));
      const result = matMul(relu(before) as Tensor2D, tensor2d(last, [hidden, outputs]));
      return outputs === 1 ? reshape(result, [x.shape[0]]) : result;
    });
  return Object.assign(model, { steps });
}
