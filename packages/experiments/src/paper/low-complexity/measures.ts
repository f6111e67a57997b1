import type { Proportion } from '@advml/metrics';
import type { CurvePoint } from '../../shared/curve.ts';
import type { Masking } from '../../shared/masking.ts';

/** How a model is trained: on the examples, or on what one-step FGM at tau makes of them. */
export type Training = 'clean' | 'adversarial';

/** What a model of low complexity is. */
export type Kind = 'linear' | 'polynomial' | 'random features' | 'tangent';

/** All kinds. */
export const kinds: readonly Kind[] = ['linear', 'polynomial', 'random features', 'tangent'];

/** What a learning rate came to in its trial. */
export interface Trial {
  /** Adam's peak rate. */
  readonly rate: number;
  /** Share of other fresh examples that are classified correctly. */
  readonly clean: number;
  /** Share that a short PGD does not break. */
  readonly robust: number;
}

/** How robust a model is. */
export interface Withstood {
  /** Share of fresh examples that are classified correctly. */
  readonly clean: Proportion;
  /** Share that the attack does not break at tau. */
  readonly robust: Proportion;
  /** The attack. */
  readonly attack: string;
  /** Signs that the model hides its gradient; none where no attack was needed, and in runs of earlier versions. */
  readonly masking?: Masking;
  /** Robust accuracy against the radius. */
  readonly curve: readonly CurvePoint[];
  /** The radius up to which at least 90% stay correct, by straight lines between the points of the curve; input units. */
  readonly radius: number;
}

/** A model after a training. */
export interface LowComplexityResult extends Withstood {
  /** What it is. */
  readonly model: string;
  /** How it was trained. */
  readonly training: Training;
  /** Its learning rate. */
  readonly rate: number;
  /** The rates that were tried. */
  readonly trials: readonly Trial[];
}

/** A model of low complexity after a training. */
export interface ModelResult extends LowComplexityResult {
  /** What it is an example of. */
  readonly kind: Kind;
}

/** A model that is told the features and not trained. */
export interface ToldResult extends Withstood {
  /** What it is. */
  readonly model: string;
  /** k. */
  readonly active: number;
  /** d. */
  readonly dimension: number;
  /** Radius of the attack. */
  readonly tau: number;
}

/** What claim C10 looks at. */
export interface LowComplexityMeasures {
  /** Models of low complexity after each training. */
  readonly models: readonly ModelResult[];
  /** Models that are told the features, k ascending. */
  readonly told: readonly ToldResult[];
  /** The network itself after each training, under the same attack. */
  readonly network: readonly LowComplexityResult[];
}
