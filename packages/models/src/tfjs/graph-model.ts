import type { Tensor } from '@tensorflow/tfjs-core';

/** What goes into a graph model, or comes out of it. */
export interface GraphModelEnd {
  /** Name of its node. */
  readonly name: string;
  /** Shape with the batch axis; -1 stands for any length; missing where the file does not tell. */
  readonly shape?: readonly number[];
  /** Type of its numbers, such as `float32`. */
  readonly dtype?: string;
}

/** A `GraphModel` of tfjs-converter, as far as it is used here. */
export interface GraphModelLike {
  /** What goes in. */
  readonly inputs: readonly GraphModelEnd[];
  /** What comes out. */
  readonly outputs: readonly GraphModelEnd[];
  /**
   * The model's function.
   *
   * @param x - Inputs [batch, ...].
   * @param output - Name of the node whose output is wanted.
   * @returns That output.
   */
  execute(x: Tensor, output: string): Tensor | Tensor[];
}
