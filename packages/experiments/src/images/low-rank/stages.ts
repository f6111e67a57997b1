import type { RunStore, Stage } from '@advml/runs';
import { keptMeasure, owning, weightsStage } from '@advml/runs';
import { ascending, type ComparedAccuracies } from '../../shared/low-rank.ts';
import { sameWorld } from '../images-stage.ts';
import { ofNetworks } from '../network-stage.ts';
import { madeBy, mainRobust, type NetworkName } from '../networks.ts';
import { weightsOf } from '../training/stages.ts';
import { accuraciesOf } from './accuracies.ts';
import type { LowRankMeasures } from './measures.ts';
import type { LowRankSetting, LowRankWorld } from './setting.ts';
import { trainUpdate } from './train.ts';
import { measureUpdate, type UpdateMeasures } from './update.ts';

const UPDATE = 'low-rank/update';

const accuracyOf = (network: NetworkName): string => `low-rank/${network}`;

/** Shares of the full rank in ascending order, each once. */
const sharesOf = ({ lowRank }: LowRankSetting): readonly number[] => ascending(lowRank.shares);

/** The trainings: by the share, and of all weights for as many steps. */
const trainingsOf = (setting: LowRankSetting): readonly { readonly to: NetworkName; readonly share?: number }[] => [
  { to: 'short' },
  ...sharesOf(setting).map((share) => ({ to: `rank-${share}` as const, share })),
];

/**
 * The update that adversarial training made, and trainings of updates of low rank.
 *
 * @param world - Gives the run's images and network.
 * @param setting - A complete setting.
 * @returns The stages.
 */
export function lowRankStages(world: () => Promise<LowRankWorld>, setting: LowRankSetting): readonly Stage[] {
  const main = mainRobust(setting);
  const trainings = trainingsOf(setting);
  const network = async () => (await world()).network;
  return [
    ...trainings.map(({ to, share }) =>
      weightsStage({ name: madeBy(to), weights: to, needs: [madeBy('clean')], phase: to, network }, (context) =>
        owning(async (own) => {
          const here = await sameWorld(world, context.store);
          return trainUpdate(context, here, await weightsOf(context, own, 'clean'), { name: to, share });
        }),
      ),
    ),
    ofNetworks(UPDATE, ['clean', main], world, ({ world: here, params, loop }) =>
      measureUpdate(here, params.clean, params[main], loop),
    ),
    ...trainings.map(({ to }) =>
      ofNetworks(accuracyOf(to), [to], world, ({ world: here, params, loop }) => accuraciesOf(here, params[to], loop)),
    ),
  ];
}

/**
 * What the stages of this part have measured.
 *
 * @param store - The run's files.
 * @param setting - Its setting.
 * @returns The measures.
 * @throws InputError if one was not made yet or its file is damaged.
 */
export async function lowRankMeasures(store: RunStore, setting: LowRankSetting): Promise<LowRankMeasures> {
  const accuracies = (network: NetworkName) => keptMeasure<ComparedAccuracies>(store, accuracyOf(network));
  return {
    ...(await keptMeasure<UpdateMeasures>(store, UPDATE)),
    trained: await Promise.all(
      sharesOf(setting).map(async (share) => ({ share, ...(await accuracies(`rank-${share}`)) })),
    ),
    full: await accuracies('short'),
  };
}
