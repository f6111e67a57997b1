import { disposeParams, InputError, type Params } from '@advml/core';
import { requireFinite } from '@advml/core/internal';
import { checkedBatch } from '../checked-batch.ts';
import { resultOf } from '../result-of.ts';
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
 * @throws InputError if the shard is no record of tensors, empty or not finite, or the objective gives no result, or remembers
 * something, which threads do not hand on; whatever the job throws.
 */
export function workShard(
  { network, objective, batches, key }: ParallelJob,
  params: Params,
  step: number,
  shard: number,
  shards: number,
): ShardResult {
  const name = `shard ${shard} at step ${step}`;
  const batch = checkedBatch(name, batches(step, shard, shards));
  try {
    const own = key.child('step', step).child('shard', shard);
    const { gradients, memory, ...numbers } = resultOf(objective, { network, params, batch, key: own, step });
    if (memory) {
      disposeParams(gradients, memory);
      throw new InputError(
        'the objective remembers from step to step, which threads do not; train without dataParallel',
      );
    }
    if (!Number.isFinite(numbers.loss)) requireFinite(`x of ${name}`, batch.x);
    return { ...numbers, gradients, examples: batch.y.shape[0] };
  } finally {
    disposeParams({ x: batch.x, y: batch.y });
  }
}
