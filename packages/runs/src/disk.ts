/**
 * Runs kept in folders of a disk, worker threads for them, sweeps of many runs, and experiments out of files; Node only, so that the
 * main entry also loads in a page.
 *
 * @packageDocumentation
 */

export { type LoadedExperiment, loadExperiment } from './load-experiment.ts';
export { type FoundModule, findModule, isPath, type LoadedModule, loadModule } from './load-module.ts';
export { received, type SentError, sendable } from './schedule/threads/messages.ts';
export { type StageWorkers, type StageWorkersOptions, stageWorkers } from './schedule/threads/stage-workers.ts';
export { diskStore } from './store/disk-store.ts';
export { clearPlace, performAttempt } from './sweep/attempts.ts';
export type { SweepContext, SweepEngine, SweepJob } from './sweep/engine.ts';
// Sweeps
export type { GridSide } from './sweep/grid-side.ts';
export { type PlannedRun, planSweep, type SweepPlan, type SweptExperiment } from './sweep/plan.ts';
export {
  type ChildProcesses,
  type ChildProcessesOptions,
  childProcesses,
} from './sweep/processes/child-processes.ts';
export { readSweep, type SweepRecord } from './sweep/record.ts';
export { parseSweep, type SweepRequest } from './sweep/request.ts';
export {
  groupsOf,
  keysBesideSeed,
  placeText,
  requireKeys,
  type SweepGroup,
  valueOfRow,
} from './sweep/results/groups.ts';
export { type SweepResults, type SweepRow, sweepResults } from './sweep/results/rows.ts';
export { type SweepCell, type SweepColumn, sweepColumns, sweepCsv } from './sweep/results/table.ts';
export { isFinished } from './sweep/run-folder.ts';
export { valueText } from './sweep/run-name.ts';
export { runSweep, type SweepEvent, type SweepOptions, type SweepOutcome } from './sweep/run-sweep.ts';
export type { HalvingRequest, SearchRange, SearchRequest, SearchSide } from './sweep/search/request.ts';
export { type HalvingOutcome, runHalving, type Standing } from './sweep/search/run-halving.ts';
export { type WatchOptions, watchSweep } from './sweep/watch.ts';
