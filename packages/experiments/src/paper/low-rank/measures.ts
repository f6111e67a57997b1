import type { AtRank, ComparedAccuracies } from '../../shared/low-rank.ts';

/** The singular values of a matrix and what they come to. */
export interface MatrixSpectrum {
  /** Singular values, largest first. */
  readonly values: readonly number[];
  /** Exponential of the entropy of their shares. */
  readonly effectiveRank: number;
  /** Square of the matrix over the square of the largest. */
  readonly stableRank: number;
}

/** What becomes of the update w' - w when it is cut to some rank. */
export interface UpdateMeasures {
  /** Its spectrum. */
  readonly spectrum: MatrixSpectrum;
  /** |cos| of its first right singular vector, the direction of inputs that it changes most, with the dense mixture. */
  readonly alongMixture: number;
  /** w alone. */
  readonly without: ComparedAccuracies;
  /** w with the update cut to a rank, ranks ascending; the last is all of it, w'. */
  readonly truncated: readonly AtRank[];
}

/** What claim C13 looks at. */
export interface LowRankMeasures {
  /** The update w' - w. */
  readonly update: UpdateMeasures;
  /** Spectrum of w - w0. */
  readonly cleanChange: MatrixSpectrum;
  /** Spectrum of w. */
  readonly clean: MatrixSpectrum;
  /** Adversarial training of an update of low rank, ranks ascending. */
  readonly trained: readonly AtRank[];
  /** The same with as many parameters in a random subspace. */
  readonly random: readonly AtRank[];
  /** Adversarial training of all weights for the same number of steps. */
  readonly full: ComparedAccuracies;
}
