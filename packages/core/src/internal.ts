/**
 * What only the packages of advml share: checks of what users give, and small steps that several of them take. It may change with
 * any version.
 *
 * @packageDocumentation
 */

// Checks of what users give
export { described } from './described.ts';
export { durationText } from './duration-text.ts';
export { type OptionNames, requireOptions } from './options.ts';
export {
  requireFinite,
  requireInnerShare,
  requireInteger,
  requireNonNegative,
  requireNumbers,
  requirePair,
  requirePositive,
  requireShape,
  requireShare,
} from './require.ts';
export { attackOn, certifierOn } from './on-threat.ts';
export { requireAttack } from './require-attack.ts';
export { requireCertificates } from './require-certificates.ts';
export { requireExamples } from './require-examples.ts';
export { requireFunction } from './require-function.ts';
export { requireGradients } from './require-gradients.ts';
export { requireLoss } from './require-loss.ts';
export { requireNames } from './require-names.ts';
export { requireNetwork } from './require-network.ts';
export { requireOptimizer } from './require-optimizer.ts';
export { requireTensor } from './require-tensor.ts';
export { requireBox, requireInBox } from './box.ts';
export { requireKey } from './key.ts';
export { requireLabels } from './labels.ts';
export { requireMask } from './mask.ts';
export { requireSameTree } from './params.ts';
export { forBatch, LARGEST_SIZE, requireThreat } from './threat.ts';
// What attacks and those who run them share
export { intoBox } from './box.ts';
export { averagedRidges } from './averaged-ridges.ts';
export { outputOf } from './output-of.ts';
export { ask } from './ask.ts';
export { type Dialogue, isPromise, now, run, settled, unlessSpent } from './dialogue.ts';
export { firstOffMask } from './perturbation.ts';
export { alongRows } from './rows.ts';
export { namedLoss } from './named-loss.ts';
export { scheduleOf } from './schedule-of.ts';
export { signOf } from './sign-of.ts';
export { requireStrictNorm } from './require-strict-norm.ts';
export { sizeAtMost } from './size-at-most.ts';
// Steps that bounds go through, for those who make them
export { denseStep, gainStep, positiveStep, reshapeStep } from './steps/affine-steps.ts';
export { type ConvolutionParts, convolutionStep } from './steps/convolution-step.ts';
export { followed } from './steps/followed.ts';
export { linearMap } from './steps/linear-maps.ts';
// What writers and readers of weights share
export { floatsOf } from './floats-of.ts';
export { NETWORK_METADATA } from './network-metadata.ts';
// What optimizers and training share
export { ADAM, adamDirection, adamMean } from './adam.ts';
export { gradientPass } from './gradient-pass.ts';
export { lossOf } from './loss-of.ts';
export { nest, subtree } from './nest.ts';
// Kernels that @advml/wasm brings
export { type ExtraKernels, hasExtraKernel, runExtraKernel } from './extra-kernels.ts';
// Long loops, and numbers
export { binomialLowerLimit, binomialTest } from './statistics/binomial.ts';
export { betaQuantile, incompleteBeta } from './statistics/incomplete-beta.ts';
export { logGamma } from './statistics/log-gamma.ts';
export { normalQuantile } from './normal-quantile.ts';
export { type Pace, paceOf } from './pace.ts';
export { type Pacer, pacer } from './pacer.ts';
export { risingRoot } from './roots.ts';
export { yieldToEventLoop } from './progress.ts';
// Matrices in double precision
export { addProduct, byRows, type Strided, transposeOf } from './matrices/add-product.ts';
export { gramOfRows, rowProducts } from './matrices/row-products.ts';
export { type SymmetricEigen, symmetricEigen } from './matrices/symmetric-eigen.ts';
export { transposed } from './matrices/transposed.ts';
