import { csvFormatRows } from 'd3-dsv';
import { valueText } from '../run-name.ts';
import { FIRST, LAST, requireSides } from './column-names.ts';
import type { SweepResults, SweepRow } from './rows.ts';

/** What stands in a cell of the table of a sweep. */
export type SweepCell = string | number | boolean | null;

/** A column of the table of a sweep: a name, and a cell for each row. */
export interface SweepColumn {
  /** Its name. */
  readonly name: string;
  /** Its cells: all numbers, all booleans or all words, but for those that are missing. */
  readonly cells: readonly SweepCell[];
}

/** The values along a side of the grid: numbers or booleans where all are, else words. */
function cellsOf(rows: readonly SweepRow[], side: string): readonly SweepCell[] {
  const values = rows.map(({ values }) => values[side]);
  const alike = (kind: string) => values.every((value) => typeof value === kind);
  return alike('number') || alike('boolean') ? (values as SweepCell[]) : values.map(valueText);
}

/**
 * The table of a sweep: one row for each number of each run.
 *
 * @param results - The sweep.
 * @returns The columns: `run`, `experiment`, each side of the grid, `seed`, `version`, `backend`, `quantity`, `value`, `low`, `high`,
 * `holds`.
 * @throws InputError if a side of the grid is called like another column.
 */
export function sweepColumns({ rows, sides }: SweepResults): readonly SweepColumn[] {
  requireSides(sides);
  const own = (name: (typeof FIRST | typeof LAST)[number]) => ({ name, cells: rows.map((row) => row[name]) });
  return [...FIRST.map(own), ...sides.map((name) => ({ name, cells: cellsOf(rows, name) })), ...LAST.map(own)];
}

/**
 * The table of a sweep as CSV (RFC 4180), numbers with all their digits.
 *
 * @param columns - See `sweepColumns`.
 * @returns Text with a heading line; what is missing is empty.
 */
export function sweepCsv(columns: readonly SweepColumn[]): string {
  const rows = columns[0].cells.map((_, at) => columns.map(({ cells }) => String(cells[at] ?? '')));
  return `${csvFormatRows([columns.map(({ name }) => name), ...rows])}\n`;
}
