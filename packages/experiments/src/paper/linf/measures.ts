import { type Batch, classifier, type LoopOptions, type Norm, type Params } from '@advml/core';
import { type Proportion, robustAccuracy } from '@advml/metrics';
import { decompose, rowCosines } from '@advml/purification';
import { paperBattery } from '../battery.ts';
import { coefficientsOf, massOf, purifiedShare } from '../features.ts';
import type { Curve } from '../robustness.ts';
import type { PaperWorld } from '../world.ts';
import { threatIn } from './threats.ts';

/** A value for each training: clean (w), adversarial in l2 (w') and adversarial in l-infinity (w'_inf), both from w. */
export type PerTraining<T> = Readonly<Record<'clean' | 'robust' | 'linf', T>>;

/** A value for each norm that networks are attacked in. */
export type PerNorm<T> = Readonly<Record<Norm['name'], T>>;

/** How a network fares under the attacks of one norm. */
export interface NormRobustness {
  /** Share of fresh examples that no attack of the battery breaks. */
  readonly robust: Proportion;
  /** Share that is classified correctly without attack. */
  readonly clean: Proportion;
  /** The battery. */
  readonly attack: string;
}

/** What an adversarial training made of the neurons of w. */
export interface Purification {
  /** Share of neurons whose cosine with what they were exceeds 0.707. */
  readonly purified: Proportion;
  /** Median of that cosine. */
  readonly medianCosine: number;
  /** Mean share of a neuron's square on the dense mixture, afterwards. */
  readonly mixture: number;
}

/** The neurons of all three networks. */
export interface LinfFeatures {
  /** Mean share of the square of a neuron of w on the dense mixture. */
  readonly mixtureBefore: number;
  /** What the adversarial trainings made of it. */
  readonly after: Pick<PerTraining<Purification>, 'robust' | 'linf'>;
  /** Mean |cos(w', w'_inf)|. */
  readonly betweenTrainings: number;
}

/** What claim C12 looks at. */
export interface LinfMeasures {
  /** Robust accuracies, by training and by norm of the attack. */
  readonly robustness: PerTraining<PerNorm<NormRobustness>>;
  /** Robust accuracies against the radius. */
  readonly curves: PerTraining<PerNorm<Curve>>;
  /** What the neurons carry. */
  readonly features: LinfFeatures;
}

/**
 * Robust accuracy of a network in one norm.
 *
 * @param world - The run.
 * @param params - The network's parameters, for inputs x.
 * @param fresh - Fresh examples.
 * @param norm - The norm; its radius is that of {@link threatIn}.
 * @param loop - Progress and abort.
 * @returns Plain numbers.
 */
export async function measureInNorm(
  { setting, network, data, root }: PaperWorld,
  params: Params,
  fresh: Batch,
  norm: Norm,
  loop: LoopOptions,
): Promise<NormRobustness> {
  const { steps, restarts } = setting.linf;
  const battery = paperBattery({ threat: threatIn(norm, setting), steps, restarts, network, params, data });
  const options = { key: root.child('attack', 'linf'), batchSize: setting.evaluation.batch, ...loop };
  const { clean, accuracy, attack } = await robustAccuracy(classifier(network, params), fresh, battery, options);
  return { robust: accuracy, clean, attack };
}

/**
 * What the two adversarial trainings made of the neurons of w.
 *
 * @param world - The run.
 * @param networks - Parameters for inputs x.
 * @returns Plain numbers.
 */
export function measureLinfFeatures(world: PaperWorld, networks: PerTraining<Params>): LinfFeatures {
  const { wStar } = world.data;
  const of = (name: keyof typeof networks) => coefficientsOf(world, networks[name]);
  const alpha = { clean: of('clean'), robust: of('robust'), linf: of('linf') };
  const after = (name: 'robust' | 'linf'): Purification => {
    const decomposition = decompose(alpha.clean, alpha[name]);
    return {
      purified: purifiedShare(decomposition),
      medianCosine: decomposition.summary.cosine.median,
      mixture: massOf(alpha[name], wStar).mixture,
    };
  };
  return {
    mixtureBefore: massOf(alpha.clean, wStar).mixture,
    after: { robust: after('robust'), linf: after('linf') },
    betweenTrainings: rowCosines(alpha.robust, alpha.linf).size.mean,
  };
}
