import {
  describeThreat,
  InputError,
  type Schedule,
  type Threat,
  type WorstOutputs,
  type WorstOutputsTask,
} from '@advml/core';
import {
  requireMask,
  requireNetwork,
  requireOptions,
  requireShare,
  requireStrictNorm,
  requireThreat,
  scheduleOf,
} from '@advml/core/internal';
import { add, cast, mul, neg, reshape, type Tensor, type Tensor1D, tidy } from '@tensorflow/tfjs-core';
import { graphOf, type Value } from '../graph.ts';
import type { SoftRange } from './soft-bend.ts';
import { softMargins, type Way } from './soft-margins.ts';
import { softRanges } from './soft-ranges.ts';

/** What {@link intervalOutputs} takes. */
export interface IntervalOutputsOptions {
  /** The perturbations: l1, l2 or linf of a finite radius. A box counts in linf only, a mask in all. */
  readonly threat: Threat;
}

/** What {@link crownIntervalOutputs} takes. */
export interface CrownIntervalOutputsOptions extends IntervalOutputsOptions {
  /**
   * Share of the linear bound in the mixture, constant or by the step, in [0, 1]; the rest is that of intervals. Default: 1. Zhang et al. let it fall
   * from 1 to 0 while eps grows.
   */
  readonly beta?: number | Schedule;
}

/** What both are made of: the ranges of a network's values, and margins from them. */
type Margins = (way: Omit<Way, 'lines'>, y: Tensor1D, step: number) => Tensor;

function worstOutputs(owner: string, label: string, threat: Threat, margins: Margins): WorstOutputs {
  requireThreat(owner, threat);
  requireStrictNorm(owner, threat.norm, 'take l1');
  if (threat.eps === Infinity) throw new InputError(`${owner} needs a finite eps, got Infinity`);
  const outputs = ({ network, params, x, y, eps, step }: WorstOutputsTask): Tensor => {
    requireNetwork(owner, network);
    if (!(eps >= 0 && eps <= threat.eps))
      throw new InputError(`eps must be from 0 to the threat's, ${threat.eps}, got ${eps}`);
    if (threat.mask) requireMask(threat.mask, x);
    return tidy(() => {
      const steps = () => network.steps?.(params);
      const values: readonly Value[] = graphOf(
        owner,
        Object.assign(() => x, { steps }),
        network.inputShape,
      );
      const ranges: readonly SoftRange[] = softRanges(values, threat, x, eps);
      const labels = cast(y, 'float32') as Tensor1D;
      const least = margins({ values, ranges, threat, x, eps }, network.output === 'score' ? labels : y, step);
      if (network.output === 'logits') return neg(least);
      return mul(reshape(least, [-1]), labels);
    });
  };
  return Object.freeze(Object.assign(outputs, { label: `${label} ${describeThreat(threat)}`, threat }));
}

/**
 * The worst outputs by interval bound propagation, for {@link intervalBound}'s certificates: IBP training.
 *
 * The last affine layers are joined with the margins, as Gowal et al. do. In linf the inputs stay in the box; in l1 and l2 the first
 * affine layers together are bounded by the dual norm, without the box. Batch normalization is that of evaluation, with the running
 * statistics. Knots of activations are numbers: the threshold of a symmetric two-layer network gets no gradient.
 *
 * @param options - See {@link IntervalOutputsOptions}.
 * @returns For the option `worst` of `certifiedObjective` of `@advml/training`.
 * @throws InputError if the threat is none or infinite; when used, if bounds cannot go through the network, eps is not in the threat,
 * the mask does not fit the inputs, or these have more than 16,384 entries in l1 or l2.
 * @example
 * ```ts
 * const worst = intervalOutputs({ threat: ball(linf, 0.1, { low: 0, high: 1 }) });
 * const objective = certifiedObjective({ worst, eps: linear({ from: 0, to: 0.1, steps: 1000 }) });
 * ```
 * @see Gowal, Dvijotham, Stanforth, Bunel, Qin, Uesato, Arandjelovic, Mann, Kohli: On the Effectiveness of Interval Bound
 * Propagation for Training Verifiably Robust Models, 2018 (arXiv:1810.12715).
 */
export function intervalOutputs(options: IntervalOutputsOptions): WorstOutputs {
  requireOptions<IntervalOutputsOptions>('intervalOutputs', options, { threat: true });
  return worstOutputs('intervalOutputs', 'IBP', options.threat, (way, y) => softMargins({ ...way, lines: false }, y));
}

/**
 * The worst outputs by one linear pass back over ranges of intervals, mixed with those of intervals: CROWN-IBP training.
 *
 * ```math
 * \underline m = \beta\, \underline m_{\text{CROWN-IBP}} + (1 - \beta)\, \underline m_{\text{IBP}}
 * ```
 *
 * The linear pass is tighter, above all for small radii and at the start, and costs a pass for each class. It does not go through max
 * pooling. All else is as {@link intervalOutputs} has it.
 *
 * @param options - See {@link CrownIntervalOutputsOptions}.
 * @returns For the option `worst` of `certifiedObjective` of `@advml/training`.
 * @throws InputError if the threat is none or infinite; when used, where {@link intervalOutputs} does, or if beta is not in [0, 1].
 * @example
 * ```ts
 * const worst = crownIntervalOutputs({ threat: ball(linf, 0.1), beta: linear({ from: 1, to: 0, steps: 1000 }) });
 * ```
 * @see Zhang, Chen, Xiao, Gowal, Stanforth, Li, Boning, Hsieh: Towards Stable and Efficient Training of Verifiably Robust Neural
 * Networks, 2019 (arXiv:1906.06316).
 */
export function crownIntervalOutputs(options: CrownIntervalOutputsOptions): WorstOutputs {
  requireOptions<CrownIntervalOutputsOptions>('crownIntervalOutputs', options, { threat: true, beta: true });
  const { threat } = options;
  const schedule = scheduleOf('beta', options.beta ?? 1);
  return worstOutputs('crownIntervalOutputs', 'CROWN-IBP', threat, (way, y, step) => {
    const beta = schedule(step);
    requireShare({ beta });
    const by = (lines: boolean, share: number) => mul(softMargins({ ...way, lines }, y), share);
    if (beta === 0 || beta === 1) return by(beta === 1, 1);
    return add(by(true, beta), by(false, 1 - beta));
  });
}
