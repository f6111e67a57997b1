import { type Classifier, classifier, key, type Network } from '@advml/core';
import { type Tensor, type Tensor1D, tensor, tensor1d } from '@tensorflow/tfjs-core';

/** A backend of tfjs by its name. */
export type BackendName = 'cpu' | 'wasm' | 'webgl' | 'webgpu';

/** A computation that must give the same on every backend. */
export interface BackendCase {
  /** What is computed. */
  readonly name: string;
  /** Computes it on the current backend: tensors (which the runner disposes), numbers, flags and words, in records and lists. */
  run(): unknown;
  /** How much farther than others its numbers may be apart on a backend, where its functions are rough. Default: 1. */
  readonly slack?: Partial<Readonly<Record<BackendName, number>>>;
  /** Backends on which tfjs itself gets it wrong or lacks a kernel, and what is wrong there: they must fail there, or this line is stale. */
  readonly limits?: Partial<Readonly<Record<BackendName, string>>>;
}

/** Numbers of a normal distribution as a tensor that is not made by the backend. */
export function numbers(seed: number, shape: readonly number[], deviation = 1): Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  return tensor(Float32Array.from(key('backends', seed).normal(size, deviation)), [...shape]);
}

/** Numbers of [0.05, 0.95], likewise. */
export function pixels(seed: number, shape: readonly number[]): Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  return tensor(Float32Array.from(key('backends', seed).uniform(size, 0.05, 0.95)), [...shape]);
}

/** Labels -1 and +1 in turn for scores, 0, 1, 2 in turn for logits. */
export function labels(count: number, output: Network['output']): Tensor1D {
  const of = (at: number) => (output === 'score' ? 1 - 2 * (at % 2) : at % 3);
  return tensor1d(
    Array.from({ length: count }, (_, at) => of(at)),
    output === 'score' ? 'float32' : 'int32',
  );
}

/** A network with its first parameters as a classifier. */
export const fresh = (network: Network, seed = 0): Classifier =>
  classifier(network, network.init(key('backends', seed)));
