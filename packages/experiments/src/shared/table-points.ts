import type { CurveSeries } from '@advml/plots';
import type { Table } from '@advml/runs';

/**
 * The rows of a kind as points of a curve.
 *
 * @param table - A table whose first column says what a row is about; of one seed or over several.
 * @param kind - The kind.
 * @param x - Heading of the column of numbers to stand along the axis.
 * @param y - Heading of the column of numbers with intervals.
 * @returns Points, of the rows that have both.
 */
export function tablePoints({ columns, rows }: Table, kind: string, x: string, y: string): CurveSeries['points'] {
  const [alongX, alongY] = [x, y].map((heading) => columns.indexOf(heading));
  return rows.flatMap((row) => {
    const [at, cell] = [row[alongX], row[alongY]];
    if (row[0] !== kind || typeof at !== 'number' || typeof cell !== 'object') return [];
    return [{ x: at, y: cell.value, low: cell.low, high: cell.high }];
  });
}
