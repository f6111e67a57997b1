import type { Tensor2D } from '@tensorflow/tfjs-core';

/**
 * A model that is a sum of ridge functions, each odd and piecewise linear: linear, then a threshold neuron by neuron.
 *
 * ```math
 * f(x) = \sum_{i=1}^m a(\langle w_i, x\rangle), \qquad a(-u) = -a(u), \quad a(0) = 0
 * ```
 *
 * Attacks use it to work in the space of the preactivations $`\langle w_i, x\rangle`$, which a step along the gradient
 * moves by rows of the Gram matrix $`W W^\top`$.
 */
export interface RidgeSum {
  /** The directions $`w_i`$, one row a neuron, [m, d]. */
  readonly weight: Tensor2D;
  /** Sizes of u at which the slope of a changes, ascending, >= 0. */
  readonly knots: readonly number[];
  /** Slopes of a between the knots, from u = 0 outwards: one more than knots. */
  readonly slopes: readonly number[];
}

/** A sum of ridge functions that is near another function everywhere. */
export interface NearRidges {
  /** The sum. */
  readonly ridges: RidgeSum;
  /** The largest distance between the two functions, in output units. */
  readonly error: number;
}
