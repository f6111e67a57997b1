import { grad, reshape, type Tensor, tidy, zeros } from '@tensorflow/tfjs-core';
import { requireGradients } from '../require-gradients.ts';
import type { LinearMap } from './step.ts';

/**
 * A linear map whose transpose is tfjs's own gradient of it.
 *
 * @param apply - The map, differentiable.
 * @param input - Shape of what goes in, without the batch axis.
 * @returns The map with its transpose, which throws InputError where there are no gradients to rely on.
 * @example
 * ```ts
 * const mean = linearMap((x) => avgPool(x as Tensor4D, 2, 2, 'valid'), [28, 28, 16]);
 * ```
 */
export function linearMap(apply: (x: Tensor) => Tensor, input: readonly number[]): LinearMap {
  return {
    apply: (x) => tidy(() => apply(x)),
    transpose(g) {
      requireGradients();
      return tidy(() => grad(apply)(zeros([g.shape[0], ...input]), g));
    },
  };
}

/** The map that only gives another shape. */
export function reshaping(input: readonly number[], output: readonly number[]): LinearMap {
  return {
    apply: (x) => reshape(x, [x.shape[0], ...output]),
    transpose: (g) => reshape(g, [g.shape[0], ...input]),
  };
}
