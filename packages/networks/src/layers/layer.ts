import type { Json, Key, Mode, Params, Step } from '@advml/core';
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

/** What a layer says it is, as plain JSON: all that decides its function but its parameters. */
export interface LayerDescription {
  /** The kind of layer, such as `dense`. */
  readonly kind: string;
  /** Its sizes and other choices, by name. */
  readonly [field: string]: Json;
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
  /**
   * What it is, as plain data from which `networkOf` makes it again. Default: it cannot be said, nor what a network with it is.
   *
   * @returns The description; undefined where some part, such as an activation of the user's own, is no plain data.
   */
  describe?(): LayerDescription | undefined;
  /**
   * Its evaluation as steps that bounds can go through, if it can be told so; their value 0 is the layer's input.
   *
   * @param params - Its parameters, by name; the steps hold some of their tensors.
   * @param input - Shape of its input.
   * @throws InputError that names the part which bounds cannot go through.
   */
  steps?(params: Params, input: readonly number[]): readonly Step[];
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
