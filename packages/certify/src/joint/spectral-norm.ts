import { InputError, type LoopOptions } from '@advml/core';
import {
  gramOfRows,
  type Pace,
  paceOf,
  requireFinite,
  requireOptions,
  requireShape,
  requireTensor,
  symmetricEigen,
  transposed,
} from '@advml/core/internal';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { isPositiveDefinite } from './positive-definite.ts';

/** Rounding of one operation in double precision. */
const UNIT = Number.EPSILON / 2;

/**
 * The largest singular value of a matrix, rounded up: by how much the matrix lengthens a vector at most.
 *
 * It is what a perturbation of size r can do to all pre-activations together: $`|W\delta| \le \sigma_{\max}(W)\, r`$. The largest
 * eigenvalue of $`W^\top W`$ is computed, and a factorization proves that none is larger. With a thousand columns, what is returned is
 * larger than the true value by about 1e-9 of it.
 *
 * @param weight - W, [m, d]; only read.
 * @param loop - Progress in rows worked on, and abort.
 * @returns sigma_max(W).
 * @throws InputError if it is no matrix or an entry is not finite. AbortedError if the signal is aborted.
 * @example
 * ```ts
 * await spectralNorm(tensor2d([[3, 0], [0, 4]])); // 4
 * ```
 */
export async function spectralNorm(weight: Tensor2D, loop: LoopOptions = {}): Promise<number> {
  requireOptions<LoopOptions>('spectralNorm', loop, { onProgress: true, signal: true });
  requireTensor('weight', weight);
  requireShape('weight', weight, [null, null]);
  if (weight.size === 0) throw new InputError(`weight must have at least one entry, got shape [${weight.shape}]`);
  requireFinite('weight', weight);
  const [neurons, inputs] = weight.shape;
  const pace = paceOf(loop, 4 * inputs);
  const rows = Float64Array.from(await weight.data());
  const gram = await gramOfRows(transposed(rows, neurons, inputs), neurons, pace);
  return Math.sqrt(await largestEigenvalue(gram, neurons, inputs, pace)) * (1 + Number.EPSILON);
}

/** A bound of the largest eigenvalue of a Gram matrix: the computed one and a little more, if that is proved, or the trace. */
async function largestEigenvalue(gram: Float64Array, neurons: number, size: number, pace: Pace): Promise<number> {
  let trace = 0;
  for (let i = 0; i < size; i++) trace += gram[i * size + i];
  const { values } = await symmetricEigen(gram.slice(), size, false, pace);
  const rounding = 1.02 * (size + 3) * UNIT * size; // of the factorization, as a share of the bound
  const bound = values[0] * (1 + 2 * rounding);
  for (let at = 0; at < gram.length; at++) gram[at] = at % (size + 1) === 0 ? bound - gram[at] : -gram[at];
  const isProved = await isPositiveDefinite(gram, size, pace);
  const ofGram = (neurons + size) * UNIT * trace * (1 + 1e-6);
  return (isProved ? bound * (1 + rounding) : trace) + ofGram;
}
