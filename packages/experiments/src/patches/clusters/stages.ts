import { keptMeasure, networkStage, type RunStore, type Stage, weightsStage } from '@advml/runs';
import type { PatchesWorld } from '../world.ts';
import { measureClusters } from './measure.ts';
import type { ClustersMeasures } from './measures.ts';
import type { ClustersSetting } from './setting.ts';
import { TRAINED, trainOnClusters } from './train.ts';
import { clustersOf } from './world.ts';

const TRAINING = `${TRAINED} training`;
const NAME = 'clusters';

/**
 * Clean training on clusters, and what comes of it.
 *
 * @param world - Gives the run's settings and keys.
 * @returns The stages.
 */
export function clustersStages(world: () => PatchesWorld<ClustersSetting>): readonly Stage[] {
  const network = () => clustersOf(world()).network;
  return [
    weightsStage({ name: TRAINING, weights: TRAINED, needs: [], phase: TRAINED, network }, (context) =>
      trainOnClusters(world(), context),
    ),
    networkStage({ name: NAME, networks: { [TRAINED]: TRAINING }, world }, ({ world: here, params, own, loop }) =>
      measureClusters(here, params[TRAINED], own, loop),
    ),
  ];
}

/**
 * What the stages of this part have measured.
 *
 * @param store - The run's files.
 * @returns The measures.
 * @throws InputError if they were not made yet or their file is damaged.
 */
export function clustersMeasures(store: RunStore): Promise<ClustersMeasures> {
  return keptMeasure<ClustersMeasures>(store, NAME);
}
