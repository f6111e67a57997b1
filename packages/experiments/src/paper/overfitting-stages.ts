import { keptMeasure, measureStage, type Stage } from '../run/stages.ts';
import { measureVariant, type Overfitting, overfittingAttack, type VariantResult, variantsOf } from './overfitting.ts';
import type { PaperSetting } from './setting.ts';
import type { PaperWorld } from './world.ts';

/**
 * The variants of claim C9, which depend on nothing and not on each other, and what they add up to.
 *
 * @param world - Gives the run's data model.
 * @param setting - A complete setting.
 * @returns The stages.
 */
export function overfittingStages(world: () => PaperWorld, setting: PaperSetting): readonly Stage[] {
  const variants = variantsOf(setting).map((variant, at) =>
    measureStage(`overfitting/${at + 1}`, [], ({ signal }, onProgress) =>
      measureVariant(world(), variant, { onProgress, signal }),
    ),
  );
  const names = variants.map(({ name }) => name);
  const all = measureStage('overfitting', names, async ({ store }): Promise<Overfitting> => {
    const results: VariantResult[] = [];
    for (const name of names) results.push(await keptMeasure(store, name));
    return { attack: overfittingAttack(setting).label, variants: results };
  });
  return [...variants, all];
}
