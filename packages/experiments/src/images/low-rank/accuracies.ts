import { classifier, type LoopOptions, type Params } from '@advml/core';
import { owning } from '@advml/runs';
import { type Accuracies, believedUnder } from '../../shared/accuracies.ts';
import { probeAttack, probeMembers } from '../attacks.ts';
import { threatOf } from '../world.ts';
import type { LowRankWorld } from './setting.ts';

/**
 * Attacks a network by the probe, at the first threat, on the same test images as the other networks of this part.
 *
 * @param world - The run.
 * @param params - The network's parameters.
 * @param loop - Progress over the images, and abort.
 * @returns Plain numbers.
 */
export function accuraciesOf(
  { network, test, setting, root }: LowRankWorld,
  params: Params,
  loop: LoopOptions,
): Promise<Accuracies> {
  return owning((own) =>
    believedUnder(
      classifier(network, params),
      own(test.take(setting.lowRank.examples)),
      probeAttack(threatOf(setting.threats[0]), setting),
      probeMembers(setting),
      { key: root.child('low-rank', 'attack'), batchSize: setting.evaluation.batch, ...loop },
    ),
  );
}
