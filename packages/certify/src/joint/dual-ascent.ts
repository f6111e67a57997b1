import { sizeOf } from './into-ball.ts';
import { neuronMinima } from './neuron-minima.ts';
import { onceForEach } from './once-for-each.ts';
import type { Products } from './products.ts';
import { heightAt, type Profile, slopeAt } from './profile.ts';
import type { JointExample, JointSearch, Multipliers, Region } from './search.ts';
import type { Spectrum } from './spectrum.ts';
import { type TrustRegion, trustRegion } from './trust-region.ts';

/** What an ascent works with. */
export interface JointNetwork {
  readonly spectrum: Spectrum;
  readonly profile: Profile;
  readonly products: Products;
  /** A typical curvature: the steepest slope over the move that brings a neuron to its threshold. */
  readonly curvature: number;
}

/** How much faster curvatures move than multipliers, both in units in which they are about 1. */
const PACE_OF_CURVATURE = 0.25;

/** A share of the clean value that is enough: what is certified beyond it need not be certified better. */
const ENOUGH = 0.25;

/** The least share of the clean value that a step aims to gain. */
const LEAST_GAIN = 0.005;

/** Share of the way to the goal that a step goes. */
const RELAXATION = 0.7;

/** Curvatures that are tried before anything is climbed, after 1: smaller and larger ones, in units of slope over move. */
const CURVATURES = [
  [0.7, 0.5, 0.25],
  [1.4, 2, 4],
];

/** The least curvature, in the same units. */
const LEAST_CURVATURE = 0.03;

/** The value of the network at moved pre-activations. */
export function valueAt(profile: Profile, u: Float64Array, moves: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < u.length; i++) sum += heightAt(profile, u[i] + moves[i]);
  return sum;
}

/** The slopes of the network's units at moved pre-activations, [m]: its gradient in them. */
export const slopesAt = (profile: Profile, u: Float64Array, moves?: Float64Array): Float64Array =>
  u.map((own, i) => slopeAt(profile, own + (moves ? moves[i] : 0)));

/** The dual at given multipliers, in single precision where their products are. */
function dualAt(
  { spectrum, profile }: JointNetwork,
  { example, region }: Pick<JointSearch, 'example' | 'region'>,
  multipliers: Multipliers,
  h: Float64Array,
  worst: Float64Array,
  c: Float64Array,
): { value: number; together: TrustRegion } {
  const alone = neuronMinima(profile, spectrum.curvatures, example, multipliers, worst);
  const together = trustRegion(h, spectrum.values, multipliers.lambda, example.reach, region, c);
  return { value: alone.sum + together.value, together };
}

/**
 * The best of a few curvatures. The dual is concave in it: where it falls, it goes on falling, and where one side is better, the other is not.
 *
 * @param dual - Its value at a curvature, in units of slope over move.
 * @param enough - The value that needs no better one.
 */
function bestCurvature(dual: (share: number) => number, enough: number): { share: number; value: number } {
  const first = { share: 1, value: dual(1) };
  let best = first;
  for (const side of CURVATURES) {
    for (const share of side) {
      if (best.value >= enough) return best;
      const value = dual(share);
      if (value <= best.value) break;
      best = { share, value };
    }
    if (best !== first) break;
  }
  return best;
}

/**
 * The starts: the multipliers of moves are the gradient at the example, and the best of a few curvatures is theirs. Where one step against
 * that gradient is enough to be wrong, it is the worst point met, and any curvature does.
 *
 * @param network - The network.
 * @param examples - The examples.
 * @returns Their searches.
 */
export function startJoint(network: JointNetwork, examples: readonly JointExample[]): JointSearch[] {
  const { spectrum, profile, products, curvature } = network;
  const gradients = examples.map(({ u }) => slopesAt(profile, u));
  const turned = products.toBasis(gradients);
  // Where a step against the gradient leaves the ball: many an example of a network that is not robust is wrong there.
  const steps = turned.map((h, at) => {
    const share = examples[at].radius / (sizeOf(h) || 1);
    return h.map((entry) => -share * entry);
  });
  const moves = products.toNeurons(steps);
  const [worst, c] = [new Float64Array(spectrum.neurons), new Float64Array(spectrum.inputs)];
  const wholeBall = onceForEach((reach: number): Region => {
    const side = c.map(() => reach);
    return { low: side.map((end) => -end), high: side };
  });
  return examples.map((example, at) => {
    const region = wholeBall(example.reach);
    const clean = valueAt(profile, example.u, new Float64Array(example.u.length));
    const stepped = valueAt(profile, example.u, moves[at]);
    const isBroken = stepped <= 0;
    const multipliersAt = (share: number) => ({ g: gradients[at], lambda: share * curvature });
    const dual = (share: number) =>
      dualAt(network, { example, region }, multipliersAt(share), turned[at], worst, c).value;
    const { share, value } = bestCurvature(dual, isBroken ? -Infinity : ENOUGH * clean);
    const multipliers = multipliersAt(share);
    // One that is only nearer would set the climb a lower goal, which it comes to in more steps.
    const found = isBroken ? { reached: stepped, at: steps[at] } : { reached: clean };
    return { example, region, clean, multipliers, value, best: multipliers, mu: 0, bound: -Infinity, ...found };
  });
}

/**
 * One step of all searches up the dual, which is concave in its multipliers: along the supergradient, as far as would reach the
 * goal if the dual were linear (Polyak).
 *
 * @param network - The network.
 * @param searches - Changed.
 */
export function ascend(network: JointNetwork, searches: readonly JointSearch[]): void {
  const { spectrum, profile, products } = network;
  const turned = products.toBasis(searches.map(({ multipliers }) => multipliers.g));
  const points = searches.map(() => new Float64Array(spectrum.inputs));
  const own = searches.map(() => new Float64Array(spectrum.neurons));
  const duals = searches.map((search, at) =>
    dualAt(network, search, search.multipliers, turned[at], own[at], points[at]),
  );
  const joint = products.toNeurons(points);
  for (const [at, search] of searches.entries()) {
    const { value, together } = duals[at];
    if (value > search.value) [search.value, search.best, search.mu] = [value, search.multipliers, together.mu];
    const reached = valueAt(profile, search.example.u, joint[at]);
    if (reached < search.reached) [search.reached, search.at] = [reached, points[at]];
    search.multipliers = stepped(network, search, value, own[at], joint[at], together.bent);
  }
}

function stepped(
  { spectrum: { curvatures }, curvature }: JointNetwork,
  search: JointSearch,
  value: number,
  own: Float64Array,
  joint: Float64Array,
  bent: number,
): Multipliers {
  const { g, lambda } = search.multipliers;
  const next = new Float64Array(g.length);
  let [square, ofLambda] = [0, -0.5 * bent];
  for (let i = 0; i < g.length; i++) {
    const off = joint[i] - own[i];
    next[i] = off;
    square += off * off;
    ofLambda += 0.5 * curvatures[i] * own[i] * own[i];
  }
  const pace = PACE_OF_CURVATURE * curvature ** 2;
  const gain = Math.max(Math.min(search.reached, ENOUGH * search.clean) - value, LEAST_GAIN * search.clean);
  const step = (RELAXATION * gain) / Math.max(square + pace * ofLambda ** 2, Number.MIN_VALUE);
  for (let i = 0; i < g.length; i++) next[i] = g[i] + step * next[i];
  return { g: next, lambda: Math.max(lambda + pace * step * ofLambda, LEAST_CURVATURE * curvature) };
}
