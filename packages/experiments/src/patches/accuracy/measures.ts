import type { Proportion } from '@advml/metrics';
import type { Accuracies } from '../../shared/accuracies.ts';
import type { CurvePoint } from '../../shared/curve.ts';
import type { TrainedName } from '../networks.ts';

/** How one network fares without an attacker, under attack, and under perturbations along known features. */
export interface Judged extends Accuracies {
  /** Share that is right after every perturbation of the radius from a feature of its class to that of another, in the patches that hold it. */
  readonly along: {
    /** The robust features. */
    readonly robust: Proportion;
    /** The others. */
    readonly nonRobust: Proportion;
  };
  /** Robust accuracy against the radius. */
  readonly curve: readonly CurvePoint[];
}

/** What claims P1 to P6 look at. */
export type AccuracyMeasures = Readonly<Record<TrainedName, Judged>>;
