import type { Accuracies } from '../../shared/accuracies.ts';
import type { AtRank } from '../../shared/low-rank.ts';

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
  /** w' with the update of this layer alone cut to a rank, ascending, from none on. */
  readonly truncated: readonly AtRank[];
}

/** What claim C13 looks at. */
export interface LowRankMeasures {
  /** w alone. */
  readonly without: Accuracies;
  /** w'. */
  readonly whole: Accuracies;
  /** w with the update of all layers cut to a rank, ascending. */
  readonly truncated: readonly AtRank[];
  /** Layer by layer. */
  readonly layers: readonly LayerUpdate[];
  /** Adversarial training of updates of low rank, ranks ascending. */
  readonly trained: readonly AtRank[];
  /** Adversarial training of all weights for the same number of steps. */
  readonly full: Accuracies;
}
