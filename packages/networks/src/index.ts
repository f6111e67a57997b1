/**
 * Networks as pairs of pure functions, `init` and `apply`.
 *
 * @packageDocumentation
 */

// Multi-layer perceptrons
export { type MlpOptions, mlp } from './mlp.ts';
// The network of feature purification
export { ridgeScores, symmetricRidges } from './ridge-sum.ts';
export { smoothedRelu } from './smoothed-relu.ts';
export { symmetricScores } from './symmetric-scores.ts';
export { type SymmetricTwoLayer, type SymmetricTwoLayerOptions, symmetricTwoLayer } from './symmetric-two-layer.ts';
