import type { Moves } from './neuron-minima.ts';

/** Multipliers of the dual. */
export interface Multipliers {
  /** Of the moves, one a neuron, [m]. */
  readonly g: Float64Array;
  /** Of their squares, > 0. */
  readonly lambda: number;
}

/** An example under proof, at its pre-activations turned so that its label is positive. */
export interface JointExample {
  /** $`y W x`$, [m]. */
  readonly u: Float64Array;
  /** How far its neurons may move. */
  readonly moves: Moves;
  /** Radius of an l2 ball that holds all perturbations, in input units. */
  readonly radius: number;
  /** Bound of the rounding of all of u together, in its units. */
  readonly roundings: number;
}

/** How far the search for a proof has come with one example; all but the example changes. */
export interface JointSearch {
  readonly example: JointExample;
  /** The value of the network at the example itself. */
  readonly clean: number;
  /** The multipliers of the next evaluation. */
  multipliers: Multipliers;
  /** The largest value of the dual so far, in single precision: what is to be verified. */
  value: number;
  /** Its multipliers. */
  best: Multipliers;
  /** The largest value of the dual that is verified; minus infinity before any is. */
  bound: number;
  /** The smallest value of the network met so far inside the ball. */
  reached: number;
  /** The perturbation that gave it, in the basis of the spectrum, [d]. */
  at?: Float64Array;
}
