import { type Cell, type Table, tableOverSeeds } from '@advml/runs';
import { signsCell, signsNote } from '../../shared/masking.ts';
import type { AblationResult } from './measures.ts';
import type { AblationsSetting } from './setting.ts';
import { ablationGroups } from './variants.ts';

/** The columns of the table; figures find their numbers by these names. */
const COLUMNS = [
  'changed',
  'variant',
  'outcome',
  'clean accuracy of w',
  "clean accuracy of w'",
  'robust accuracy of w',
  "robust accuracy of w'",
  'signs of a masked gradient in w',
  "signs of a masked gradient in w'",
  "share cos(w, w') > 0.707",
  'mixture mass of w',
  "mixture mass of w'",
  'mean |cos(w, w0)|',
  'neurons alive in w',
  "neurons alive in w'",
] as const;

/** Name of a column. */
export type AblationColumn = (typeof COLUMNS)[number];

/** Stands where nothing could be measured. */
const NONE = 'none';

/**
 * The ablations of one seed as a table, a row each.
 *
 * @param results - What came of them, in the order of {@link ablationGroups}.
 * @param setting - A complete setting.
 * @returns The table.
 */
export function ablationTable(results: readonly AblationResult[], setting: AblationsSetting): Table {
  const { tau, data, ablations } = setting;
  const groups = ablationGroups(setting);
  const attack = results.find(({ clean }) => clean)?.clean?.attack ?? NONE;
  const said = groups.slice(1).map(({ name, paper }) => `${name}: ${paper}`);
  return {
    name: 'ablations',
    title: 'One thing changed at a time',
    note: `Clean training, then ${ablations.steps} steps of adversarial training, as the setting has it but for one thing; tau = ${tau} (l2) and gamma = ${data.margin} unless changed. ${ablations.examples} fresh examples; attack: ${attack}.${signsNote(results.flatMap(({ clean, robust }) => [clean?.masking, robust?.masking]))} A neuron is alive if one of them switches it on. What the paper says (arXiv:2005.10190), in the order of the rows: ${said.join('; ')}.`,
    columns: COLUMNS,
    rows: groups.flatMap(({ name: group, ablations }) =>
      ablations.map(({ name }): readonly Cell[] => [group, name, ...cellsOf(results.find((one) => one.name === name))]),
    ),
  };
}

function cellsOf({ outcome, clean, robust, purified }: Partial<AblationResult> = {}): readonly Cell[] {
  const cells = [
    outcome,
    clean?.clean,
    robust?.clean,
    clean?.robust,
    robust?.robust,
    clean && signsCell(clean.masking),
    robust && signsCell(robust.masking),
    purified,
    clean?.mixture,
    robust?.mixture,
    clean?.withInit,
    clean?.alive,
    robust?.alive,
  ];
  return cells.map((cell) => cell ?? NONE);
}

/**
 * The cells of one column.
 *
 * @param table - As {@link ablationTable} or {@link tableOverSeeds} makes it.
 * @param column - Name of the column.
 * @returns One cell a row.
 */
export function columnOf({ rows }: Table, column: AblationColumn): readonly Cell[] {
  return rows.map((row) => row[COLUMNS.indexOf(column)]);
}
