import type { Proportion } from '@advml/metrics';
import type { CurvePoint } from '../../shared/curve.ts';
import type { Masking } from '../../shared/masking.ts';
import type { NetworkName, Norm } from '../networks.ts';

/** Accuracies of one network without an attacker, and under the probe at the first threat. */
export interface Judged {
  /** Share of all test images that are classified correctly. */
  readonly clean: Proportion;
  /** Share of some test images that the probe does not break. */
  readonly probed: Proportion;
  /** The same of as many training images. */
  readonly probedOnTraining: Proportion;
  /** The probe. */
  readonly probe: string;
}

/** Accuracy of one network under the standard battery in one norm. */
export interface Robust {
  /** The network. */
  readonly network: NetworkName;
  /** The norm. */
  readonly norm: Norm;
  /** The radius, in pixel values from 0 to 1. */
  readonly eps: number;
  /** Share of test images that the battery does not break. */
  readonly accuracy: Proportion;
  /** The battery. */
  readonly attack: string;
}

/** Robust accuracy of one network against the radius. */
export interface RadiusCurve {
  /** The network. */
  readonly network: NetworkName;
  /** The norm. */
  readonly norm: Norm;
  /** Points of growing radius. */
  readonly points: readonly CurvePoint[];
}

/** What claims C1 to C3 look at. */
export interface AccuracyMeasures {
  /** The trained networks of the table, without an attacker and under the probe. */
  readonly judged: readonly (Judged & { readonly network: NetworkName })[];
  /** The networks under the standard battery, in each norm. */
  readonly robust: readonly Robust[];
  /** Signs that networks hide their gradients, in each norm; runs of earlier versions have none. */
  readonly masking?: readonly {
    readonly network: NetworkName;
    readonly norm: Norm;
    readonly eps: number;
    readonly found?: Masking;
  }[];
  /** Robust accuracy against the radius, by the probe. */
  readonly curves: readonly RadiusCurve[];
}
