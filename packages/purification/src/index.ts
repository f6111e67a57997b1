/**
 * What neurons learned: their features, the dense mixtures among them, and what adversarial training changes.
 *
 * @packageDocumentation
 */

// Before against after
export { type BestCosines, bestCosines } from './best-cosines.ts';
export { type Decomposition, decompose } from './decompose.ts';
export { type RandomCosine, randomCosine, randomCosineQuantile } from './random-cosine.ts';
export { type RowCosines, rowCosines } from './row-cosines.ts';

// Layer by layer
export {
  type DecomposeLayersOptions,
  decomposeLayers,
  type LayerControl,
  type LayerCosines,
  type LayerDecomposition,
  type LayersToCompare,
} from './decompose-layers.ts';
export { layerRows, type WeightArray, type Weights } from './layer-rows.ts';

// Rank
export { type SingularVectors, singularValues, singularVectors, truncated } from './singular.ts';
export { energyShare, type Spectrum, spectrum } from './spectrum.ts';

// Images as sums of a few atoms
export { type PrincipalComponents, principalComponents, randomDictionary } from './dictionaries.ts';
export { type ErrorCurvePoint, errorCurve } from './error-curve.ts';
export { type ImagePatches, type ImagePatchesOptions, imagePatches } from './image-patches.ts';
export { type LassoCodes, type LassoOptions, type LassoPathOptions, lasso, lassoPath } from './lasso.ts';
export { type MatchingPursuitOptions, matchingPursuit, type Pursuit } from './matching-pursuit.ts';

// Neurons over a dictionary
export { coefficients } from './coefficients.ts';
export { type FeatureMass, type FeatureMassOptions, featureMass } from './feature-mass.ts';
export { type Lottery, type LotteryOptions, lottery } from './lottery.ts';
export { type LotteryWinners, lotteryWinners } from './lottery-winners.ts';

// The attacker's direction
export { type Alignment, type AlignmentOptions, alignment } from './alignment.ts';

// Pictures of what counts
export { type GradientMapsOptions, gradientMaps, ownLogit } from './gradient-maps.ts';
export { neuron } from './neuron.ts';
export { type Visualization, type VisualizeOptions, visualize } from './visualize.ts';

// Forms of input
export type { Matrix, MatrixLike, VectorLike } from './matrix.ts';
