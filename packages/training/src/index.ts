/**
 * A training loop that resumes to the same bits, and what it may minimize.
 *
 * @packageDocumentation
 */

// The loop
export { fit } from './fit.ts';
export type { Checkpoint, FitOptions } from './fit-options.ts';
export { every, type OnStep, type StepReport } from './report.ts';
export { DivergedError } from './diverged-error.ts';
export { type OverfittingCheckOptions, type OverfittingReport, overfittingCheck } from './overfitting-check.ts';
export { CatastrophicOverfittingError } from './catastrophic-overfitting-error.ts';

// What is minimized
export type { Objective, ObjectiveContext, ObjectiveResult } from './objective.ts';
export { type CleanObjectiveOptions, cleanObjective } from './clean-objective.ts';
export { type AdversarialObjectiveOptions, adversarialObjective } from './adversarial-objective.ts';
export { type MixedObjectiveOptions, mixedObjective } from './mixed-objective.ts';
export {
  type PartlyAdversarialObjectiveOptions,
  partlyAdversarialObjective,
} from './partly-adversarial-objective.ts';
export { type TradesObjectiveOptions, tradesObjective } from './trades-objective.ts';
export { type CertifiedObjectiveOptions, certifiedObjective } from './certified-objective.ts';
export { type MartObjectiveOptions, martObjective } from './mart-objective.ts';
export { type FreeObjectiveOptions, freeObjective } from './free-objective.ts';
export { replayBatches } from './replay-batches.ts';
export { type AwpObjectiveOptions, awpObjective } from './awp-objective.ts';

// What they are made of
export type { InnerAttackOptions } from './inner-attack.ts';
export { klDivergence } from './kl-divergence.ts';
export { type MinMax, type MinMaxObjective, minMaxObjective } from './min-max.ts';

// State of a run, to be kept or saved
export { cloneState, disposeState, type TrainingState } from './state.ts';
export { stateFromArrays, stateToArrays } from './state-arrays.ts';
