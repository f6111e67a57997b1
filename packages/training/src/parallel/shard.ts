import { disposeParams, type Params } from '@advml/core';
import type { ParallelJob } from './job.ts';

/** What one shard gives: its gradient, and what the batch's loss and accuracy are put together from. */
export interface ShardResult {
  /** Gradient of the mean loss over the shard; owned by the caller. */
  readonly gradients: Params;
  /** Mean loss over the shard. */
  readonly loss: number;
  /** Share of the shard that is classified right. */
  readonly accuracy: number;
  /** Examples of the shard. */
  readonly examples: number;
}

/**
 * Works out one shard of a step, in whatever thread.
 *
 * @param job - The job, as this thread made it.
 * @param params - Parameters before the step; not disposed.
 * @param step - Number of the step.
 * @param shard - Number of the shard.
 * @param shards - How many shards there are.
 * @returns The result.
 */
export function workShard(
  { network, objective, batches, key }: ParallelJob,
  params: Params,
  step: number,
  shard: number,
  shards: number,
): ShardResult {
  const batch = batches(step, shard, shards);
  try {
    const own = key.child('step', step).child('shard', shard);
    return { ...objective({ network, params, batch, key: own, step }), examples: batch.y.shape[0] };
  } finally {
    disposeParams({ x: batch.x, y: batch.y });
  }
}
