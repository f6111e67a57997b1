import { type Classifier, type Key, key, type OutputKind } from '@advml/core';
import { add, matMul, relu, reshape, type Tensor2D, tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core';

/** Sizes of a {@link reluNet}. */
export interface ReluNetOptions {
  /** Entries of an input. */
  readonly inputs: number;
  /** Hidden neurons; 8 unless told. */
  readonly hidden?: number;
  /** One score, or one logit a class (3 classes); a score unless told. */
  readonly output?: OutputKind;
}

/** A weight matrix of Gaussian numbers. */
const weights = (key: Key, rows: number, columns: number, deviation: number): Tensor2D =>
  tensor2d(key.normal(rows * columns, deviation), [rows, columns]);

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
export function reluNet(seed: number, { inputs, hidden = 8, output = 'score' }: ReluNetOptions): Classifier {
  const source = key('relu net', seed);
  const outputs = output === 'score' ? 1 : 3;
  return (x) =>
    tidy(() => {
      const first = weights(source.child('first'), inputs, hidden, 1 / Math.sqrt(inputs));
      const before = add(
        matMul(reshape(x, [x.shape[0], inputs]), first),
        tensor1d(source.child('bias').normal(hidden, 0.3)),
      );
      const last = weights(source.child('last'), hidden, outputs, 1);
      const result = matMul(relu(before) as Tensor2D, last);
      return output === 'score' ? reshape(result, [x.shape[0]]) : result;
    });
}
