/**
 * Ways to make inputs wrong within a threat, and ways to combine them.
 *
 * @packageDocumentation
 */

// Inside a ball
export { type ApgdOptions, apgd } from './ascent/apgd.ts';
export { type BimOptions, bim } from './ascent/bim.ts';
export { type DenseMixtureOptions, denseMixture, mixtureStart } from './gradient-free/dense-mixture.ts';
export { type FgmOptions, type FgsmOptions, fgm, fgsm } from './ascent/fgm.ts';
export { type FindUniversalOptions, findUniversal, type UniversalPerturbation } from './ascent/find-universal.ts';
export { type HopSkipJumpOptions, hopSkipJump } from './gradient-free/hop-skip-jump.ts';
export { type MiFgsmOptions, miFgsm } from './ascent/mi-fgsm.ts';
export { type NoiseOptions, noise } from './gradient-free/noise.ts';
export { type PasteOptions, paste } from './gradient-free/paste.ts';
export { type PgdOptions, pgd } from './ascent/pgd.ts';
export { type RidgeSearchOptions, ridgeSearch } from './ascent/ridge-search.ts';
export { type SlideOptions, slide } from './ascent/slide.ts';
export { type SparsePgdOptions, sparsePgd } from './ascent/sparse-pgd.ts';
export { type SquareOptions, square } from './gradient-free/square.ts';
export { type UniversalOptions, universal } from './gradient-free/universal.ts';
// The closest adversarial example
export { type CarliniWagnerOptions, carliniWagner } from './minimal/carlini-wagner.ts';
export { type DdnOptions, ddn } from './minimal/ddn.ts';
export { type DeepFoolOptions, deepFool } from './minimal/deepfool.ts';
export { type EadOptions, ead } from './minimal/ead.ts';
export { type FabOptions, fab } from './minimal/fab.ts';
export { type FmnOptions, fmn } from './minimal/fmn.ts';
export type { MinimalDistanceOptions } from './minimal/minimal-distance.ts';
export { type PdpgdOptions, pdpgd } from './minimal/pdpgd.ts';
export { type SigmaZeroOptions, sigmaZero } from './minimal/sigma-zero.ts';
export { smallestEps, type SmallestEpsOptions } from './minimal/smallest-eps.ts';
// Combinations
export { type AutoAttackOptions, autoAttack } from './combine/auto-attack.ts';
export { type BatteryOptions, battery, type PaperBatteryOptions } from './combine/battery.ts';
export { type ExpectationOptions, expectation, type NoisyClassifier } from './combine/expectation.ts';
export { type AdversarialPatch, type FindPatchOptions, findPatch } from './combine/find-patch.ts';
export { type PatchOptions, patch } from './combine/patch.ts';
export { restarts } from './combine/restarts.ts';
export { targetedSweep, type TargetedSweepOptions } from './combine/targeted-sweep.ts';
export { transfer } from './combine/transfer.ts';
export { worstOf } from './combine/worst-of.ts';
