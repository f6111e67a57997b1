import { keptWeights, measureStage, owning, progressOf, type Stage, trainPlainly, weightsStage } from '@advml/runs';
import type { PaperSetting } from '../setting.ts';
import { cleanPhase } from '../training-phases.ts';
import { type PaperWorld, variantWorld } from '../world.ts';
import { ablate } from './ablate.ts';
import { sharesClean } from './phases.ts';
import { ablationGroups } from './variants.ts';

/** The weights after clean training that ablations of adversarial training start from, in the dictionary's coordinates. */
const SHARED = { name: 'ablations/clean training', weights: 'ablations-clean' };

/**
 * The stage of an ablation.
 *
 * @param name - Name of the ablation.
 * @returns Its stage and measurement, such as `ablations/gamma-0`.
 */
export const ablationStage = (name: string): string => `ablations/${name.toLowerCase().replace(/[^a-z0-9.]+/g, '-')}`;

/**
 * The ablations, which do not depend on each other; those that change adversarial training only share a clean training.
 *
 * @param world - Gives the run's data model and network.
 * @param setting - A complete setting.
 * @returns The stages.
 */
export function ablationStages(world: () => PaperWorld, setting: PaperSetting): readonly Stage[] {
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
    const needs = sharesClean(ablation) ? [SHARED.name] : [];
    return measureStage(ablationStage(ablation.name), needs, ({ store, signal }, onProgress) =>
      owning(async (own) => {
        const clean = needs.length > 0 ? own(await keptWeights(store, SHARED.weights)) : undefined;
        return ablate(world(), ablation, clean, { onProgress, signal });
      }),
    );
  });
  return [shared, ...variants];
}
