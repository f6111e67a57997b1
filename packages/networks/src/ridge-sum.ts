import type { RidgeSum } from '@advml/core';
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

/**
 * The symmetric two-layer network as a sum of ridge functions, averaged over some thresholds.
 *
 * ```math
 * a(u) = \frac1K \sum_{k=1}^K \mathrm{relu}(u - \theta_k) - \mathrm{relu}(-u - \theta_k)
 * ```
 *
 * A threshold $`\theta \ge 0`$ adds 1/K to the slope of a beyond it; one below 0 opens both rectifiers up to $`|\theta|`$.
 *
 * @param weight - Incoming weights, one row a neuron, [m, d].
 * @param thresholds - $`\theta_k`$, at least one: a single one is the network itself.
 * @returns A description that holds `weight`.
 */
export function symmetricRidges(weight: Tensor2D, thresholds: readonly number[]): RidgeSum {
  const ordered = [...thresholds].sort((a, b) => Math.abs(a) - Math.abs(b));
  let slope = (2 * ordered.filter((threshold) => threshold < 0).length) / ordered.length;
  const slopes = [slope];
  for (const threshold of ordered) {
    slope += Math.sign(threshold || 1) / ordered.length;
    slopes.push(slope);
  }
  return { weight, knots: ordered.map(Math.abs), slopes };
}

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
