import type { Proportion } from '@advml/metrics';
import type { Curve } from '../../shared/curve.ts';
import type { PerNetwork } from '../networks.ts';

/** How many of some fresh examples of one network are proved robust, or not. */
export interface CertifiedSlice {
  /** The certifier. */
  readonly certifier: string;
  /** The attack on those that are not proved. */
  readonly attack: string;
  /** Examples that are proved right under every perturbation of size tau. */
  readonly certified: number;
  /** Examples that are not, and that the battery breaks. */
  readonly broken: number;
  /** Examples that only an input breaks which the search for a proof came upon. */
  readonly brokenByProof: number;
  /** Examples of the slice. */
  readonly examples: number;
}

/** What is proved of one network, of all fresh examples. */
export interface Certified {
  /** The certifier. */
  readonly certifier: string;
  /** The attack on those that are not proved. */
  readonly attack: string;
  /** Share that is proved right under every perturbation of size tau. */
  readonly certified: Proportion;
  /** Share that is neither proved nor broken. */
  readonly undecided: Proportion;
  /** Share that is not broken, by the battery or on the way to a proof. */
  readonly notBroken: Proportion;
  /** The largest singular value of the weights. */
  readonly spectralNorm: number;
}

/** Share that is proved robust, at one radius. */
export interface CertifiedPoint {
  /** Radius in input units. */
  readonly eps: number;
  /** Share with its interval. */
  readonly certified: Proportion;
}

/** What claims C17 to C20 look at. */
export interface CertificationMeasures {
  /** Of w and w'. */
  readonly certified: Pick<PerNetwork<Certified>, 'clean' | 'robust'>;
  /** Certified accuracy of w' against the radius. */
  readonly curve: readonly CertifiedPoint[];
  /** What attacks left of the same examples at the same radii. */
  readonly attacked: Curve['points'];
}
