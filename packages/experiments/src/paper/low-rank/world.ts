import { ball, classifier, type LoopOptions, l2, type Params } from '@advml/core';
import { robustAccuracy } from '@advml/metrics';
import { owning } from '@advml/runs';
import type { Accuracies } from '../../parts/at-rank.ts';
import { paperBattery } from '../battery.ts';
import type { PaperSetting } from '../setting.ts';
import { freshExamples } from '../test-sets.ts';
import { type PaperWorld, variantWorld } from '../world.ts';

/**
 * The run in the dictionary's coordinates, its adversarial training cut to the steps of this part and without the regularizer,
 * which a low-rank update has no weights for.
 *
 * @param main - The run.
 * @returns Its world; it holds no tensors.
 */
export function lowRankWorld(main: PaperWorld): PaperWorld {
  const { adversarial, lowRank } = main.setting;
  const { steps } = lowRank;
  const warmup = Math.floor((adversarial.warmup * steps) / adversarial.steps);
  return variantWorld(main, { adversarial: { steps, warmup, decay: 0 } });
}

/**
 * Ranks of a setting that its weights can have: larger ones become the largest.
 *
 * @param ranks - As the setting has them.
 * @param setting - The setting.
 * @returns Ascending, each once.
 */
export function ranksOf(ranks: readonly number[], { data, network }: PaperSetting): readonly number[] {
  const most = Math.min(data.dimension, network.neurons);
  return [...new Set(ranks.map((rank) => Math.min(rank, most)))].sort((a, b) => a - b);
}

/**
 * Accuracies of a network on the fresh examples of this part.
 *
 * @param world - See {@link lowRankWorld}.
 * @param params - The network's parameters, in the dictionary's coordinates.
 * @param loop - Progress over the examples, and abort.
 * @returns Plain numbers.
 */
export function accuraciesOf(world: PaperWorld, params: Params, loop: LoopOptions): Promise<Accuracies> {
  const { setting, network, data, root } = world;
  const { steps, restarts, batch: batchSize } = setting.evaluation;
  return owning(async (own) => {
    const batch = own(freshExamples(world, setting.lowRank.examples));
    const battery = paperBattery({ threat: ball(l2, setting.tau), steps, restarts, network, params, data });
    const options = { key: root.child('attack', 'fresh'), batchSize, ...loop };
    const { clean, accuracy, attack } = await robustAccuracy(classifier(network, params), batch, battery, options);
    return { clean, robust: accuracy, attack };
  });
}
