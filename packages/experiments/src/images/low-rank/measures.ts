import type { ComparedAccuracies } from '../../shared/low-rank.ts';

/** Accuracies of a network whose weights differ from w by updates whose rank is a share of each layer's full one. */
export interface AtShare extends ComparedAccuracies {
  /** The share. */
  readonly share: number;
}

/** What the update w' - w is in one layer. */
export interface LayerUpdate {
  /** Name of the weight. */
  readonly name: string;
  /** Its smaller side: the largest rank there can be. */
  readonly side: number;
  /** Singular values, largest first. */
  readonly values: readonly number[];
  /** Exponential of the entropy of their shares. */
  readonly effectiveRank: number;
  /** Square of the update over the square of the largest. */
  readonly stableRank: number;
  /** Size of the update over the size of w. */
  readonly size: number;
  /** w' with the update of this layer alone cut to a share of its rank, ascending, from none on. */
  readonly truncated: readonly AtShare[];
}

/** What claim C13 looks at. */
export interface LowRankMeasures {
  /** w alone. */
  readonly without: ComparedAccuracies;
  /** w'. */
  readonly whole: ComparedAccuracies;
  /** w with the update of all layers cut to a share of their ranks, ascending. */
  readonly truncated: readonly AtShare[];
  /** Layer by layer. */
  readonly layers: readonly LayerUpdate[];
  /** Adversarial training of updates of low rank, shares ascending. */
  readonly trained: readonly AtShare[];
  /** Adversarial training of all weights for the same number of steps. */
  readonly full: ComparedAccuracies;
}
