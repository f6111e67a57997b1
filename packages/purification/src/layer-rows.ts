import { InputError, matrixNames, matrixShape } from '@advml/core';
import { described } from '@advml/core/internal';
import type { Tensor } from '@tensorflow/tfjs-core';
import { type Matrix, readMatrix, readNumbers } from './matrix.ts';

/** A weight of any shape as plain numbers; an entry of a safetensors file is one. */
export interface WeightArray {
  /** Lengths of the axes. */
  readonly shape: readonly number[];
  /** Entries, last axis fastest. */
  readonly data: ArrayLike<number>;
}

/** The parameters of a network in either form, by name; tensors are only read. */
export type Weights = { readonly [name: string]: Tensor | WeightArray };

/**
 * The weights of every layer as matrices with one neuron or filter a row.
 *
 * A dense layer's weight [neurons, inputs] is such a matrix. Of a convolution's filters [filters, channels, height, width] a row is
 * one filter, channel by channel, each row by row: the order in which {@link imagePatches} reads a patch. Parameters with another
 * number of axes, such as biases, are left out.
 *
 * @param weights - Parameters of a network: tensors, or entries of a safetensors file.
 * @param only - Names of weights. Default: all matrices and filters.
 * @returns Matrices by name.
 * @throws InputError if a name is not a weight's, or a weight is not finite.
 * @example
 * ```ts
 * layerRows(cnn().init(key('init', 0)))['conv1.weight'].shape; // [16, 25]
 * ```
 */
export function layerRows(weights: Weights, only?: readonly string[]): Readonly<Record<string, Matrix>> {
  requireWeights(weights);
  return Object.fromEntries(matrixNames(weights, only).map((name) => [name, rowsOf(name, weights[name])]));
}

function requireWeights(weights: Weights): void {
  const [name, bad] = Object.entries(Object(weights)).find(([, weight]) => !Array.isArray(Object(weight).shape)) ?? [];
  if (typeof weights === 'object' && weights !== null && name === undefined) return;
  throw new InputError(
    `parameters must be a record of tensors or of records { shape, data }, got ${name === undefined ? described(weights) : `${described(bad)} at '${name}'`}`,
  );
}

function rowsOf(name: string, weight: Tensor | WeightArray): Matrix {
  const matrix = { shape: matrixShape(name, weight.shape), data: readNumbers(`'${name}'`, weight) };
  readMatrix(`'${name}'`, matrix);
  return matrix;
}
