/**
 * Proofs that no attack exists: lower bounds of the margin over all perturbations of a threat.
 *
 * @packageDocumentation
 */

// Bounds that take all neurons together
export { type JointBoundOptions, jointBound } from './joint/joint-bound.ts';
export { spectralNorm } from './joint/spectral-norm.ts';
// Randomized smoothing: any model, with high probability
export {
  type CertifySmoothedOptions,
  certifySmoothed,
  type SmoothedCertificates,
} from './smoothing/certify-smoothed.ts';
export type { SmoothingOptions } from './smoothing/options.ts';
export { smoothedPredict } from './smoothing/smoothed-predict.ts';
// Bounds of layered networks
export { type CrownOptions, crown } from './layered/crown.ts';
export { type IntervalBoundOptions, intervalBound } from './layered/interval-bound.ts';
export { type LipschitzBoundOptions, lipschitzBound } from './layered/lipschitz-bound.ts';
export type { LayeredCertifier } from './layered/layered-certifier.ts';
// Exact oracles
export { type ExactBoundOptions, exactBound } from './exact/exact-bound.ts';
// Radii
export { type CertifiedRadiusOptions, certifiedRadius } from './certified-radius.ts';
// Certified training: what the loss is lowered of
export {
  type CrownIntervalOutputsOptions,
  crownIntervalOutputs,
  type IntervalOutputsOptions,
  intervalOutputs,
} from './layered/soft/worst-outputs.ts';
