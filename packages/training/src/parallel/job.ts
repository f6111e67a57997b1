import { type Batch, InputError, type Key, type Network } from '@advml/core';
import { described, requireFunction, requireKey, requireNetwork } from '@advml/core/internal';
import type { Objective } from '../objective.ts';

/** What can be written as JSON. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** What every thread makes for itself: all of a training but its parameters, its optimizer and its length. */
export interface ParallelJob {
  /** The network to train. */
  readonly network: Network;
  /** What is minimized, over the examples of a shard. */
  readonly objective: Objective;
  /**
   * The examples of one shard of a step's batch: a pure function, the same in every thread.
   *
   * @param step - Number of the step, the first being 0.
   * @param shard - Number of the shard, the first being 0.
   * @param shards - How many shards there are.
   * @returns The examples, owned by the caller.
   */
  batches(step: number, shard: number, shards: number): Batch;
  /** Randomness of the run; shard s of step t uses its child `step/t/shard/s`. */
  readonly key: Key;
}

/**
 * The default export of a job's module: makes the job and, first, this thread's backend ready.
 *
 * @param setting - Plain data, the same in every thread.
 * @returns The job.
 */
export type JobFactory<Setting extends Json = Json> = (setting: Setting) => ParallelJob | Promise<ParallelJob>;

/**
 * The job of a module, as this thread makes it.
 *
 * @param module - URL of the module.
 * @param setting - What its factory is given.
 * @returns The job.
 * @throws InputError if the module is named relative to no file, or has no factory that gives a job.
 */
export async function loadJob(module: string, setting: Json): Promise<ParallelJob> {
  if (/^\.{0,2}\//.test(module))
    throw new InputError(`module must be a URL, such as new URL('./job.js', import.meta.url), got '${module}'`);
  const { default: factory }: { default?: JobFactory } = await import(module);
  if (typeof factory !== 'function')
    throw new InputError(
      `the default export of ${module} must be a function that makes the job, got ${described(factory)}`,
    );
  const job = await factory(setting);
  const { network, objective, batches } = Object(job) as Partial<ParallelJob>;
  requireNetwork(`the job of ${module}`, network as Network);
  for (const [name, value] of Object.entries({ objective, batches }))
    requireFunction(`${name} of the job of ${module}`, value);
  requireKey(`key of the job of ${module}`, job.key);
  return job;
}
