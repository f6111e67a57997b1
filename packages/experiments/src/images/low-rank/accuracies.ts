import type { LoopOptions, Params } from '@advml/core';
import type { ComparedAccuracies } from '../../shared/low-rank.ts';
import { believedByProbe } from '../believed.ts';
import type { LowRankWorld } from './setting.ts';

/**
 * Attacks a network by the probe, at the first threat, on the same test images as the other networks of this part.
 *
 * @param world - The run.
 * @param params - The network's parameters.
 * @param loop - Progress over the images, and abort.
 * @returns Plain numbers.
 */
export function accuraciesOf(world: LowRankWorld, params: Params, loop: LoopOptions): Promise<ComparedAccuracies> {
  const { setting, root } = world;
  return believedByProbe(world, params, {
    examples: setting.lowRank.examples,
    key: root.child('low-rank', 'attack'),
    ...loop,
  });
}
