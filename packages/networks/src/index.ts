/**
 * Networks as pairs of pure functions, `init` and `apply`.
 *
 * @packageDocumentation
 */

// Low-rank updates of any network
export type { UpdatedNetwork, UpdateOptions } from './factored.ts';
export { type LowRankOptions, lowRank } from './low-rank.ts';
export { type DirectionsOptions, randomDirections, randomSubspace } from './random-subspace.ts';
// Multi-layer perceptrons
export { type MlpOptions, mlp } from './mlp.ts';
// Models of low complexity
export type { FeatureModel } from './feature-model.ts';
export { type LazyOptions, lazy } from './lazy.ts';
export { type PolynomialOptions, polynomial } from './polynomial.ts';
export { type RandomFeaturesOptions, randomFeatures } from './random-features.ts';
export { type Tangent, tangent } from './tangent.ts';
// Networks made of others
export { holding } from './holding.ts';
// The network of feature purification
export { ridgeScores, symmetricRidges } from './ridge-sum.ts';
export { smoothedRelu } from './smoothed-relu.ts';
export { symmetricScores } from './symmetric-scores.ts';
export { type SymmetricTwoLayer, type SymmetricTwoLayerOptions, symmetricTwoLayer } from './symmetric-two-layer.ts';
