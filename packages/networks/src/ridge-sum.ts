import type { PiecewiseLinear, RidgeSum, Step } from '@advml/core';
import { denseStep, positiveStep } from '@advml/core/internal';
import { sum, type Tensor, type Tensor2D, tile } from '@tensorflow/tfjs-core';

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

/** The function a of a sum of ridge functions, knots on both sides of 0; knots that coincide are one. */
function piecesOf({ knots, slopes }: RidgeSum): PiecewiseLinear {
  const all: { knot: number; slope: number }[] = []; // each with the slope to its right
  for (let at = knots.length - 1; at >= 0; at--) all.push({ knot: 0 - knots[at], slope: slopes[at] });
  for (const [at, knot] of knots.entries()) all.push({ knot, slope: slopes[at + 1] });
  const apart = all.filter(({ knot }, at) => at === all.length - 1 || knot < all[at + 1].knot);
  const height = knots.reduce((sum, knot, at) => sum + slopes[at] * (knot - (knots[at - 1] ?? 0)), 0); // a at the last knot
  return {
    knots: apart.map(({ knot }) => knot),
    slopes: [slopes[slopes.length - 1], ...apart.map(({ slope }) => slope)],
    value: 0 - height,
  };
}

/**
 * A sum of ridge functions as steps: its directions, its function of each of them, their sum.
 *
 * @param ridges - The sum.
 * @returns Three steps that hold its weight.
 */
export function ridgeSteps(ridges: RidgeSum): readonly Step[] {
  const { weight } = ridges;
  const [neurons] = weight.shape;
  const total = {
    apply: (x: Tensor) => sum(x, 1, true),
    transpose: (g: Tensor) => tile(g, [1, neurons]),
  };
  return [
    { name: 'weight', ...denseStep(weight.shape, () => weight) },
    { kind: 'bend', name: 'threshold', shape: [neurons], pieces: piecesOf(ridges) },
    { name: 'sum', ...positiveStep(total, [1], neurons, 0) },
  ];
}
