/**
 * Training on several threads of Node, which share each batch among them.
 *
 * @packageDocumentation
 */
export { type DataParallel, type DataParallelOptions, dataParallel } from './parallel/data-parallel.ts';
export type { JobFactory, Json, ParallelJob } from './parallel/job.ts';
