import { sizeOf } from '../joint/into-ball.ts';
import { farthestFall, type Scratch, scratchFor } from '../layered/farthest-fall.ts';
import { largestEntries, type Region } from '../layered/region.ts';
import { DOUBLE } from '../layered/rounding.ts';
import { bendAt, type Hull, hullOf, touching } from './hull.ts';
import { argumentErrors, backward, forward, type Margin, type TwoLayer } from './two-layer.ts';

/**
 * The least margin around one input, to be found.
 *
 * ```math
 * \min_{\delta \in R} g(\delta), \qquad g(\delta) = k + \sum_i c_i\, a(u_i + (W \delta)_i)
 * ```
 */
export interface Problem {
  /** The network; its W. */
  readonly net: TwoLayer & Required<Pick<TwoLayer, 'hidden'>>;
  /** c and k. */
  readonly margin: Margin;
  /** R. */
  readonly region: Region;
  /** u, [m]. */
  readonly base: Float64Array;
  /** `max |(W delta)_i|` if entries moved one by one as far as they may: what products of a row can add up to, [m]. */
  readonly reach: Float64Array;
  /** About the largest singular value of W. */
  readonly norm: number;
  /** What the rounding of u and of entries of W, c and k may change in g. */
  readonly rounding: number;
  /** What a bound loses to rounding at most, that included, if no slope is steeper than its neuron. */
  readonly lost: number;
  /** Room to work in. */
  readonly scratch: Scratch;
}

/** Rounds of the power iteration. */
const ROUNDS = 20;

/** About the largest singular value, a little above it. */
export function spectralNorm(net: TwoLayer): number {
  const [left, right] = [new Float64Array(net.neurons), new Float64Array(net.inputs).fill(1)];
  for (let at = 0; at < right.length; at++) right[at] += Math.sin(at + 1) / 2; // no symmetry that hides a direction
  let norm = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const length = sizeOf(right) || 1;
    for (let at = 0; at < right.length; at++) right[at] /= length;
    forward(net, right, left);
    backward(net, left, right);
    norm = Math.sqrt(sizeOf(right));
  }
  return 1.05 * norm + Number.MIN_VALUE;
}

/**
 * The problem of one margin around one input.
 *
 * @param net - The network.
 * @param norm - See {@link Problem.norm}.
 * @param x - The input, [d].
 * @param region - Where it may move.
 * @param margin - Which margin.
 */
export function problemOf(
  net: Problem['net'],
  norm: number,
  x: ArrayLike<number>,
  region: Region,
  margin: Margin,
): Problem {
  const { inputs, neurons, weight, shift, hidden } = net;
  const steepest = hidden.pieces.slopes.reduce((most, slope) => Math.max(most, Math.abs(slope)), 0);
  const [base, reach] = [new Float64Array(neurons), new Float64Array(neurons)];
  forward(net, x, base);
  const off = argumentErrors(net, largestEntries(x, region));
  let [rounding, sizes] = [margin.constantError, Math.abs(margin.constant)];
  for (let neuron = 0, at = 0; neuron < neurons; neuron++) {
    let size = Math.abs(shift[neuron]);
    for (let entry = 0; entry < inputs; entry++, at++) {
      size += Math.abs(weight[at] * x[entry]);
      reach[neuron] += Math.abs(weight[at]) * Math.max(region.below[entry], region.above[entry]);
    }
    base[neuron] += shift[neuron];
    const [coefficient, error] = [Math.abs(margin.coefficients[neuron]), margin.coefficientErrors[neuron]];
    const most = Math.abs(bendAt(hidden.pieces, base[neuron])) + steepest * (reach[neuron] + off[neuron]); // of |a|
    rounding += coefficient * steepest * (DOUBLE * size + off[neuron]) + error * most * (1 + DOUBLE);
    sizes += coefficient * (most + 4 * steepest * reach[neuron]);
  }
  const lost = DOUBLE * sizes + rounding;
  return { net, margin, region, base, reach, norm, rounding, lost, scratch: scratchFor(inputs) };
}

/** The range of each neuron's change over the whole region, rounded outwards. */
export function rangesOf({ net, region, reach, scratch }: Problem): { low: Float64Array; high: Float64Array } {
  const { inputs, neurons, weight } = net;
  const [low, high] = [new Float64Array(neurons), new Float64Array(neurons)];
  for (let neuron = 0; neuron < neurons; neuron++) {
    const row = weight.subarray(neuron * inputs, (neuron + 1) * inputs);
    const lost = DOUBLE * reach[neuron];
    low[neuron] = 0 - farthestFall(row, undefined, region, scratch) - lost;
    high[neuron] =
      farthestFall(
        row.map((value) => -value),
        undefined,
        region,
        scratch,
      ) + lost;
  }
  return { low, high };
}

/** The convex function below each neuron's part of the margin on its range. */
export function hullsOf({ net, margin, base }: Problem, low: Float64Array, high: Float64Array): readonly Hull[] {
  return Array.from(low, (from, at) => hullOf(net.hidden.pieces, margin.coefficients[at], base[at], from, high[at]));
}

/** g, at a step of which `W delta` is known. */
export function marginAt({ net, margin, base }: Problem, change: Float64Array): number {
  let sum = margin.constant;
  for (let at = 0; at < base.length; at++)
    sum += margin.coefficients[at] * bendAt(net.hidden.pieces, base[at] + change[at]);
  return sum;
}

/**
 * A lower bound of g where the changes of neurons are within the ends of their hulls, by duality; sound for any alpha.
 *
 * ```math
 * g(\delta) \ge k + \sum_i \min_{v} \bigl(h_i(v) - \alpha_i v\bigr) + \min_{\delta \in R} \langle W^\top \alpha, \delta\rangle
 * ```
 *
 * In double precision, less a share of $`2^{-30}`$ of the sum of all absolute values for rounding.
 *
 * @param problem - The problem.
 * @param hulls - Below each neuron's part, on its range.
 * @param alpha - Slopes, [m].
 * @param slopes - Room for $`W^\top \alpha`$, [d].
 */
export function dualBound(
  { net, margin, region, reach, rounding, scratch }: Problem,
  hulls: readonly Hull[],
  alpha: Float64Array,
  slopes: Float64Array,
): number {
  backward(net, alpha, slopes);
  let [bound, size] = [margin.constant, Math.abs(margin.constant)];
  for (let neuron = 0; neuron < hulls.length; neuron++) {
    const corner = touching(hulls[neuron], alpha[neuron]);
    const [height, line] = [hulls[neuron].height[corner], alpha[neuron] * hulls[neuron].at[corner]];
    bound += height - line;
    size += Math.abs(height) + Math.abs(line) + 2 * Math.abs(alpha[neuron]) * reach[neuron];
  }
  return bound - farthestFall(slopes, undefined, region, scratch) - DOUBLE * size - rounding;
}
