import type { Proportion } from '@advml/metrics';
import type { Curve } from '../../shared/curve.ts';

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
  /** Examples that the battery broke. */
  readonly brokenByAttack: number;
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

/** What is proved of the network after adversarial training, also at other radii. */
export interface CertifiedWithCurve extends Certified {
  /** Certified accuracy against the radius, of the examples and at the radii of the attacked curve. */
  readonly curve: readonly CertifiedPoint[];
}

/** What claims C17 to C20 look at. */
export interface CertificationMeasures {
  /** What is proved. */
  readonly certified: {
    /** Of w. */
    readonly clean: Certified;
    /** Of w'. */
    readonly robust: CertifiedWithCurve;
  };
  /** What attacks left of the examples of the curve, at its radii. */
  readonly attacked: Curve['points'];
  /** What the neurons carry. */
  readonly features: {
    /** Their mass, of each network. */
    readonly mass: Readonly<
      Record<
        'clean' | 'robust',
        {
          /** Mean share on the dense mixture. */
          readonly mixture: number;
        }
      >
    >;
  };
}
