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
export { withFixed } from './with-fixed.ts';
// Networks out of files
export { type NetworkOfOptions, networkOf } from './described/network-of.ts';
// Weights of PyTorch
export type { Flattening } from './torch/layout.ts';
export {
  type FromStateDictOptions,
  fromStateDict,
  type StateDictEntry,
  type ToStateDictOptions,
  toStateDict,
} from './torch/state-dict.ts';
// Networks for images
export { type CnnOptions, cnn } from './cnn.ts';
export { type ResnetOptions, resnet } from './resnet.ts';
// Layers, and networks made of them
export type { Layer, LayerDescription, LayerParameter, LayerPart } from './layers/layer.ts';
export { type LayeredNetwork, type LayeredNetworkOptions, layeredNetwork } from './layers/layered-network.ts';
export { sequential } from './layers/sequential.ts';
export { type ResidualOptions, residual } from './layers/residual.ts';
export { type ConvolutionOptions, convolution } from './layers/convolution.ts';
export { type DenseOptions, dense } from './layers/dense.ts';
export { type BatchNormalizationOptions, batchNormalization } from './layers/batch-normalization.ts';
export { type GroupNormalizationOptions, groupNormalization } from './layers/group-normalization.ts';
export type { NormKind } from './layers/normalization.ts';
export { activation } from './layers/activation.ts';
export { type PiecewiseLinearActivation, piecewiseLinear } from './layers/piecewise-linear.ts';
export { averagePooling, globalAveragePooling, maxPooling, type PoolingOptions } from './layers/pooling.ts';
export type { Padding } from './layers/window.ts';
export { flatten } from './layers/flatten.ts';
export { glorot, he, type Initial, lecun } from './layers/initial.ts';
export { outputOfLayer } from './output-of-layer.ts';
export { type LayerSummary, type NetworkSummary, summary } from './summary.ts';
// The network of feature purification
export { symmetricRidges } from './ridge-sum.ts';
export { smoothedRelu } from './smoothed-relu.ts';
export { symmetricScores } from './symmetric-scores.ts';
export { type SymmetricTwoLayer, type SymmetricTwoLayerOptions, symmetricTwoLayer } from './symmetric-two-layer.ts';
