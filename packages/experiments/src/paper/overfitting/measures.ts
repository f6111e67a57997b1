import type { Proportion } from '@advml/metrics';
import type { Masking } from '../../shared/masking.ts';
import type { Robustness } from '../purification/measures.ts';

/** What came out of a variant. */
export interface VariantResult {
  /** What is different, such as `m = 768`. */
  readonly name: string;
  /** Clean accuracy of the clean-trained network. */
  readonly clean: Proportion;
  /** Its robust accuracy at tau, under the paper's battery. */
  readonly robust: Proportion;
  /** The battery. */
  readonly attack: string;
  /** Robust accuracy on as many examples of the training set, where that set is fixed. */
  readonly robustOnTraining?: Proportion;
  /** Signs that it hides its gradient; runs of earlier versions have none. */
  readonly masking?: Masking;
}

/** Clean trainings with other data, widths and regularizers, and the attack that judged them. */
export interface Overfitting {
  /** The attack. */
  readonly attack: string;
  /** One result a variant. */
  readonly variants: readonly VariantResult[];
}

/** What claim C9 looks at. */
export interface OverfittingMeasures {
  /** Accuracies of w. */
  readonly clean: Robustness;
  /** Accuracies of w'. */
  readonly robust: Robustness;
  /** Clean trainings with other data, widths and regularizers. */
  readonly overfitting: Overfitting;
}
