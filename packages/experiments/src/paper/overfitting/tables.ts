import type { Table } from '@advml/runs';
import { SIGNS, signsCell, signsNote } from '../../shared/masking.ts';
import type { OverfittingMeasures } from './measures.ts';
import type { OverfittingSetting } from './setting.ts';

/**
 * The variants in numbers.
 *
 * @param measures - What a run measured.
 * @param setting - Its setting.
 * @returns One table.
 */
export function overfittingTables(
  { overfitting: { attack, variants } }: OverfittingMeasures,
  { tau, data }: OverfittingSetting,
): readonly Table[] {
  return [
    {
      name: 'overfitting',
      title: 'Clean trainings with other data, widths and regularizers',
      note: `Robust accuracy at tau = ${tau} (l2), gamma = ${data.margin}; attack: ${attack}.${signsNote(variants.map(({ masking }) => masking))}`,
      columns: ['variant', 'clean accuracy', 'robust accuracy', 'robust accuracy on training examples', SIGNS],
      rows: variants.map(({ name, clean, robust, robustOnTraining = 'never repeated', masking }) => [
        name,
        clean,
        robust,
        robustOnTraining,
        signsCell(masking),
      ]),
    },
  ];
}
