import type { Summary } from '@advml/core';
import type { Proportion } from '@advml/metrics';

/** What the filters of one network are made of. */
export interface FilterMass {
  /** Share of the squares of all filters that lies in the span of the robust features. */
  readonly robust: number;
  /** The same of the non-robust features. */
  readonly nonRobust: number;
  /** Share of filters whose largest product is with a robust feature, those that are zero aside. */
  readonly led: Proportion;
  /** Cosine of every filter with every feature, robust ones first, [filters, 2 k] one after the other, in a common order of the filters. */
  readonly cosines: readonly number[];
}

/** How near the filters of w are to those of another network. */
export interface FilterCosines {
  /** Cosine with the filter of the same place. */
  readonly own: Summary;
  /** Median of |v| / |beta w'| where w = beta w' + v: near 0 where nothing was trained. */
  readonly ratio: number;
  /** Share of the larger half of the other network's filters with a cosine above 0.707: small ones hardly move and do little. */
  readonly purified: Proportion;
  /** The same share of all filters; those that are zero count as below. */
  readonly ofAll: Proportion;
  /** Share of the squares of all filters that the larger half has. */
  readonly square: number;
}

/** What claims P7 to P10 look at. */
export interface FiltersMeasures {
  /** Number of filters. */
  readonly filters: number;
  /** Number of features of a kind. */
  readonly features: number;
  /** Share of a random vector's square in the span of the features of a kind. */
  readonly random: number;
  /** w0, w, w', and the network that was trained adversarially from w0. */
  readonly mass: Readonly<Record<FilterNetwork, FilterMass>>;
  /** w beside w', and beside the network that was trained adversarially from w0. */
  readonly cosines: Readonly<Record<'robust' | 'scratch', FilterCosines>>;
}

/** The networks whose filters differ: freezing them changes none. */
export const filterNetworks = ['init', 'clean', 'robust', 'scratch'] as const;

/** One of them. */
export type FilterNetwork = (typeof filterNetworks)[number];
