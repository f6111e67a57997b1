import { InputError } from '@advml/core';
import { csvFormatRows } from 'd3-dsv';
import { meanOverSeeds } from './mean-over-seeds.ts';
import { shortNumber } from './report/numbers.ts';

/** A number with its 95% interval; a `Proportion` of `@advml/metrics` is one. */
export interface Measured {
  /** The number. */
  readonly value: number;
  /** Lower end of the interval. */
  readonly low: number;
  /** Upper end. */
  readonly high: number;
}

/** What stands in a cell: words, a number, or a number with its interval. */
export type Cell = string | number | Measured;

/** A table of a run. */
export interface Table {
  /** File name without ending, such as `low-complexity`. */
  readonly name: string;
  /** What it shows, in a line. */
  readonly title: string;
  /** What one must know to read it: attack, radius, margin, examples. */
  readonly note: string;
  /** Heading of each column. */
  readonly columns: readonly string[];
  /** A cell for each column. */
  readonly rows: readonly (readonly Cell[])[];
}

/**
 * A cell as people read it, such as `0.994 [0.987, 0.998]`.
 *
 * @param cell - The cell.
 * @returns Numbers with the digits that matter; words as they are.
 */
export function cellText(cell: Cell): string {
  if (typeof cell === 'string') return cell;
  if (typeof cell === 'number') return shortNumber(cell);
  return `${shortNumber(cell.value)} [${shortNumber(cell.low)}, ${shortNumber(cell.high)}]`;
}

/**
 * A table as CSV (RFC 4180), numbers with all their digits; a column with intervals becomes three.
 *
 * @param table - The table.
 * @returns Text with a heading line.
 */
export function tableCsv({ columns, rows }: Table): string {
  const isMeasured = columns.map((_, at) => rows.some((row) => typeof row[at] === 'object'));
  const heading = columns.flatMap((column, at) =>
    isMeasured[at] ? [column, `${column}, low`, `${column}, high`] : [column],
  );
  const cells = (cell: Cell, at: number): string[] => {
    if (typeof cell === 'object') return [cell.value, cell.low, cell.high].map(String);
    return isMeasured[at] ? [String(cell), '', ''] : [String(cell)];
  };
  return `${csvFormatRows([heading, ...rows.map((row) => row.flatMap(cells))])}\n`;
}

const numberIn = (cell: Cell): number | undefined => {
  if (typeof cell === 'string') return undefined;
  return typeof cell === 'number' ? cell : cell.value;
};

/** The same cell of several seeds: the mean with its interval over seeds, or what the seeds have there, if that is not a number in all. */
function overSeeds(cells: readonly Cell[]): Cell {
  const values = cells.map(numberIn);
  if (new Set(values).size === 1 && typeof cells[0] === 'number') return cells[0];
  if (values.every((value): value is number => Number.isFinite(value))) {
    const own = cells.map((cell) => (typeof cell === 'object' ? ([cell.low, cell.high] as const) : null));
    const { mean, shown } = meanOverSeeds(values, own);
    return { value: mean, low: shown[0], high: shown[1] };
  }
  return [...new Set(cells.map(cellText))].join(' / ');
}

const isInAll = (perSeed: readonly (Table | undefined)[]): perSeed is readonly Table[] => !perSeed.includes(undefined);

/**
 * One table over several seeds: each number is the mean with its 95% interval over seeds (Student).
 *
 * A number that is the same in all seeds, such as a rank, stays as it is; words that differ stand side by side.
 *
 * @param perSeed - The same table of each seed; at least two, with the same columns and rows in the same order.
 * @returns The table over seeds.
 * @throws InputError if a seed lacks it or has other columns or another number of rows.
 */
export function tableOverSeeds(perSeed: readonly (Table | undefined)[]): Table {
  const name = perSeed.find((table) => table)?.name;
  if (!isInAll(perSeed) || perSeed.some((table) => table.name !== name))
    throw new InputError(`the table '${name}' must be there for every seed, at the same place`);
  const [first] = perSeed;
  const other = perSeed.find(({ columns }) => JSON.stringify(columns) !== JSON.stringify(first.columns));
  if (other)
    throw new InputError(
      `the table '${first.name}' must have the same columns for every seed, got ${first.columns.join(', ')} and ${other.columns.join(', ')}`,
    );
  if (perSeed.some(({ rows }) => rows.length !== first.rows.length))
    throw new InputError(
      `the table '${first.name}' must have as many rows for every seed, got ${perSeed.map(({ rows }) => rows.length).join(', ')}`,
    );
  const rows = first.rows.map((row, i) => row.map((_, j) => overSeeds(perSeed.map((table) => table.rows[i][j]))));
  const note = `${first.note.replace(/[^.!?]$/, '$&.')} Numbers are means over ${perSeed.length} seeds with 95% intervals (Student).`;
  return { ...first, note, rows };
}
