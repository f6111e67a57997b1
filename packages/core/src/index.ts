/**
 * The shared words of advml: everything two packages must agree on.
 *
 * @packageDocumentation
 */

// Keys and random tensors
export { exampleKeys, type Key, key } from './key.ts';
export { normalRows, normalTensor, uniformRows, uniformTensor } from './random-tensor.ts';
// Networks and their parameters
export {
  type Classifier,
  classifier,
  type Json,
  type Mode,
  type Network,
  type NetworkDescription,
  type OutputKind,
  type Shaped,
} from './network.ts';
export type { AnyClassifier, Answer, LaterClassifier } from './later-classifier.ts';
export { networkMetadata } from './network-metadata.ts';
export { trainable } from './trainable.ts';
export { applyUpdates, cloneParams, disposeParams, mapParams, type Params } from './params.ts';
export { type FloatArray, type IntArray, paramsFromArrays, paramsToArrays, type TensorArray } from './params-arrays.ts';
export { matrixNames, matrixShape } from './matrix-shape.ts';
// Networks as steps that bounds go through
export type {
  AffineStep,
  BendStep,
  LinearMap,
  MaxStep,
  NormBlocks,
  PiecewiseLinear,
  Step,
  StepPlace,
  SumStep,
} from './steps/step.ts';
export { ridgeScores } from './ridge-scores.ts';
export type { NearRidges, RidgeSum } from './ridge-sum.ts';
// Labels and losses
export { outputMargins } from './labels.ts';
export { crossEntropy, type Loss, logistic, margin } from './loss.ts';
export { dlr, scaleFreeMargin, targetedDlr } from './dlr.ts';
export { type InputGradient, inputGradient } from './input-gradient.ts';
// Threats: norms, balls, boxes and masks
export type { Bounds, Norm, StrictNorm } from './norm.ts';
export { l0, l1, l2, linf } from './norms.ts';
export type { Box } from './box.ts';
export { type BatchThreat, ball, describeThreat, type Threat, withMask } from './threat.ts';
// Perturbations that a threat allows
export { perturb, projectDelta, randomDelta, restrict } from './perturbation.ts';
// Attacks
export type { Attack, Attacked, AttackOptions, AttackResult, Goal, TargetedGoal } from './attack.ts';
export type { AttackKind, Battery, BatteryMember } from './battery.ts';
// Certificates
export type { Certificates, Certifier, CertifierOptions } from './certifier.ts';
export type { WorstOutputs, WorstOutputsTask } from './worst-outputs.ts';
// Training: batches and optimizers
export type { Batch, BatchSource } from './batch.ts';
export type { Optimizer, OptimizerStep, Schedule } from './optimizer.ts';
// Long loops
export type { LoopOptions, OnProgress } from './progress.ts';
// Many numbers in brief
export { type Summary, summarize } from './summary.ts';
// Errors
export { AbortedError, BudgetSpentError, InputError } from './errors.ts';
