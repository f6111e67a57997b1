import type { LoopOptions, Params } from '@advml/core';
import { owning } from '@advml/runs';
import { ascending, type ComparedAccuracies } from '../../shared/low-rank.ts';
import { believedAccuraciesOf } from '../accuracies.ts';
import { freshExamples } from '../examples.ts';
import { variantWorld } from '../world.ts';
import type { LowRankSetting, LowRankWorld } from './setting.ts';

/**
 * The run in the dictionary's coordinates, its adversarial training cut to the steps of this part and without the regularizer,
 * which a low-rank update has no weights for.
 *
 * @param main - The run.
 * @returns Its world; it holds no tensors.
 */
export function lowRankWorld(main: LowRankWorld): LowRankWorld {
  const { adversarial, lowRank } = main.setting;
  const { steps } = lowRank;
  const warmup = Math.floor((adversarial.warmup * steps) / adversarial.steps);
  return variantWorld(main, { adversarial: { steps, warmup, decay: 0 } });
}

/**
 * The ranks that are trained.
 *
 * @param setting - The setting.
 * @returns Ascending, each once, up to the largest.
 */
export function trainedRanks({ data, network, lowRank: { ranks, largest } }: LowRankSetting): readonly number[] {
  const most = Math.max(1, Math.floor(largest * Math.min(data.dimension, network.neurons)));
  return ascending([...ranks, most], most);
}

/**
 * Accuracies of a network on the fresh examples of this part.
 *
 * @param world - See {@link lowRankWorld}.
 * @param params - The network's parameters, in the dictionary's coordinates.
 * @param loop - Progress over the examples, and abort.
 * @returns Plain numbers.
 */
export function accuraciesHere(world: LowRankWorld, params: Params, loop: LoopOptions): Promise<ComparedAccuracies> {
  const key = world.root.child('attack', 'fresh');
  return owning(async (own) =>
    believedAccuraciesOf(world, params, own(freshExamples(world, world.setting.lowRank.examples)), { key, ...loop }),
  );
}
