/**
 * Runs kept in folders of a disk, and worker threads for them; Node only, so that the main entry also loads in a page.
 *
 * @packageDocumentation
 */
export { diskStore } from './run/disk-store.ts';
export { received, type SentError, sendable } from './run/threads/messages.ts';
export { type StageWorkers, type StageWorkersOptions, stageWorkers } from './run/threads/stage-workers.ts';
