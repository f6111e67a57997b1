/**
 * Runs kept in folders of a disk, worker threads for them, and experiments out of files; Node only, so that the main entry also
 * loads in a page.
 *
 * @packageDocumentation
 */

export { type LoadedExperiment, loadExperiment } from './load-experiment.ts';
export { isPath, type LoadedModule, loadModule } from './load-module.ts';
export { received, type SentError, sendable } from './schedule/threads/messages.ts';
export { type StageWorkers, type StageWorkersOptions, stageWorkers } from './schedule/threads/stage-workers.ts';
export { diskStore } from './store/disk-store.ts';
