import { type Certifier, describeThreat, type RidgeSum, type Threat } from '@advml/core';
import { type Pace, pacer, requireInteger, requireOptions, requireShape, requireThreat } from '@advml/core/internal';
import { type CertifyTask, certifierOf, type Proof } from '../certifier-of.ts';
import { branch } from './branch.ts';
import { climb } from './climb.ts';
import { descend } from './descend.ts';
import { type JointNetwork, startJoint } from './dual-ascent.ts';
import { jointExamples, reachOf } from './examples.ts';
import { productsWith } from './products.ts';
import { profileOf } from './profile.ts';
import { ridgesOf } from './ridges-of.ts';
import type { JointSearch } from './search.ts';
import { type Spectrum, spectrumOf } from './spectrum.ts';
import { spectrumError, verifiedBounds } from './verified.ts';
import { worstInputs } from './worst-inputs.ts';

/** What {@link jointBound} takes. */
export interface JointBoundOptions {
  /** The perturbations that it speaks of: l1, l2 or linf of a finite radius. Box and mask only lose what they forbid. */
  readonly threat: Threat;
  /** The most evaluations of the dual of one example. Default: 60. */
  readonly steps?: number;
  /** The most parts that the ball around an undecided example is cut into; 1 cuts none. Default: 16. */
  readonly parts?: number;
}

/** Evaluations of the dual after which what is still open is attacked: most is proved by then. */
const BEFORE_DESCENT = 12;

/** Examples whose multipliers are in memory at a time: their products are larger and so faster together. */
const BATCH = 1000;

/**
 * A lower bound of the margin of the symmetric two-layer network, or of any sum of ridge functions, that takes all neurons together.
 *
 * One perturbation moves all neurons, by $`v = W\delta`$, and they share its size: $`|v| \le r\,\sigma_{\max}(W)`$. Bounds that let
 * each neuron move on its own lose that. Here the equation between v and $`\delta`$ has multipliers g, its square a curvature
 * $`\lambda`$ of which each neuron has a share $`d_i`$, and whatever they are,
 *
 * ```math
 * y f(x + \delta) \;\ge\; \sum_i \min_{|v| \le r |w_i|} \bigl[a(u_i + v) - g_i v + \tfrac\lambda2 d_i v^2\bigr]
 * + \min_{|\delta| \le r} \bigl[\langle W^\top g, \delta\rangle - \tfrac\lambda2 \delta^\top W^\top D W \delta\bigr], \qquad u = y W x
 * ```
 *
 * for every perturbation of size at most r. The first minimum is a clipped parabola a piece of a, the second a trust-region problem
 * that one eigen-decomposition of $`W^\top D W`$ solves for all examples (kept as long as the tensor of weights, and made anew if its
 * numbers change). Neurons have the smaller shares the more others share their direction: $`d_i`$ goes with
 * $`|w_i|^2 / w_i^\top W^\top W w_i`$. The right side is concave in $`(g, \lambda)`$ and is climbed by Polyak's steps from the gradient at x. An
 * example ends when it is proved, when a step against the gradient or a descent from the worst $`\delta`$ met an input that is classified
 * wrongly (in l2 without box or mask, `worst` has it), or after `steps`. What is then undecided is cut: its ball is halved along the
 * eigenvector to whose two sides the trust region goes at once, and so on with each half that is not proved, up to `parts`.
 *
 * The climb works in single precision, and only proposes multipliers. What is returned is the right side at them once more in double
 * precision, less a bound of its rounding and of the residuals of the decomposition: about 1e-7 of the margin.
 *
 * In l1 and linf, neurons move by at most the radius times the dual norm of their weights, and $`\delta`$ is taken from the l2 ball around
 * the threat's, $`\sqrt d`$ times as large in linf: sound, and weak there. A box or mask only takes perturbations away; it is not used.
 *
 * @param options - See {@link JointBoundOptions}.
 * @returns A certifier for models with `ridges`, or with `nearRidges`, whose error is taken off the bound.
 * @throws InputError if an option is out of its range; when applied, if the model is no sum of ridges, its weights or knots are not finite, or
 * the norm is none of l1, l2, linf.
 * @example
 * ```ts
 * const network = symmetricTwoLayer({ inputs: 64, neurons: 64, initialDeviation: 0.1 }); // from '@advml/networks'
 * const { bound, certified } = await jointBound({ threat: ball(l2, 0.1) })(classifier(network, params), x, y);
 * ```
 * @see Boyd, Vandenberghe: Convex Optimization, 2004, chapter 5, for the dual; Polyak: Introduction to Optimization, 1987, for the steps.
 */
export function jointBound(options: JointBoundOptions): Certifier {
  requireOptions<JointBoundOptions>('jointBound', options, { threat: true, steps: true, parts: true });
  const { threat, steps = 60, parts = 16 } = options;
  requireInteger({ steps, parts }, 1);
  requireThreat('jointBound', threat);
  return certifierOf({
    label: `joint bound, ${steps} evaluations, at most ${parts} parts, ${describeThreat(threat)}`,
    threat,
    batchSize: BATCH,
    prove: (task) => prove(task, threat, steps, parts),
  });
}

async function prove(task: CertifyTask, threat: Threat, steps: number, parts: number): Promise<Proof> {
  const { ridges, error: apart } = ridgesOf(task.model);
  requireShape('x', task.x, [null, ridges.weight.shape[1]]);
  const pace = paceUntil(task.signal);
  const spectrum = await spectrumOf(ridges.weight, pace);
  const error = await spectrumError(spectrum, pace);
  const examples = await jointExamples(task, spectrum, reachOf(spectrum, threat.norm), error, pace);
  const network = networkOf(spectrum, ridges, threat.eps);
  const verify = (searches: readonly JointSearch[]): void => {
    const verified = verifiedBounds(spectrum, error, network.profile, searches);
    for (const [at, search] of searches.entries()) search.bound = Math.max(search.bound, verified[at].bound - apart);
  };
  try {
    const searches = startJoint(network, examples);
    const early = await climb(network, searches, Math.min(BEFORE_DESCENT, steps), verify, pace);
    if (early.length > 0) descend(network, early);
    const late = await climb(network, early, steps - BEFORE_DESCENT, verify, pace);
    verify(searches.filter(({ bound }) => bound === -Infinity));
    await branch(network, late, parts, verify, pace);
    const bound = searches.map((search) => search.bound);
    const isPlain = threat.norm.name === 'l2' && !threat.box && !threat.mask;
    return isPlain ? { bound, worst: await worstInputs(task, spectrum, searches) } : { bound };
  } finally {
    network.products.dispose();
  }
}

/** Lets other work run about twenty times a second. */
function paceUntil(signal: CertifyTask['signal']): Pace {
  const { isDue, pause } = pacer(signal);
  return async () => {
    if (isDue()) await pause('certification');
  };
}

/** The network, with a typical curvature: its steepest slope over its mean knot or, if that is more, over a typical move. */
function networkOf(spectrum: Spectrum, ridges: RidgeSum, radius: number): JointNetwork {
  const { knots, slopes } = ridges;
  const changes = knots.map((_, at) => Math.abs(slopes[at + 1] - slopes[at]));
  const bent = changes.reduce((sum, change) => sum + change, 0);
  const knot = bent > 0 ? knots.reduce((sum, own, at) => sum + own * changes[at], 0) / bent : 0;
  const move = Math.max(knot, radius * Math.sqrt(spectrum.values[0] / spectrum.neurons));
  const steepest = slopes.reduce((most, slope) => Math.max(most, Math.abs(slope)), 0);
  const curvature = move > 0 && steepest > 0 ? steepest / move : 1;
  return { spectrum, profile: profileOf(ridges), products: productsWith(spectrum), curvature };
}
