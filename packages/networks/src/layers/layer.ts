import type { Key, Mode, Params } from '@advml/core';
import type { Tensor } from '@tensorflow/tfjs-core';

/** One parameter of a layer. */
export interface LayerParameter {
  /** Its shape. */
  readonly shape: readonly number[];
  /** Whether it is state, which training follows in place of gradient steps. Default: false. */
  readonly state?: boolean;
  /**
   * How it starts.
   *
   * @param key - The layer's own key.
   * @returns A tensor of that shape, owned by the caller.
   */
  init(key: Key): Tensor;
}

/**
 * A part of a network: what it computes, and what parameters it has for inputs of a given shape.
 *
 * Shapes of inputs and outputs are those of one example, without the batch axis; images are [height, width, channels].
 */
export interface Layer {
  /** What it is, in a few words, such as `convolution 3x3`. */
  readonly kind: string;
  /**
   * Shape of its output.
   *
   * @param input - Shape of its input.
   * @throws InputError if it cannot take such inputs.
   */
  outputShape(input: readonly number[]): readonly number[];
  /**
   * Its parameters, by name.
   *
   * @param input - Shape of its input.
   */
  parameters(input: readonly number[]): Readonly<Record<string, LayerParameter>>;
  /**
   * The layer's function.
   *
   * @param params - Its parameters, by name.
   * @param x - Inputs, [batch, ...input shape].
   * @param mode - Training or evaluation. Default: evaluation.
   * @returns Outputs, [batch, ...output shape], owned by the caller.
   */
  apply(params: Params, x: Tensor, mode?: Mode): Tensor;
  /**
   * The layers that it is made of, if any.
   *
   * @param input - Shape of its input.
   */
  parts?(input: readonly number[]): readonly LayerPart[];
}

/** A layer within another. */
export interface LayerPart {
  /** Its name, which stands before those of its parameters. */
  readonly name: string;
  /** The layer. */
  readonly layer: Layer;
  /** Shape of its input. */
  readonly input: readonly number[];
}
