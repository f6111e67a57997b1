import { type Key, key, type OutputKind } from '@advml/core';

/** Sizes of a small ReLU network. */
export interface ReluNetOptions {
  /** Entries of an input. */
  readonly inputs: number;
  /** Hidden neurons. Default: 8. */
  readonly hidden?: number;
  /** One score, or one logit a class (3 classes). Default: a score. */
  readonly output?: OutputKind;
}

/** The weights of a network `last relu(first x + bias)`: matrices row after row. */
export interface ReluLayers {
  /** Entries of an input. */
  readonly inputs: number;
  /** Hidden neurons. */
  readonly hidden: number;
  /** Outputs: one, or one a class. */
  readonly outputs: number;
  /** [inputs, hidden]. */
  readonly first: Float32Array;
  /** [hidden]. */
  readonly bias: Float32Array;
  /** [hidden, outputs]. */
  readonly last: Float32Array;
}

/**
 * The fixed random weights of a small two-layer ReLU network.
 *
 * @param seed - Decides the weights.
 * @param options - Its sizes.
 * @returns The weights.
 */
export function reluLayers(seed: number, { inputs, hidden = 8, output = 'score' }: ReluNetOptions): ReluLayers {
  const source: Key = key('relu net', seed);
  const outputs = output === 'score' ? 1 : 3;
  return {
    inputs,
    hidden,
    outputs,
    first: source.child('first').normal(inputs * hidden, 1 / Math.sqrt(inputs)),
    bias: source.child('bias').normal(hidden, 0.3),
    last: source.child('last').normal(hidden * outputs, 1),
  };
}

/**
 * What a network gives for some activations of its hidden neurons before their threshold, in double precision.
 *
 * @param layers - The network.
 * @param before - One number a hidden neuron.
 * @returns One number an output.
 */
export function outputsFor({ hidden, outputs, last }: ReluLayers, before: ArrayLike<number>): number[] {
  const out = Array<number>(outputs).fill(0);
  for (let neuron = 0; neuron < hidden; neuron++)
    if (before[neuron] > 0) for (let k = 0; k < outputs; k++) out[k] += before[neuron] * last[neuron * outputs + k];
  return out;
}
