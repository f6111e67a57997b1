import { InputError } from '@advml/core';
import { keptMeasure, measureStage } from '@advml/runs';
import { c9 } from './claims/c9.ts';
import {
  measureVariant,
  type Overfitting,
  type OverfittingMeasures,
  overfittingAttack,
  type VariantResult,
  variantsOf,
} from './overfitting.ts';
import type { Part } from './part.ts';
import type { PaperSetting } from './setting.ts';

/** Refuses widths of which a network of two neurons cannot be made. */
function requireWidths({ overfitting: { widths }, network: { neurons } }: PaperSetting): void {
  if (widths.every((width) => Math.round(width * neurons) >= 2)) return;
  throw new InputError(
    `each of overfitting.widths times the ${neurons} neurons must be 2 neurons or more, got [${widths.join(', ')}]`,
  );
}

/** Claim C9, by variants that depend on nothing and not on each other. */
export const overfitting: Part<OverfittingMeasures> = {
  name: 'overfitting',
  claims: [c9],
  stages(world, setting) {
    const variants = variantsOf(setting).map((variant, at) =>
      measureStage(`overfitting/${at + 1}`, [], ({ signal }, onProgress) =>
        measureVariant(world(), variant, { onProgress, signal }),
      ),
    );
    const names = variants.map(({ name }) => name);
    const all = measureStage(
      'overfitting',
      ['robustness-clean', 'robustness-robust', ...names],
      async ({ store }): Promise<Overfitting> => {
        const results: VariantResult[] = [];
        for (const name of names) results.push(await keptMeasure(store, name));
        return { attack: overfittingAttack(setting).label, variants: results };
      },
    );
    return [...variants, all];
  },
  variants(setting) {
    requireWidths(setting);
    return variantsOf(setting).flatMap(({ change }) => (change ? [change] : []));
  },
  measures: async (store) => ({
    clean: await keptMeasure(store, 'robustness-clean'),
    robust: await keptMeasure(store, 'robustness-robust'),
    overfitting: await keptMeasure(store, 'overfitting'),
  }),
  tables: ({ overfitting: { attack, variants } }, { tau, data }) => [
    {
      name: 'overfitting',
      title: 'Clean trainings with other data, widths and regularizers',
      note: `Robust accuracy at tau = ${tau} (l2), gamma = ${data.margin}; attack: ${attack}.`,
      columns: ['variant', 'clean accuracy', 'robust accuracy'],
      rows: variants.map(({ name, clean, robust }) => [name, clean, robust]),
    },
  ],
  figures: async () => [],
};
