import {
  add,
  matMul,
  mul,
  neg,
  relu,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tidy,
} from '@tensorflow/tfjs-core';
import type { RidgeSum } from './ridge-sum.ts';

/**
 * Outputs of a sum of ridge functions as plain tfjs operations, on any backend.
 *
 * ```math
 * f(x) = \sum_i a(\langle w_i, x\rangle), \qquad
 * a(u) = s_0 u + \sum_j (s_{j+1} - s_j) \bigl(\mathrm{relu}(u - t_j) - \mathrm{relu}(-u - t_j)\bigr)
 * ```
 *
 * @param x - Inputs [batch, d].
 * @param ridges - Knots t and slopes s of a, and the directions w.
 * @returns Scores [batch], owned by the caller; differentiable in `x`.
 */
export function ridgeScores(x: Tensor2D, { weight, knots, slopes }: RidgeSum): Tensor1D {
  return tidy(() => {
    const u = matMul(x, weight, false, true); // [batch, m]
    const beyond = (knot: number) => sub(relu(sub(u, knot)), relu(sub(neg(u), knot)));
    const height = knots.reduce<Tensor>(
      (total, knot, at) => add(total, mul(beyond(knot), slopes[at + 1] - slopes[at])),
      mul(u, slopes[0]),
    );
    return sum(height, 1) as Tensor1D;
  });
}
