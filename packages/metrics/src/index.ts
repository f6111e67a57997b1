/**
 * Numbers with uncertainty: accuracy with and without attack, curves over the radius, margins, intervals.
 *
 * @packageDocumentation
 */

// Evaluations
export { type EvaluateOptions, evaluate } from './evaluate.ts';
export type {
  AttackSummary,
  CertifiedAccuracy,
  Evaluation,
  EvaluationCost,
  EvaluationPoint,
  ExampleRecord,
} from './evaluation.ts';
export { evaluationTable } from './evaluation-table.ts';
export { type Credibility, type SecondOpinion, secondOpinion } from './second-opinion.ts';
export { type CardSource, type ModelCard, type ModelFacts, modelCard } from './model-card.ts';
export { modelCardText } from './model-card-text.ts';
export type { EvaluationPart } from './evaluation-part.ts';
export type { Share, SharedJob, SharedPart } from './share.ts';
export type { Outcome } from './attack-slice.ts';
export type { Proven } from './certify-slice.ts';
export type { MaskingSign, MaskingWarning } from './masking.ts';
export { cleanAccuracy } from './clean-accuracy.ts';
export { type Margins, margins } from './margins.ts';
export type { AccuracyOptions, AttackedOptions, EvaluationOptions } from './options.ts';
export { optimality } from './optimality.ts';
export { type RobustAccuracy, robustAccuracy } from './robust-accuracy.ts';
export {
  type RobustnessCurve,
  type RobustnessCurveOptions,
  type RobustnessPoint,
  robustnessCurve,
} from './robustness-curve.ts';
export { type TransferMatrix, transferMatrix } from './transfer-matrix.ts';

// Intervals
export { clopperPearson, type Proportion } from './clopper-pearson.ts';
export { type FitPoint, type LinearFit, linearFit, logLogFit } from './linear-fit.ts';
export { type MeanInterval, meanInterval } from './mean-interval.ts';
export { type MedianInterval, medianInterval } from './median-interval.ts';
export { type PairedRatio, pairedRatio } from './paired-ratio.ts';
export { type ProportionDifference, proportionDifference } from './proportion-difference.ts';
export { studentQuantile } from './student-quantile.ts';
