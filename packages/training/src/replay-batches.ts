import type { BatchSource } from '@advml/core';
import { requireFunction, requireInteger } from '@advml/core/internal';

/**
 * Every batch several times in a row.
 *
 * @param batches - Any source.
 * @param replays - How often each batch comes, at least 1. Default: 8, the best of the paper on CIFAR-10.
 * @returns A source whose steps `t` with the same `floor(t / replays)` give the same batch.
 * @throws InputError if `replays` is not an integer >= 1, or the source no function.
 * @example
 * ```ts
 * const source = replayBatches(fixedBatches(set, 128, key('train', 0)), 8); // fixedBatches from '@advml/data'
 * ```
 * @see Shafahi et al.: Adversarial Training for Free!, 2019 (arXiv:1904.12843), section 4.
 */
export function replayBatches(batches: BatchSource, replays = 8): BatchSource {
  requireInteger({ replays }, 1);
  requireFunction('batches', batches);
  return (step) => batches(Math.floor(step / replays));
}
