import { type Certifier, describeThreat, type Threat } from '@advml/core';
import { pacer, requireInteger, requireNonNegative, requireOptions, requireThreat } from '@advml/core/internal';
import { type CertifyTask, certifierOf } from '../certifier-of.ts';
import { type Region, regionOf } from '../layered/region.ts';
import { type Found, leastMargin, type SearchLimits } from './branch-and-bound.ts';
import { leastLinear, linearMargin } from './linear-margin.ts';
import { problemOf, spectralNorm } from './problem.ts';
import { type Margin, marginsOf, type TwoLayer } from './two-layer.ts';
import { twoLayerOf } from './two-layer-of.ts';

/** What {@link exactBound} takes. */
export interface ExactBoundOptions {
  /** The perturbations that it speaks of: l1, l2 or linf of a finite radius; box and mask are taken into account. */
  readonly threat: Threat;
  /**
   * How near the bound must come to a margin that was found, but for rounding, in output units. Default: no nearer than it takes to decide; a search
   * then ends at the first error that it meets, and bounds of examples with an error say little.
   */
  readonly gap?: number;
  /** Parts of the region that may be looked at for a margin, each a few milliseconds for a hundred neurons. Default: 10000. */
  readonly nodes?: number;
}

/** Finds the least margins of examples, one after another. */
interface Searcher {
  readonly net: TwoLayer;
  readonly norm: number;
  readonly limits: SearchLimits;
}

/** The least margin of an example against one class. */
async function leastOf(
  { net, norm, limits }: Searcher,
  x: ArrayLike<number>,
  region: Region,
  own: Margin,
): Promise<Found> {
  if (!net.hidden) return leastLinear(linearMargin(net, own, x, region), region);
  return leastMargin(problemOf({ ...net, hidden: net.hidden }, norm, x, region, own), limits);
}

/** Whether nothing more is asked of an example once an error is known; what a linear model gives costs nothing. */
const isDecided = ({ net, limits }: Searcher): boolean => net.hidden !== undefined && limits.gap === undefined;

/** The least margin of an example over all classes; once one is not positive, the others matter only to a gap. */
async function leastOver(searcher: Searcher, x: ArrayLike<number>, region: Region, label: number): Promise<Found> {
  let whole: Found | undefined;
  for (const own of marginsOf(searcher.net, label)) {
    if (whole && whole.upper <= 0 && isDecided(searcher)) return { ...whole, lower: -Infinity };
    const found = await leastOf(searcher, x, region, own);
    if (!whole) whole = found;
    else
      whole = {
        ...(found.upper < whole.upper ? found : whole),
        lower: Math.min(found.lower, whole.lower),
      };
  }
  return whole as Found;
}

/** The input at the end of a step, in float32 and in its box. */
function endOf(x: ArrayLike<number>, delta: Float64Array, { box }: Threat): Float32Array {
  const [low, high] = [box?.low ?? -Infinity, box?.high ?? Infinity];
  return Float32Array.from(delta, (step, at) => (step === 0 ? x[at] : Math.min(Math.max(x[at] + step, low), high)));
}

/**
 * The least margin of a linear model or of a network with one hidden layer, exactly: every example is certified, or comes with an
 * input that breaks it.
 *
 * Linear models have a closed form in every norm, with box and mask. A network with one hidden layer of a piecewise-linear
 * function, such as an MLP with one hidden layer, random features or the symmetric two-layer network, is searched by branch and
 * bound: a part of the region where each neuron's change stays in a range has a dual bound, and the one with the smallest is cut
 * at a knot of a neuron until bound and margin found meet.
 *
 * ```math
 * \min_{\delta} g(\delta) \ge \max_\alpha \; k + \sum_i \min_{l_i \le v \le u_i} \bigl(c_i\, a(u_i + v) - \alpha_i v\bigr) + \min_\delta \langle W^\top \alpha, \delta\rangle
 * ```
 *
 * It can be stopped: what it gives after so many `nodes` is a bound all the same, and an example may be neither certified nor broken
 * then. Networks of tens of neurons are decided in milliseconds, of a hundred mostly in seconds.
 *
 * Rounding: weights are taken as they are, all is computed in double precision, and a share of $`2^{-30}`$ of the sum of all
 * absolute values that were added is taken off the bound. Entries that float32 rounds, which are those of average pooling and the gains
 * of batch normalization, count with that rounding: a share of $`2^{-22}`$ to $`2^{-20}`$ of what they multiply.
 *
 * @param options - See {@link ExactBoundOptions}.
 * @returns A certifier; its certificates hold the worst inputs found.
 * @throws InputError if the threat is none or infinite, or a number is out of its range; when used, if the model does not tell its
 * layers, has more than one hidden layer, or weights that are not finite.
 * @example
 * ```ts
 * const certify = exactBound({ threat: ball(l2, 0.5) });
 * const { certified, worst } = await certify(classifier(network, params), x, y);
 * ```
 * @see Bunel, Turkaslan, Torr, Kohli, Mudigonda: A Unified View of Piecewise Linear Neural Network Verification, 2018
 * (arXiv:1711.00455), for the search; Dvijotham, Stanforth, Gowal, Mann, Kohli: A Dual Approach to Scalable Verification of Deep
 * Networks, 2018 (arXiv:1803.06567), for the dual.
 */
export function exactBound(options: ExactBoundOptions): Certifier {
  requireOptions<ExactBoundOptions>('exactBound', options, { threat: true, gap: true, nodes: true });
  const { threat, gap, nodes = 10_000 } = options;
  requireThreat('exactBound', threat);
  requireInteger({ nodes }, 1);
  if (gap !== undefined) requireNonNegative({ gap }, 'output units');
  const within = gap === undefined ? '' : `, gap ${gap}`;
  return certifierOf({
    label: `exact${within}, ${nodes} nodes, ${describeThreat(threat)}`,
    threat,
    batchSize: 1024,
    prove: (task) => proveExactly(task, threat, { nodes, gap, pacer: pacer(task.signal) }),
  });
}

async function proveExactly(task: CertifyTask, threat: Threat, limits: SearchLimits) {
  const net = twoLayerOf('exactBound', task);
  const searcher = { net, norm: net.hidden ? spectralNorm(net) : 0, limits };
  const values = task.x.dataSync<'float32'>();
  const [bound, worst] = [new Float64Array(task.radii.length), new Float32Array(values.length)];
  for (const [at, radius] of task.radii.entries()) {
    const x = values.subarray(at * net.inputs, (at + 1) * net.inputs);
    if (limits.pacer.isDue()) await limits.pacer.pause('an exact search');
    const { lower, delta } = await leastOver(searcher, x, regionOf(threat, radius, x), task.labels[at]);
    bound[at] = lower;
    worst.set(endOf(x, delta, threat), at * net.inputs);
  }
  return { bound, worst };
}
