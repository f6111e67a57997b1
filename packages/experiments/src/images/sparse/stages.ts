import type { RunStore, Stage } from '@advml/runs';
import { keptMeasure } from '@advml/runs';
import { ofNetworks } from '../network-stage.ts';
import { mainRobust } from '../networks.ts';
import { measureSparsity } from './measure.ts';
import type { SparseMeasures } from './measures.ts';
import type { SparseSetting, SparseWorld } from './setting.ts';

const SPARSE = 'sparse';

/**
 * Patches of test images rebuilt from a few first-layer filters.
 *
 * @param world - Gives the run's images and network.
 * @param setting - A complete setting.
 * @returns One stage.
 */
export function sparseStages(world: () => Promise<SparseWorld>, setting: SparseSetting): readonly Stage[] {
  const main = mainRobust(setting);
  return [
    ofNetworks(SPARSE, ['init', 'clean', main], world, ({ world: here, params, loop }) =>
      measureSparsity(here, { init: params.init, clean: params.clean, robust: params[main] }, loop),
    ),
  ];
}

/**
 * What the stage of this part has measured.
 *
 * @param store - The run's files.
 * @returns The measures.
 * @throws InputError if it was not made yet or its file is damaged.
 */
export function sparseMeasures(store: RunStore): Promise<SparseMeasures> {
  return keptMeasure(store, SPARSE);
}
