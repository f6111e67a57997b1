/**
 * Ways to make inputs wrong within a threat, and ways to combine them.
 *
 * @packageDocumentation
 */

// Attacks
export { type ApgdOptions, apgd } from './apgd.ts';
export { type BimOptions, bim } from './bim.ts';
export { type DenseMixtureOptions, denseMixture, mixtureStart } from './dense-mixture.ts';
export { type FgmOptions, type FgsmOptions, fgm, fgsm } from './fgm.ts';
export { type FindUniversalOptions, findUniversal, type UniversalPerturbation } from './find-universal.ts';
export { type HopSkipJumpOptions, hopSkipJump } from './hop-skip-jump.ts';
export { type MomentumOptions, momentum } from './momentum.ts';
export { type NoiseOptions, noise } from './noise.ts';
export { type PgdOptions, pgd } from './pgd.ts';
export { type SlideOptions, slide } from './slide.ts';
export { type SquareOptions, square } from './square.ts';
export { type UniversalOptions, universal } from './universal.ts';
// Minimal distance
export { type CarliniWagnerOptions, carliniWagner } from './carlini-wagner.ts';
export { type DdnOptions, ddn } from './ddn.ts';
export { type DeepFoolOptions, deepFool } from './deepfool.ts';
export { type FabOptions, fab } from './fab.ts';
export { type FmnOptions, fmn } from './fmn.ts';
export type { MinimalDistanceOptions } from './minimal-distance.ts';
export { smallestEps, type SmallestEpsOptions } from './smallest-eps.ts';
// Combinations
export { type BatteryOptions, battery, type PaperBatteryOptions } from './battery.ts';
export { type ExpectationOptions, expectation, type NoisyClassifier } from './expectation.ts';
export { restarts } from './restarts.ts';
export { targetedSweep } from './targeted-sweep.ts';
export { transfer } from './transfer.ts';
export { worstOf } from './worst-of.ts';
// Parts to build an attack from
export { requireBudget } from './budget.ts';
export { graded } from './graded.ts';
export { gramAscent } from './gram-ascent.ts';
export { type Ascent, type AscentPlan, projectedAscent } from './projected-ascent.ts';
export { type Found, meetsGoal, progress, raised, type Search, type SearchTask, takeTask } from './search.ts';
export { gaussianStart } from './gaussian-start.ts';
export { type Start, type StartFunction, startDelta } from './start.ts';
export { type Slope, type SlopeOptions, slope } from './slope.ts';
export { advance, type Step, type StepRule, type Uphill, type UphillOptions, uphill } from './uphill.ts';
export { type Candidates, type WorstCase, worstCase } from './worst-case.ts';
