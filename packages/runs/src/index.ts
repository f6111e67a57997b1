/**
 * The engine of runs: described, seeded, staged, resumable experiments that end in claims, tables, figures and a report. It knows no
 * experiment: define your own.
 *
 * @packageDocumentation
 */

// Defining an experiment
export { defineExperiment, type ExperimentDefinition, type SettingsOf } from './define-experiment.ts';
export type { Kept, StageDefinition, StageInput, StageTraining } from './stages/defined-stages.ts';
export type { Experiment, Figure, SeedRun } from './experiment.ts';
export { z } from 'zod';
export { count, fraction, list, nonNegative, positive } from './settings/fields.ts';

// Running
export { type ModuleOptions, type RunOptions, type RunRequest, reportRun, resumeRun, startRun } from './run.ts';
export type { ExperimentSource } from './experiment-source.ts';
export { experimentIn } from './experiment-module.ts';
export { presetOf } from './presets.ts';
export type { StageRunner } from './schedule/stage-runner.ts';
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
} from './events.ts';

// Settings
export type { ChosenClaims } from './settings/claims-field.ts';
export {
  type Overrides,
  parseAssignment,
  parseSetting,
  parseValue,
  type SettingRow,
  settingRows,
} from './settings/settings.ts';

// What a run leaves
export type { Claim } from './claim.ts';
export { numberOf, shortNumber } from './report/numbers.ts';
export { type Cell, cellText, type Measured, type Table, tableOverSeeds } from './table.ts';
export { memoryStore, type RunStore } from './store/store.ts';
export { readRunRecord, type RunRecord } from './store/run-record.ts';
export type { ModuleVersion, RunModule } from './store/run-module.ts';
export { oneOf, type Subject, type SubjectExamples } from './subject/subject.ts';
export { type RunSubject, runSubject, type TrainedSubject, trainedSubject } from './subject/trained-subject.ts';

// Experiments of several parts
export {
  type Choice,
  chosenParts,
  experimentOfParts,
  isChosen,
  type PartsOptions,
} from './parts/experiment-of-parts.ts';
export type { Part, SeedMeasures, SettingFault } from './parts/part.ts';
export { choicesOf, fieldsOf, type SettingOfParts } from './parts/setting-of-parts.ts';
export { type Circumstances, type ClaimRule, type Finding, judgeBy } from './parts/claim-rule.ts';
export { withInterval } from './parts/with-interval.ts';

// Stages
export { neededStages, progressOf, type Stage, type StageContext } from './stages/stages.ts';
export { keptMeasure, measureStage, readMeasure } from './stages/measures.ts';
export { type GivenNetworks, networkStage, type NetworkStageOptions } from './stages/network-stage.ts';
export { keepWeights, keptWeights, type OwnedWeights, type WeightsOptions, weightsStage } from './stages/weights.ts';
export {
  type Phase,
  type Training,
  type TrainingLog,
  trainLogged,
  trainPlainly,
  trainResumably,
} from './stages/train.ts';
export { keptLog } from './stages/log.ts';
export { type Own, owning } from './stages/owning.ts';

// Errors of the parts that a caller may want to tell apart
export { FormatError } from '@advml/formats';
export { DivergedError } from '@advml/training';
export { ExperimentError } from './experiment-error.ts';
