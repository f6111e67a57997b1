/**
 * The shared words of advml: everything two packages must agree on.
 *
 * @packageDocumentation
 */

// Attacks
export type { Attack, AttackOptions, AttackResult, Goal, TargetedGoal } from './attack.ts';
export type { AttackKind, Battery, BatteryMember } from './battery.ts';
// Examples
export type { Batch, BatchSource } from './batch.ts';
// Bad input
export { described } from './described.ts';
export { AbortedError, InputError } from './errors.ts';
export { gradientPass } from './gradient-pass.ts';
export { type InputGradient, inputGradient } from './input-gradient.ts';
// Randomness
export { exampleKeys, type Key, key, requireKey } from './key.ts';
export { normalRows, normalTensor, uniformRows, uniformTensor } from './random-tensor.ts';
export { l1 } from './l1.ts';
export { l2 } from './l2.ts';
export { outputMargins, requireLabels } from './labels.ts';
export { linf } from './linf.ts';
// Losses
export { dlr, scaleFreeMargin, targetedDlr } from './dlr.ts';
export { crossEntropy, type Loss, logistic, margin } from './loss.ts';
export { lossOf } from './loss-of.ts';
// Networks and their parameters
export { type Classifier, classifier, type Mode, type Network, type OutputKind } from './network.ts';
export { matrixNames, matrixShape } from './matrix-shape.ts';
export { nest, subtree } from './nest.ts';
export type { RidgeSum } from './ridge-sum.ts';
export { outputOf } from './output-of.ts';
// Geometry and threats
export { type Box, intoBox, requireInBox } from './box.ts';
export type { Bounds, Norm } from './norm.ts';
export { normalQuantile } from './normal-quantile.ts';
export type { Optimizer, OptimizerStep, Schedule } from './optimizer.ts';
export { applyUpdates, cloneParams, disposeParams, mapParams, type Params, requireSameTree } from './params.ts';
export { trainable } from './trainable.ts';
export { paramsFromArrays, paramsToArrays, type FloatArray, type IntArray, type TensorArray } from './params-arrays.ts';

// Long loops
export { yieldToEventLoop, type LoopOptions, type OnProgress } from './progress.ts';
export { type OptionNames, requireOptions } from './options.ts';
export { requireGradients } from './require-gradients.ts';
export {
  requireFinite,
  requireInteger,
  requireNonNegative,
  requirePositive,
  requireShape,
  requireShare,
} from './require.ts';
export { requireAttack } from './require-attack.ts';
export { requireLoss } from './require-loss.ts';
export { requireNetwork } from './require-network.ts';
export { requireTensor } from './require-tensor.ts';
// Many numbers in brief
export { quantiles } from './quantiles.ts';
export { type Summary, summarize } from './summary.ts';
export { firstOffMask, restrict } from './mask.ts';
export { sizeAtMost } from './size-at-most.ts';
export {
  type BatchThreat,
  ball,
  describeThreat,
  forBatch,
  LARGEST_SIZE,
  perturb,
  projectDelta,
  randomDelta,
  requireThreat,
  type Threat,
  withMask,
} from './threat.ts';
