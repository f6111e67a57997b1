import { InputError } from '@advml/core';
import { parseValue, shortNumber } from '@advml/runs';
import {
  diskStore,
  groupsOf,
  keysBesideSeed,
  requireKeys,
  type SweepGroup,
  type SweepResults,
  sweepColumns,
  sweepCsv,
  sweepResults,
  valueOfRow,
  valueText,
} from '@advml/runs/disk';
import { type Command, readArgs } from '../command.ts';
import { sweepFigures } from '../sweep/figures.ts';
import { sweepParquet } from '../sweep/parquet.ts';
import type { Terminal } from '../terminal/terminal.ts';

const OPTIONS = {
  'group-by': { type: 'string', multiple: true },
  where: { type: 'string', multiple: true },
  x: { type: 'string', multiple: true },
  y: { type: 'string', multiple: true },
  plot: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

const HELP = `Makes the table of a sweep from the folders of its runs, prints means with intervals, and draws figures.

Usage: advml results SWEEP [options]

A KEY is a side of the sweep's grid, such as tau, or experiment, or seed. A lone KEY may be a list: tau,data.margin.

Options:
  --group-by KEY    what the runs share over which the means are; may be given again. Default: experiment
                    and every side of the grid, so that the means are over seeds. With --x it tells the lines, or the maps, apart.
                    Default then: all of them that are not along an axis
  --where KEY=VALUE only the runs with that value; may be given again
  --y NAME          the numbers: claims, such as C3, or parts of what a stage measured, such as features.cosine.mean. Default:
                    all claims
  --plot            writes a figure for each of them to figures/ in the folder: lines over --x, or, where it is given twice, heat
                    maps over the two, with a frame where the claim holds in at least four of five runs
  --x KEY           what runs along the axis; twice for a heat map. Default: the first two sides of the grid, or the only one
  --json            the means as JSON on standard output

It writes results.csv and results.parquet to the folder of the sweep: a row for each number of each finished run, with the values of the
grid, seed, version and backend. It runs no code of an experiment, and may be called while the sweep is at work.

Examples:
  advml results runs/window
  advml results runs/window --where d=192 --x tau --x data.margin --y C2 --y C3 --plot
  advml results runs/window --x tau --group-by data.margin --y C3 --plot
`;

/** Words that may be given again, or as lists. */
const listOf = (words: readonly string[] = []): readonly string[] =>
  words.flatMap((word) => word.split(',')).map((word) => word.trim());

/** The runs with the values that are asked for. */
function chosen(results: SweepResults, conditions: readonly string[] = []): SweepResults {
  const wanted = conditions.map((condition) => {
    const at = condition.indexOf('=');
    if (at < 1) throw new InputError(`--where takes KEY=VALUE, got '${condition}'`);
    return [condition.slice(0, at), valueText(parseValue(condition.slice(at + 1)))] as const;
  });
  requireKeys(
    results,
    wanted.map(([key]) => key),
  );
  const isWanted = (row: SweepResults['rows'][number]) =>
    wanted.every(([key, value]) => valueText(valueOfRow(row, key)) === value);
  const rows = results.rows.filter(isWanted);
  if (rows.length > 0) return { ...results, rows };
  const why = results.rows.length > 0 ? `with ${conditions.join(', ')}` : 'yet';
  throw new InputError(`the sweep in ${results.location} has no finished run ${why}`);
}

/** A number of a group, such as `0.98 [0.95, 1] 3/3`: mean, interval, and in how many runs the claim holds. */
function cellOf(group: SweepGroup | undefined): string {
  if (!group) return '';
  const { value, low, high, held, count } = group;
  const interval = low === null || high === null ? '' : ` [${shortNumber(low)}, ${shortNumber(high)}]`;
  return `${shortNumber(value)}${interval}${held === null ? '' : ` ${held}/${count}`}`;
}

/** The means as a table: a line for each group, a column for each number. */
function tableText(groups: readonly SweepGroup[], keys: readonly string[], y: readonly string[]): string {
  const placeOf = ({ values }: SweepGroup) => keys.map((key) => valueText(values[key]));
  const places = new Map<string, Map<string, SweepGroup>>();
  for (const group of groups) {
    const name = JSON.stringify(placeOf(group));
    places.set(name, (places.get(name) ?? new Map()).set(group.quantity, group));
  }
  const lines = Array.from(places, ([name, byQuantity]) => [
    ...JSON.parse(name),
    ...y.map((quantity) => cellOf(byQuantity.get(quantity))),
  ]);
  const all = [[...keys, ...y], ...lines];
  const widths = all[0].map((_, at) => Math.max(...all.map((line) => line[at].length)));
  return all
    .map(
      (line) =>
        `${line
          .map((cell, at) => cell.padEnd(widths[at]))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

/** The quantities that are asked for, which must be there. */
function quantitiesOf({ rows }: SweepResults, y: readonly string[]): readonly string[] {
  const known = [...new Set(rows.map(({ quantity }) => quantity))];
  return y.length > 0 ? y : known;
}

/** The keys along the axes: those asked for, or the first sides of the grid. */
function axesOf({ sides }: SweepResults, x: readonly string[]): readonly string[] {
  if (x.length > 2) throw new InputError(`--x takes one key, or two for a heat map, got ${x.join(', ')}`);
  const axes = x.length > 0 ? x : sides.slice(0, 2);
  if (axes.length > 0) return axes;
  throw new InputError('the sweep has no grid; say by --x what runs along the axis, such as --x seed');
}

async function writeFigures(terminal: Terminal, folder: string, figures: ReadonlyMap<string, string>): Promise<void> {
  const store = diskStore(folder);
  for (const [quantity, svg] of figures) {
    const file = `figures/${quantity.replace(/[^\w.+-]+/g, '-')}.svg`;
    await store.write(file, svg);
    terminal.note(`${folder}/${file}`);
  }
}

/** `advml results`: the table and figures of a sweep. */
export const results: Command = {
  help: HELP,
  run: async (args, terminal) => {
    const { values, positionals } = readArgs(args, OPTIONS);
    const [folder, ...more] = positionals;
    if (folder === undefined || more.length > 0)
      throw new InputError(
        `results takes the folder of one sweep, such as 'advml results runs/window', got '${positionals.join(' ')}'`,
      );
    const [y, x, by] = [listOf(values.y), listOf(values.x), values['group-by'] && listOf(values['group-by'])];
    const all = await sweepResults(folder, y);
    const columns = sweepColumns(all);
    const store = diskStore(folder);
    await store.write('results.csv', sweepCsv(columns));
    await store.write('results.parquet', sweepParquet(columns));
    const those = chosen(all, values.where);
    const quantities = quantitiesOf(those, y);
    const axes = values.plot || x.length > 0 ? axesOf(all, x) : [];
    const others = keysBesideSeed(those).filter((key) => !axes.includes(key));
    const keys = [...axes, ...(by ?? others)];
    const groups = groupsOf(those, keys).filter(({ quantity }) => quantities.includes(quantity));
    terminal.note(`${all.finished} of ${all.runs} runs are finished; ${folder}/results.csv, ${folder}/results.parquet`);
    for (const caveat of all.caveats) terminal.note(caveat, 'gray');
    if (values.plot)
      await writeFigures(
        terminal,
        folder,
        sweepFigures(those, { x: axes, by: varying(groups, by ?? others), y: quantities }),
      );
    if (values.json) terminal.out(`${JSON.stringify({ location: folder, groups }, null, 2)}\n`);
    else terminal.out(tableText(groups, keys, quantities));
    return 0;
  },
};

/** The keys that tell groups apart. */
const varying = (groups: readonly SweepGroup[], keys: readonly string[]): readonly string[] =>
  keys.filter((key) => new Set(groups.map(({ values }) => JSON.stringify(values[key]))).size > 1);
