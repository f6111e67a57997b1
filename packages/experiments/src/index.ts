/**
 * The experiments that ship, for the engine of `@advml/runs`: the feature-purification pipeline and its claims, and purification on
 * images.
 *
 * @packageDocumentation
 */

// The catalogue
export { experimentNamed, experiments } from './catalogue.ts';

// The paper's pipeline, in parts
export { paper } from './paper/paper.ts';
export { type ClaimName, claimNames, type PaperSetting, paperSetting } from './paper/setting.ts';
export { type BatteryOptions, paperBattery } from './paper/battery.ts';
export { paperClaims } from './paper/parts.ts';
export type { PaperMeasures, PerNetwork } from './paper/measures.ts';
export type { Curve, CurvePoint, Perturbations, Robustness } from './paper/robustness.ts';
export type { FeatureMeasures, MeanWithInterval, NeuronMass } from './paper/features.ts';
export type { FeaturePictures, PicturePanel } from './paper/pictures.ts';
export type { Overfitting, OverfittingMeasures, VariantResult } from './paper/overfitting.ts';
export type {
  LinfFeatures,
  LinfMeasures,
  NormRobustness,
  PerNorm,
  PerTraining,
  Purification,
} from './paper/linf/measures.ts';
export type { Accuracies, AtRank } from './parts/at-rank.ts';
export type { LowRankMeasures, MatrixSpectrum, UpdateMeasures } from './paper/low-rank/measures.ts';
export type { Cost, Target } from './paper/scaling/cost.ts';
export type { Family, ScalingPoint } from './paper/scaling/family.ts';

// Purification on images
export { imagesCnn } from './images/cnn.ts';
export { imagesMlp } from './images/mlp.ts';
export { imagesResnet } from './images/resnet.ts';
export type { ImagesSetting } from './images/setting.ts';
