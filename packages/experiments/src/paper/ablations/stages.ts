import {
  keptMeasure,
  networkStage,
  owning,
  progressOf,
  type RunStore,
  type Stage,
  trainPlainly,
  weightsStage,
} from '@advml/runs';
import { cleanPhase } from '../training/phases.ts';
import { variantWorld } from '../world.ts';
import { ablate } from './ablate.ts';
import type { AblationResult } from './measures.ts';
import { sharesClean } from './phases.ts';
import type { AblationsSetting, AblationsWorld } from './setting.ts';
import { ablationGroups } from './variants.ts';

/** The weights after clean training that ablations of adversarial training start from, in the dictionary's coordinates. */
const SHARED = { name: 'ablations/clean training', weights: 'ablations-clean' };

/**
 * The stage of an ablation.
 *
 * @param name - Name of the ablation.
 * @returns Its stage and measurement, such as `ablations/gamma-0`.
 */
const ablationStage = (name: string): string => `ablations/${name.toLowerCase().replace(/[^a-z0-9.]+/g, '-')}`;

/**
 * The ablations, which do not depend on each other; those that change adversarial training only share a clean training.
 *
 * @param world - Gives the run's data model and network.
 * @param setting - A complete setting.
 * @returns The stages.
 */
export function ablationStages(world: () => AblationsWorld, setting: AblationsSetting): readonly Stage[] {
  const network = () => variantWorld(world()).network;
  const shared = weightsStage({ ...SHARED, needs: [], network }, (context) => {
    const here = variantWorld(world());
    const { network, root } = here;
    const onProgress = progressOf(context, SHARED.name);
    return owning(async (own) => {
      const initial = own(network.init(root.child('init')));
      return trainPlainly(cleanPhase(here, root.child('clean')), initial, { onProgress, signal: context.signal });
    });
  });
  const ablations = ablationGroups(setting).flatMap((group) => group.ablations);
  const variants = ablations.map((ablation) => {
    const networks: Record<string, string> = sharesClean(ablation) ? { [SHARED.weights]: SHARED.name } : {};
    return networkStage({ name: ablationStage(ablation.name), networks, world }, ({ world, params, loop }) =>
      ablate(world, ablation, params[SHARED.weights], loop),
    );
  });
  return [shared, ...variants];
}

/**
 * What the stages of this part have measured.
 *
 * @param store - The run's files.
 * @param setting - Its setting.
 * @returns The measures.
 * @throws InputError if one was not made yet or its file is damaged.
 */
export function ablationMeasures(store: RunStore, setting: AblationsSetting): Promise<readonly AblationResult[]> {
  const variants = ablationGroups(setting).flatMap((group) => group.ablations);
  return Promise.all(variants.map(({ name }) => keptMeasure<AblationResult>(store, ablationStage(name))));
}
