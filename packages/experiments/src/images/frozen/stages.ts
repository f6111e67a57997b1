import { owning, type RunStore, readMeasure, type Stage, weightsStage } from '@advml/runs';
import type { Accuracies } from '../../shared/accuracies.ts';
import { believedByProbe } from '../believed.ts';
import { sameWorld } from '../images-stage.ts';
import { ofNetworks } from '../network-stage.ts';
import { madeBy, mainRobust, type NetworkName } from '../networks.ts';
import { weightsOf } from '../training/stages.ts';
import type { FrozenMeasures } from './measures.ts';
import type { FrozenSetting, FrozenWorld } from './setting.ts';
import { trainLastLayer } from './train.ts';

const frozenIn = ({ threats: [{ norm }] }: FrozenSetting): NetworkName => `frozen-${norm}`;

const nameOf = (network: NetworkName): string => `frozen/${network}`;

/**
 * The last layer trained adversarially, the features of w held fast; that network, w and w' under attack.
 *
 * @param world - Gives the run's images and network.
 * @param setting - A complete setting.
 * @returns The stages.
 */
export function frozenStages(world: () => Promise<FrozenWorld>, setting: FrozenSetting): readonly Stage[] {
  const to = frozenIn(setting);
  const network = async () => (await world()).network;
  return [
    weightsStage({ name: madeBy(to), weights: to, needs: [madeBy('clean')], phase: to, network }, (context) =>
      owning(async (own) => {
        const here = await sameWorld(world, context.store);
        return trainLastLayer(context, here, await weightsOf(context, own, 'clean'), to);
      }),
    ),
    ...['clean' as const, to, mainRobust(setting)].map((name) =>
      ofNetworks(nameOf(name), [name], world, ({ world: here, params, loop }) =>
        believedByProbe(here, params[name], {
          examples: setting.frozen.examples,
          key: here.root.child('probe', 'test'),
          ...loop,
        }),
      ),
    ),
  ];
}

/**
 * What the stages of this part have measured.
 *
 * @param store - The run's files.
 * @param setting - Its setting.
 * @returns The measures.
 * @throws InputError if a file is damaged.
 */
export async function frozenMeasures(store: RunStore, setting: FrozenSetting): Promise<FrozenMeasures> {
  const networks: readonly NetworkName[] = ['clean', frozenIn(setting), mainRobust(setting)];
  const kept = networks.map((network) => readMeasure<Accuracies>(store, nameOf(network)));
  const [without, frozen, whole] = await Promise.all(kept);
  return without && frozen && whole && { without, frozen, whole };
}
