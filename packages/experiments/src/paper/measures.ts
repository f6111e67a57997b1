import type { FeatureMeasures } from './features.ts';
import type { FeaturePictures } from './pictures.ts';
import type { Curve, Perturbations, Robustness } from './robustness.ts';

/** A number for each of the networks that a run makes: at initialization, after clean and after adversarial training. */
export interface PerNetwork<T> {
  /** w0. */
  readonly init: T;
  /** w. */
  readonly clean: T;
  /** w'. */
  readonly robust: T;
}

/** What claims C1 to C8 look at; each member is a file in `measures/`. */
export interface PaperMeasures {
  /** Accuracies of w. */
  readonly clean: Robustness;
  /** Accuracies of w'. */
  readonly robust: Robustness;
  /** Robust accuracy against the radius. */
  readonly curves: PerNetwork<Curve>;
  /** What PGD finds, for w and w'. */
  readonly perturbations: Pick<PerNetwork<Perturbations>, 'clean' | 'robust'>;
  /** What the neurons carry. */
  readonly features: FeatureMeasures;
  /** A part of the coefficient matrices. */
  readonly pictures: FeaturePictures;
}
