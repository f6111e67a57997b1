import type { Network } from '@advml/core';

/** A network with features that training leaves as they were drawn. */
export interface FeatureModel extends Network {
  /** Names of the parameters that make the features, for `freeze` of an optimizer or for {@link withFixed}. */
  readonly fixed: readonly string[];
}
