/**
 * Described, seeded, resumable experiments: the feature-purification pipeline, its claims and its report.
 *
 * @packageDocumentation
 */

// Running
export { reportRun, resumeRun, type RunOptions, type RunRequest, startRun } from './run/run.ts';
export { experimentNamed, experiments, presetOf } from './experiments.ts';
export type { Experiment, Figure, SeedRun } from './run/experiment.ts';
export type { Subject } from './run/subject.ts';
export { type TrainedSubject, trainedSubject } from './run/trained-subject.ts';
export type { StageRunner } from './run/stage-runner.ts';
export type {
  ClaimEvent,
  EventPlace,
  MetricEvent,
  MetricRecord,
  NoteEvent,
  OnRunEvent,
  PlanEvent,
  ProgressEvent,
  RunEvent,
  StageEvent,
} from './run/events.ts';

// Errors of the parts that a caller may want to tell apart
export { FormatError } from '@advml/formats';
export { DivergedError } from '@advml/training';

// What a run leaves
export { numberOf, shortNumber } from './report/numbers.ts';
export type { Claim } from './claim.ts';
export type { ClaimRule, Finding } from './parts/claim-rule.ts';
export { type Cell, cellText, type Measured, type Table } from './report/table.ts';
export { memoryStore, type RunStore } from './run/store.ts';
export { readRunRecord, type RunRecord } from './run/run-record.ts';
export type { Stage, StageContext } from './run/stages.ts';

// Settings
export { type Overrides, parseAssignment, parseSetting, type SettingRow, settingRows } from './run/settings.ts';
export { type ClaimName, claimNames, type PaperSetting, paperSetting } from './paper/setting.ts';

// The paper's pipeline, in parts
export { paper } from './paper/paper.ts';
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
