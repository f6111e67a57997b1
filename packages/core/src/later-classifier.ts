import type { Tensor } from '@tensorflow/tfjs-core';
import type { Classifier } from './network.ts';

/**
 * What a model that answers later may answer with, one output an example: scores [batch] as a list of numbers; logits [batch, classes] as a
 * list of such lists; numbers with their shape, as ONNX Runtime gives them; or a tensor, which is then handed over and disposed.
 */
export type Answer =
  | Tensor
  | ArrayLike<number>
  | readonly ArrayLike<number>[]
  | {
      /** All numbers, row after row. */
      readonly data: ArrayLike<unknown>;
      /** Their shape. */
      readonly dims: readonly number[];
    };

/**
 * A model that answers later, such as a session of ONNX Runtime or a service on the web: from inputs [batch, ...] to a promise of scores
 * or logits.
 *
 * It has no gradients. Attacks that need none take it as they take a {@link Classifier}, and then give a promise; evaluations take it
 * too. All else refuses it.
 *
 * The inputs stay the attack's, and are there until the answer is. Tensors that the model makes on its way are its own to dispose.
 *
 * @example
 * ```ts
 * const model: LaterClassifier = async (x) => {
 *   const response = await fetch(url, { method: 'POST', body: JSON.stringify(await x.array()) });
 *   return (await response.json()) as number[][]; // logits
 * };
 * ```
 */
export interface LaterClassifier {
  (x: Tensor): Promise<Answer>;
  /** Whether it tells classes only, so that its outputs say nothing of how near an example is to another class. Default: false. */
  readonly decides?: boolean;
}

/** A model that answers at once or later. */
export type AnyClassifier = Classifier | LaterClassifier;
