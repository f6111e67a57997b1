import { featureMatrix } from '@advml/plots';
import type { Figure, SeedMeasures } from '@advml/runs';
import type { MainSetting } from '../main-setting.ts';
import { symbols } from '../networks.ts';
import { subtitleOf } from '../subtitle.ts';
import { type FiltersMeasures, filterNetworks } from './measures.ts';

/** Most filters that a figure shows. */
const SHOWN = 256;

/**
 * Filters against features, before and after.
 *
 * @param seeds - Finished seeds; the picture is of a single one.
 * @param setting - A complete setting.
 * @returns The figure.
 */
export async function filtersFigures(
  seeds: readonly SeedMeasures<FiltersMeasures>[],
  setting: MainSetting,
): Promise<readonly Figure[]> {
  if (seeds.length > 1) return [];
  const [{ measures }] = seeds;
  const { filters, features, mass } = measures;
  const [rows, columns] = [Math.min(filters, SHOWN), 2 * features];
  return [
    {
      name: 'filters',
      draw: (options) =>
        featureMatrix(
          {
            panels: filterNetworks.map((name) => ({
              label: symbols[name],
              rows,
              columns,
              values: mass[name].cosines.slice(0, rows * columns),
            })),
            rowLabel: 'filter',
            columnLabel: 'feature',
            valueLabel: 'cosine',
            limit: 1,
            title: 'Filters against features, before and after',
            subtitle: subtitleOf(setting, seeds),
            caption: `Cosine of every filter (row) with every feature (column): the robust features of the ${features} classes first, then the non-robust ones. Filters are in the order of the feature that leads them in w'.`,
          },
          options,
        ),
    },
  ];
}
