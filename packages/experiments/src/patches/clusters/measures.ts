import type { Proportion } from '@advml/metrics';
import type { Accuracies } from '../../shared/accuracies.ts';
import type { CurvePoint } from '../../shared/curve.ts';

/** How one network on clusters fares. */
export interface OnClusters {
  /** Share that is right without a perturbation. */
  readonly clean: Proportion;
  /** Share that is right after the perturbation of the size that is judged, against the label along the sum of the means. */
  readonly universal: Proportion;
  /** The same against the size of that perturbation. */
  readonly curve: readonly CurvePoint[];
}

/** What claims P11 to P13 look at. */
export interface ClustersMeasures {
  /** Size of the perturbation that is judged, in input units. */
  readonly size: number;
  /** Distance between two means, in input units. */
  readonly distance: number;
  /** The network that was trained. */
  readonly trained: OnClusters;
  /** The network made by hand, also under PGD and APGD of that size. */
  readonly byHand: OnClusters &
    Accuracies & {
      /** Share that is proved to withstand every perturbation of that size. */
      readonly certified: Proportion;
      /** What proved it. */
      readonly certifier: string;
    };
}
