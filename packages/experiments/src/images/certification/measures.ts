import type { EvaluationPoint } from '@advml/metrics';
import type { NetworkName, Norm } from '../networks.ts';

/** What is proved of one network in one norm, and what attacks left. */
export interface Certified {
  /** The network. */
  readonly network: NetworkName;
  /** The norm. */
  readonly norm: Norm;
  /** Both shares at each radius, in ascending order. */
  readonly points: readonly EvaluationPoint[];
}

/** A network that bounds cannot go through. */
export interface Refused {
  /** The network. */
  readonly network: NetworkName;
  /** The norm. */
  readonly norm: Norm;
  /** Why not. */
  readonly refused: string;
}

/** What is proved of w in each norm, and of each w' in its own. */
export type CertificationMeasures = readonly (Certified | Refused)[];

/**
 * Those of which something was measured.
 *
 * @param measures - All.
 * @returns Without networks that bounds cannot go through.
 */
export const provedOf = (measures: CertificationMeasures): readonly Certified[] =>
  measures.filter((one): one is Certified => 'points' in one);
