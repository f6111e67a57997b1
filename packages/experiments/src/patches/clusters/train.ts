import { logistic, mapParams, type Params } from '@advml/core';
import { examplesOf, fixedBatches } from '@advml/data';
import { sgd } from '@advml/optimizers';
import { owning, type StageContext, trainResumably } from '@advml/runs';
import { cleanObjective } from '@advml/training';
import { mul } from '@tensorflow/tfjs-core';
import type { PatchesWorld } from '../world.ts';
import type { ClustersSetting } from './setting.ts';
import { clustersOf } from './world.ts';

/** What the weights and the training are called. */
export const TRAINED = 'clusters';

/**
 * Gradient descent on all training examples at every step, from small weights: the nearest to gradient flow.
 *
 * @param world - The run.
 * @param context - Where checkpoints go.
 * @returns The weights, owned by the caller.
 */
export function trainOnClusters(world: PatchesWorld<ClustersSetting>, context: StageContext): Promise<Params> {
  const { train, steps, rate, initialScale } = world.setting.clusters;
  const { network, data, root } = clustersOf(world);
  return owning(async (own) => {
    const batch = own(data.batch(root.child('train'), train));
    const initial = own(network.init(root.child('init')));
    const start = own(mapParams(initial, (tensor) => mul(tensor, initialScale)));
    const phase = {
      network,
      key: root,
      steps,
      objective: cleanObjective({ loss: logistic }),
      batches: fixedBatches(examplesOf(batch), train, root.child('order')),
      optimizer: sgd({ rate }),
    };
    return trainResumably(context, { name: TRAINED, phase, start, checkpointEvery: world.setting.checkpointEvery });
  });
}
