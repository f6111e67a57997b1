/** Ranges of some numbers. */
export interface Region {
  /** Least values. */
  readonly low: Float64Array;
  /** Largest values. */
  readonly high: Float64Array;
}

/** Multipliers of the dual. */
export interface Multipliers {
  /** Of the moves, one a neuron, [m]. */
  readonly g: Float64Array;
  /** Of their squares, > 0: times its share, the curvature of a neuron. */
  readonly lambda: number;
}

/** An example under proof, at its pre-activations turned so that its label is positive. */
export interface JointExample {
  /** $`y W x`$, [m]. */
  readonly u: Float64Array;
  /** How far its neurons may move, [m]. */
  readonly moves: Region;
  /** Radius of an l2 ball that holds all perturbations, in input units. */
  readonly radius: number;
  /** Radius of the ball in the computed basis, which may be a little longer than 1. */
  readonly reach: number;
  /** Bound of the rounding of all of u together, in its units. */
  readonly roundings: number;
}

/** How far the search for a proof has come with one example, or with a part of its ball; all but these changes. */
export interface JointSearch {
  readonly example: JointExample;
  /** The part: ranges of the perturbation's coordinates in the basis of the spectrum, [d]. */
  readonly region: Region;
  /** The value of the network at the example itself. */
  readonly clean: number;
  /** The multipliers of the next evaluation. */
  multipliers: Multipliers;
  /** The largest value of the dual so far, in single precision: what is to be verified. */
  value: number;
  /** Its multipliers. */
  best: Multipliers;
  /** That of the ball at them. */
  mu: number;
  /** The largest value of the dual that is verified; minus infinity before any is. */
  bound: number;
  /** The smallest value of the network met so far inside the ball. */
  reached: number;
  /** The perturbation that gave it, in the basis of the spectrum, [d]. */
  at?: Float64Array;
}
