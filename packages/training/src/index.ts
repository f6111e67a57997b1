/**
 * A training loop that resumes to the same bits, and what it may minimise.
 *
 * @packageDocumentation
 */

// The loop
export { fit } from './fit.ts';
export type { Checkpoint, FitOptions } from './fit-options.ts';
export { every, type OnStep, type StepReport } from './report.ts';
export { DivergedError } from './diverged-error.ts';

// What is minimised
export type { Objective, ObjectiveContext, ObjectiveResult } from './objective.ts';
export { type CleanObjectiveOptions, cleanObjective } from './clean-objective.ts';
export { type AdversarialObjectiveOptions, adversarialObjective } from './adversarial-objective.ts';

// State of a run, to be kept or saved
export { cloneState, disposeState, type TrainingState } from './state.ts';
export { stateFromArrays, stateToArrays } from './state-arrays.ts';
