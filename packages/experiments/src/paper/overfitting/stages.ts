import { InputError } from '@advml/core';
import { keptMeasure, measureStage, type Overrides, type RunStore, type Stage } from '@advml/runs';
import type { Overfitting, OverfittingMeasures, VariantResult } from './measures.ts';
import type { OverfittingSetting, OverfittingWorld } from './setting.ts';
import { measureVariant, variantsOf } from './variants.ts';

const ALL = 'overfitting/variants';

/**
 * Variants, which depend on nothing and not on each other, and what they add up to.
 *
 * @param world - Gives the run's data model and network.
 * @param setting - A complete setting.
 * @returns The stages.
 */
export function overfittingStages(world: () => OverfittingWorld, setting: OverfittingSetting): readonly Stage[] {
  const variants = variantsOf(setting).map((variant, at) =>
    measureStage(`overfitting/variant-${at + 1}`, [], ({ signal }, onProgress) =>
      measureVariant(world(), variant, { onProgress, signal }),
    ),
  );
  const names = variants.map(({ name }) => name);
  const all = measureStage(
    ALL,
    ['robustness-clean', 'robustness-robust', ...names],
    async ({ store }): Promise<Overfitting> => {
      const results: VariantResult[] = [];
      for (const name of names) results.push(await keptMeasure(store, name));
      return { attack: results[0].attack, variants: results };
    },
  );
  return [...variants, all];
}

/** Refuses widths of which a network of two neurons cannot be made. */
function requireWidths({ overfitting: { widths }, network: { neurons } }: OverfittingSetting): void {
  if (widths.every((width) => Math.round(width * neurons) >= 2)) return;
  throw new InputError(
    `each of overfitting.widths times the ${neurons} neurons must be 2 neurons or more, got [${widths.join(', ')}]`,
  );
}

/**
 * What the variants change.
 *
 * @param setting - A complete setting.
 * @returns Changes of the setting.
 * @throws InputError if a width leaves fewer than two neurons.
 */
export function overfittingVariants(setting: OverfittingSetting): readonly Overrides[] {
  requireWidths(setting);
  return variantsOf(setting).flatMap(({ change }) => (change ? [change] : []));
}

/**
 * What the stages of this part have measured.
 *
 * @param store - The run's files.
 * @returns The measures.
 * @throws InputError if one was not made yet or its file is damaged.
 */
export async function overfittingMeasures(store: RunStore): Promise<OverfittingMeasures> {
  return {
    clean: await keptMeasure(store, 'robustness-clean'),
    robust: await keptMeasure(store, 'robustness-robust'),
    overfitting: await keptMeasure(store, ALL),
  };
}
