import { sizeOf } from '../joint/into-ball.ts';
import { type Hull, nearestOn } from './hull.ts';
import { moveInto } from './nearest-in-region.ts';
import { dualBound, marginAt, type Problem } from './problem.ts';
import { backward, forward } from './two-layer.ts';

/** A part of the region: where the change of each neuron is within a range. */
export interface Node {
  /** Lower ends, [m]. */
  readonly low: Float64Array;
  /** Upper ends, [m]. */
  readonly high: Float64Array;
  /** The convex function below each neuron's part of the margin. */
  readonly hulls: readonly Hull[];
  /** The slopes that gave the best bound so far, [m]. */
  alpha: Float64Array;
  /** The step that the search for them has come to, [d]. */
  delta: Float64Array;
  /** Lower bound of the margin there. */
  bound: number;
}

/** The best step found, and its margin. */
export interface Best {
  value: number;
  delta: Float64Array;
}

/** Rounds between two looks at the bounds. */
const LOOK = 10;

/**
 * Raises the bound of a node by steps of the primal-dual hybrid gradient method on the saddle
 *
 * ```math
 * \min_{\delta \in R} \max_\alpha \; \langle \alpha, W\delta\rangle - \sum_i \hat h_i^*(\alpha_i)
 * ```
 *
 * whose value is the least of the hulls' sum; every alpha on the way gives a sound bound, and every step a margin.
 *
 * @param problem - The problem.
 * @param node - The node; its bound, slopes and step are renewed.
 * @param best - The best step found, renewed where a better one is met.
 * @param rounds - How many rounds at most.
 * @param isDone - Says, of the bound, whether the node needs no more.
 * @see Chambolle, Pock: A First-Order Primal-Dual Algorithm for Convex Problems with Applications to Imaging, 2011.
 */
export function relax(
  problem: Problem,
  node: Node,
  best: Best,
  rounds: number,
  isDone: (bound: number) => boolean,
): void {
  const { net, region, norm } = problem;
  const [delta, ahead] = [node.delta.slice(), new Float64Array(net.inputs)];
  const [change, slopes] = [new Float64Array(net.neurons), new Float64Array(net.inputs)];
  const alpha = node.alpha.slice();
  const look = () => {
    const bound = dualBound(problem, node.hulls, alpha, slopes);
    if (bound > node.bound) {
      node.bound = bound;
      node.alpha = alpha.slice();
    }
    forward(net, delta, change);
    const value = marginAt(problem, change);
    if (value < best.value) [best.value, best.delta] = [value, delta.slice()];
  };
  look();
  const weight = primalWeight(problem);
  const [tau, sigma] = [1 / (weight * norm), weight / norm];
  for (let round = 1; round <= rounds && !isDone(node.bound); round++) {
    backward(net, alpha, slopes);
    for (let at = 0; at < delta.length; at++) {
      ahead[at] = delta[at];
      delta[at] -= tau * slopes[at];
    }
    moveInto(region, delta);
    for (let at = 0; at < delta.length; at++) ahead[at] = 2 * delta[at] - ahead[at];
    forward(net, ahead, change);
    for (let at = 0; at < alpha.length; at++) {
      const z = alpha[at] + sigma * change[at];
      alpha[at] = z - sigma * nearestOn(node.hulls[at], z / sigma, sigma);
    }
    if (round % LOOK === 0) look();
  }
  node.delta = delta;
}

/** How steep slopes are for the length of steps: what balances both sides of the method. */
function primalWeight({ net, margin, region }: Problem): number {
  const steepest = net.hidden.pieces.slopes.reduce((most, slope) => Math.max(most, Math.abs(slope)), 0);
  const slopes = steepest * sizeOf(margin.coefficients);
  const entries = region.norm === 'linf' ? region.above.length : 1;
  return Math.max(slopes, 1e-30) / Math.max(region.radius * Math.sqrt(entries), 1e-30);
}
