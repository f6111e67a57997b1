import { classifier, type LoopOptions, type Params } from '@advml/core';
import { robustAccuracy } from '@advml/metrics';
import { owning } from '@advml/runs';
import type { Accuracies } from '../../parts/at-rank.ts';
import { probeAttack } from '../attacks.ts';
import { type ImagesWorld, threatOf } from '../world.ts';

/**
 * Attacks a network by the probe, at the first threat, on the same test images as the other networks of this part.
 *
 * @param world - The run.
 * @param params - The network's parameters.
 * @param loop - Progress over the images, and abort.
 * @returns Plain numbers.
 */
export function accuraciesOf(
  { network, test, setting, root }: ImagesWorld,
  params: Params,
  loop: LoopOptions,
): Promise<Accuracies> {
  return owning(async (own) => {
    const { clean, accuracy, attack } = await robustAccuracy(
      classifier(network, params),
      own(test.take(setting.lowRank.examples)),
      probeAttack(threatOf(setting.threats[0]), setting),
      { key: root.child('low-rank', 'attack'), batchSize: setting.evaluation.batch, ...loop },
    );
    return { clean, robust: accuracy, attack };
  });
}
