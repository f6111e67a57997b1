import type { Trial, Withstood } from '../low-complexity/measures.ts';

/** A network with its output weights, under the attack of this part. */
export interface FrozenResult extends Withstood {
  /** Share of output weights below zero, where there are trained ones: neurons whose features are turned round. */
  readonly negative?: number;
  /** Adam's rate, and those that were tried. */
  readonly rate?: number;
  /** What the rates came to in their trials. */
  readonly trials?: readonly Trial[];
}

/** The neurons of w behind output weights trained adversarially, beside w and w'. */
export type FrozenMeasures = Readonly<Record<'without' | 'frozen' | 'whole', FrozenResult>>;
