/**
 * Examples: data models with known ground truth, noise, image files, and batches of them.
 *
 * @packageDocumentation
 */

// Models: laws of examples that never run out
export type { ColourDeviations } from './colour/background.ts';
export type { ColourFeature, ColourFeatures } from './colour/features.ts';
export { type ColourBatch, type ColourImages, type ColourImagesOptions, colourImages } from './colour-images.ts';
export {
  type ClusteredBatch,
  type ClusteredData,
  type ClusteredDataOptions,
  clusteredData,
} from './clustered-data.ts';
export type { DataModel } from './data-model.ts';
export { type GaussianMixture, type GaussianMixtureOptions, gaussianMixture } from './gaussian-mixture.ts';
export { type GaussianNoise, type NoiseDataOptions, noiseData, type UniformNoise } from './noise-data.ts';
export {
  type PatchBatch,
  type PatchData,
  type PatchDataOptions,
  type PatchFeature,
  patchData,
} from './patch-data.ts';
export {
  type Frame,
  type SparseBatch,
  type SparseCodingModel,
  type SparseCodingOptions,
  sparseCoding,
} from './sparse-coding.ts';
export type { DictionaryChoice } from './dictionary.ts';
export type { SparseCodes } from './sparse-codes.ts';
// Sets: fixed, numbered examples
export { type ExampleSet, examplesOf, modelExamples } from './example-set.ts';
export { balancedSplit, type Split } from './balanced-split.ts';
export { labelsOf } from './labels-of.ts';
export { subset } from './subset.ts';
// Sets out of arrays and files
export { type ArrayExamplesOptions, arrayExamples, type NumberArray } from './array-examples.ts';
export { type Cifar100Options, cifar10Examples, cifar100Examples } from './cifar.ts';
export { cifar10Classes, cifar100Classes } from './cifar-classes.ts';
export { type IdxArray, readIdx } from './idx.ts';
export { type IdxFileOptions, readIdxFile } from './idx-file.ts';
export { examplesFromIdx, type IdxExamplesOptions, idxExamples } from './idx-examples.ts';
export type { LabelKind } from './labels.ts';
// Batches for training
export { type FixedBatchesOptions, fixedBatches } from './fixed-batches.ts';
export { freshBatches } from './fresh-batches.ts';
// Augmentation: random changes of inputs that keep their classes
export { type AddNoiseOptions, addNoise } from './add-noise.ts';
export { type Augmentation, augmented, inTurn } from './augmentation.ts';
export { type HorizontalFlipOptions, horizontalFlip } from './horizontal-flip.ts';
export { type ShiftOptions, shift } from './shift.ts';
