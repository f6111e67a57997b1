import { type ComparisonSeries, comparison } from '@advml/plots';
import { type Cell, type Figure, type SeedMeasures, type Table, tableOverSeeds } from '@advml/runs';
import type { AblationResult } from './measures.ts';
import type { AblationsSetting } from './setting.ts';
import { type AblationColumn, ablationTable, columnOf } from './tables.ts';

/**
 * The ablations in one picture: robust accuracy of w and w', and how much of w is in w'.
 *
 * @param seeds - Finished seeds, at least one.
 * @param setting - A complete setting.
 * @returns One figure.
 */
export function ablationFigures(
  seeds: readonly SeedMeasures<readonly AblationResult[]>[],
  setting: AblationsSetting,
): readonly Figure[] {
  const tables = seeds.map(({ measures }) => ablationTable(measures, setting));
  const [table, which] =
    tables.length === 1 ? [tables[0], `seed ${seeds[0].seed}`] : [tableOverSeeds(tables), `${tables.length} seeds`];
  return [ablationFigure(table, `d = ${setting.data.dimension}, m = ${setting.network.neurons}; ${which}`)];
}

function ablationFigure(table: Table, subtitle: string): Figure {
  const [changed, variants, outcomes] = [
    columnOf(table, 'changed'),
    columnOf(table, 'variant'),
    columnOf(table, 'outcome'),
  ];
  const rows = variants.map((label, at) => ({
    group: String(changed[at]),
    label: String(label),
    ...(outcomes[at] !== 'trained' && { note: String(outcomes[at]) }),
  }));
  const series = (label: string, column: AblationColumn): ComparisonSeries => ({
    label,
    values: columnOf(table, column).map(measured),
  });
  const share = [0, 1] as const;
  return {
    name: 'ablations',
    draw: (options) =>
      comparison(
        {
          title: table.title,
          subtitle,
          caption:
            'The setting on top; below it one thing is changed at a time, all else as the setting has it. Words stand where nothing could be trained. What the paper says of each change, and the attack, stand under the table.',
          rows,
          panels: [
            {
              xLabel: 'robust accuracy (share, 95% interval)',
              domain: share,
              series: [
                series('w, clean training', 'robust accuracy of w'),
                series("w', adversarial training", "robust accuracy of w'"),
              ],
            },
            {
              xLabel: 'neurons (share, 95% interval)',
              domain: share,
              series: [series("cos(w, w') > 0.707", "share cos(w, w') > 0.707")],
            },
          ],
        },
        options,
      ),
  };
}

/** A cell with an interval; undefined for words, also where some seeds have words only. */
const measured = (cell: Cell) => (typeof cell === 'object' ? cell : undefined);
