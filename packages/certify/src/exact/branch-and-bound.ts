import type { Pacer } from '@advml/core/internal';
import { bendAt, heightAt, hullOf } from './hull.ts';
import { hullsOf, marginAt, type Problem, rangesOf } from './problem.ts';
import { type Best, type Node, relax } from './relax.ts';
import { forward } from './two-layer.ts';

/** How far a search goes. */
export interface SearchLimits {
  /** Nodes after which it stops with what it knows. */
  readonly nodes: number;
  /** How near bound and margin found must come but for rounding; none to stop once the sign is known. */
  readonly gap?: number;
  /** Lets other work run. */
  readonly pacer: Pacer;
}

/** What a search found. */
export interface Found {
  /** Lower bound of the least margin. */
  readonly lower: number;
  /** The smallest margin found, in double precision. */
  readonly upper: number;
  /** The step to it. */
  readonly delta: Float64Array;
}

/** Rounds for a node before it is cut in two, and those for one that cannot be cut. */
const [FEW, MANY] = [40, 4000];

/** A part of what is missing that hulls must be to blame for, so that cutting pays more than further rounds. */
const BLAME = 0.2;

/**
 * The least margin of a network with one hidden layer over a region, by branch and bound over the pieces that its neurons are on.
 *
 * A node holds ranges of the neurons' changes; its bound is dual and sound whatever the effort, and nodes are cut at the knot of the
 * neuron whose convex function is farthest below it. It can be stopped at any time.
 *
 * @param problem - The margin.
 * @param limits - How far to go.
 */
export async function leastMargin(problem: Problem, limits: SearchLimits): Promise<Found> {
  const { net } = problem;
  const { low, high } = rangesOf(problem);
  const start = new Float64Array(net.inputs);
  const best: Best = { value: marginAt(problem, new Float64Array(net.neurons)), delta: start };
  const root = nodeOf(low, high, hullsOf(problem, low, high), new Float64Array(net.neurons), start, -Infinity);
  const isDone = (bound: number) => isSettled(bound, best.value, limits, problem.lost);
  const open = [root];
  let closed = Infinity;
  for (let count = 0; open.length > 0 && count < limits.nodes && !isOver(best.value, limits); count++) {
    if (limits.pacer.isDue()) await limits.pacer.pause('an exact search');
    const node = open.splice(lowestOf(open), 1)[0];
    relax(problem, node, best, FEW, isDone);
    const cut = isDone(node.bound) ? undefined : cutOf(problem, node, best.value);
    if (isDone(node.bound)) closed = Math.min(closed, node.bound);
    else if (cut) open.push(...halves(problem, node, cut));
    else {
      relax(problem, node, best, MANY, isDone);
      const later = isDone(node.bound) ? undefined : widestCut(problem, node);
      if (later) open.push(...halves(problem, node, later));
      else closed = Math.min(closed, node.bound);
    }
  }
  const lower = open.reduce((least, { bound }) => Math.min(least, bound), closed);
  return { lower: Math.min(lower, best.value), upper: best.value, delta: best.delta };
}

/** Whether a node with this bound need not be looked at again; what rounding takes off it no search brings back. */
const isSettled = (bound: number, upper: number, { gap }: SearchLimits, lost: number): boolean =>
  gap === undefined ? bound > 0 : bound >= upper - gap - lost;

/** Whether nothing more is to be known. */
const isOver = (upper: number, { gap }: SearchLimits): boolean => gap === undefined && upper <= 0;

const nodeOf = (
  low: Float64Array,
  high: Float64Array,
  hulls: Node['hulls'],
  alpha: Float64Array,
  delta: Float64Array,
  bound: number,
): Node => ({ low, high, hulls, alpha, delta, bound });

const lowestOf = (open: readonly Node[]): number =>
  open.reduce((lowest, { bound }, at) => (bound < open[lowest].bound ? at : lowest), 0);

/** Where a node is cut: a neuron, and the change at which it comes to a knot. */
interface Cut {
  readonly neuron: number;
  readonly at: number;
}

/** The knot of a neuron inside its range that is nearest to a change. */
function knotNear({ net, base }: Problem, { low, high }: Node, neuron: number, near: number): number | undefined {
  const inside = net.hidden.pieces.knots
    .map((knot) => knot - base[neuron])
    .filter((at) => at > low[neuron] && at < high[neuron]);
  return inside.length === 0
    ? undefined
    : inside.reduce((best, at) => (Math.abs(at - near) < Math.abs(best - near) ? at : best));
}

/** The cut of the neuron whose hull is farthest below its part of the margin, if hulls are to blame for what is missing. */
function cutOf(problem: Problem, node: Node, upper: number): Cut | undefined {
  const { net, base, margin } = problem;
  const change = new Float64Array(net.neurons);
  forward(net, node.delta, change);
  let [total, most, cut] = [0, 0, undefined as Cut | undefined];
  for (let neuron = 0; neuron < net.neurons; neuron++) {
    const v = Math.min(Math.max(change[neuron], node.low[neuron]), node.high[neuron]);
    const part = margin.coefficients[neuron] * bendAt(net.hidden.pieces, base[neuron] + v);
    const below = part - heightAt(node.hulls[neuron], v);
    total += below;
    if (below <= most) continue;
    const at = knotNear(problem, node, neuron, v);
    if (at !== undefined) [most, cut] = [below, { neuron, at }];
  }
  return total > BLAME * (upper - node.bound) ? cut : undefined;
}

/** The cut of the neuron with a knot inside that has the widest range. */
function widestCut(problem: Problem, node: Node): Cut | undefined {
  let [widest, cut] = [0, undefined as Cut | undefined];
  for (let neuron = 0; neuron < node.low.length; neuron++) {
    const width = node.high[neuron] - node.low[neuron];
    if (width <= widest || problem.margin.coefficients[neuron] === 0) continue;
    const at = knotNear(problem, node, neuron, (node.low[neuron] + node.high[neuron]) / 2);
    if (at !== undefined) [widest, cut] = [width, { neuron, at }];
  }
  return cut;
}

/** The parts of a node on both sides of a cut. */
function halves({ net, base, margin }: Problem, node: Node, { neuron, at }: Cut): readonly Node[] {
  const c = margin.coefficients[neuron];
  return [
    [node.low[neuron], at],
    [at, node.high[neuron]],
  ].map(([from, to]) => {
    const hull = hullOf(net.hidden.pieces, c, base[neuron], from, to);
    return nodeOf(
      node.low.with(neuron, from),
      node.high.with(neuron, to),
      node.hulls.with(neuron, hull),
      node.alpha,
      node.delta,
      node.bound,
    );
  });
}
