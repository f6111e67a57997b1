/**
 * The experiments that ship, for the engine of `@advml/runs`: the feature-purification pipeline and its claims, purification on
 * images, and known features in patches and clusters.
 *
 * @packageDocumentation
 */

// The catalogue
export { experimentNamed, experiments } from './catalogue.ts';

// The paper's pipeline, in parts
export { paper, paperClaims, paperSetting } from './paper/paper.ts';
export type { PaperSetting } from './paper/setting.ts';
export type { PerNetwork } from './paper/networks.ts';
export type { NeuronMass } from './paper/neurons.ts';
export type {
  FeatureMeasures,
  FeaturePictures,
  PaperMeasures,
  Perturbations,
  PicturePanel,
  Robustness,
  SummaryWithInterval,
} from './paper/purification/measures.ts';
export type { Overfitting, OverfittingMeasures, VariantResult } from './paper/overfitting/measures.ts';
export type {
  CertificationMeasures,
  Certified,
  CertifiedPoint,
  CertifiedWithCurve,
} from './paper/certification/measures.ts';
export type {
  LinfFeatures,
  LinfMeasures,
  NormRobustness,
  PerNorm,
  PerTraining,
  Purification,
} from './paper/linf/measures.ts';
export type { LowRankMeasures, MatrixSpectrum, UpdateMeasures } from './paper/low-rank/measures.ts';
export type { Cost, Target } from './paper/scaling/measures.ts';
export type { Family, ScalingPoint } from './paper/scaling/family.ts';

// What both experiments measure
export type { Accuracies } from './shared/accuracies.ts';
export type { Curve, CurvePoint } from './shared/curve.ts';
export type { AtRank, ComparedAccuracies } from './shared/low-rank.ts';
export type { Masking } from './shared/masking.ts';
export type { MeanWithInterval } from './shared/mean-of.ts';

// Purification on images
export { imagesCnn } from './images/cnn.ts';
export { imagesMlp } from './images/mlp.ts';
export { imagesResnet } from './images/resnet.ts';
export type { ImagesSetting } from './images/setting.ts';

// Known features in patches and clusters
export { patches } from './patches/patches.ts';
export type { PatchesSetting } from './patches/setting.ts';
