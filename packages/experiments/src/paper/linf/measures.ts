import type { StrictNorm } from '@advml/core';
import type { Proportion } from '@advml/metrics';
import type { Accuracies } from '../../shared/accuracies.ts';
import type { Curve } from '../../shared/curve.ts';
import type { Masking } from '../../shared/masking.ts';

/** A value for each training: clean (w), adversarial in l2 (w') and adversarial in l-infinity (w'_inf), both from w. */
export type PerTraining<T> = Readonly<Record<'clean' | 'robust' | 'linf', T>>;

/** A value for each norm that networks are attacked in. */
export type PerNorm<T> = Readonly<Record<StrictNorm['name'], T>>;

/** How a network fares under the battery in one norm. */
export type NormRobustness = Accuracies;

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
  /** Signs that networks hide their gradients, by training and by norm; runs of earlier versions have none. */
  readonly masking?: PerTraining<PerNorm<Masking | undefined>>;
  /** What the neurons carry. */
  readonly features: LinfFeatures;
}
