import * as Plot from '@observablehq/plot';
import { dotKey } from './legend.ts';
import { ink, muted, type SeriesStyle, styleOf } from './palette.ts';
import { type FigureText, type Panel, type RenderOptions, render } from './render.ts';
import { requireDistinct, requireDomain, requireInterval, requireSome } from './require.ts';
import { shortNumber, textWidth } from './text.ts';

/** A variant of an experiment. */
export interface ComparisonRow {
  /** What is different, such as `gamma = 0`. */
  readonly label: string;
  /** What it has in common with the rows beside it; rows of a group follow each other. */
  readonly group: string;
  /** Words in the place of values that there are not. */
  readonly note?: string;
}

/** A measured value with its interval. */
export interface ComparisonValue {
  /** The value. */
  readonly value: number;
  /** Lower end of its interval. */
  readonly low: number;
  /** Upper end of its interval. */
  readonly high: number;
}

/** One quantity, measured for every row. */
export interface ComparisonSeries {
  /** Its name in the legend. */
  readonly label: string;
  /** One value a row, undefined where there is none. */
  readonly values: readonly (ComparisonValue | undefined)[];
}

/** Quantities on a common axis. */
export interface ComparisonPanel {
  /** What the values are, with their unit. */
  readonly xLabel: string;
  /** Ends of the axis; by default those of values and intervals. */
  readonly domain?: readonly [low: number, high: number];
  /** The quantities. */
  readonly series: readonly ComparisonSeries[];
}

/** What {@link comparison} draws. */
export interface Comparison extends FigureText {
  /** The variants from top to bottom. */
  readonly rows: readonly ComparisonRow[];
  /** The panels from left to right. */
  readonly panels: readonly ComparisonPanel[];
}

const width = 860;
const lineHeight = 17;

/**
 * Variants of an experiment in groups, one a row, with several quantities and their intervals beside each other.
 *
 * @param figure - The rows, the quantities and the words around them.
 * @returns The figure as SVG text.
 * @throws RangeError if there is no row, panel or series, two rows have one label, two series of a panel have one, the rows of a group
 * do not follow each other, a series has not one value a row, a number is not finite, an interval does not hold its value, or a
 * domain does not rise.
 * @example
 * ```ts
 * const rows = [{ group: 'width', label: 'm = 768' }, { group: 'width', label: 'm = 2304' }];
 * const values = [{ value: 0.95, low: 0.93, high: 0.97 }, { value: 0.99, low: 0.98, high: 1 }];
 * const text = comparison({ rows, panels: [{ xLabel: 'robust accuracy (share)', series: [{ label: "w'", values }] }] });
 * ```
 */
export function comparison(figure: Comparison, options?: RenderOptions): string {
  const { rows, panels, title = 'Variants compared' } = figure;
  check(figure);

  const groups = [...new Set(rows.map(({ group }) => group))];
  const lines = groups.flatMap((group) => [headingOf(group), ...rows.filter((row) => row.group === group).map(lineOf)]);
  const labels = [...groups, ...rows.map(({ label }) => `  ${label}`)];
  const labelWidth = 18 + Math.max(...labels.map((label) => textWidth(label, 11)));
  const plotWidth = Math.floor((width - 32 - labelWidth) / panels.length) - 16;

  let drawnSeries = 0;
  const drawn = panels.map(({ xLabel, domain, series }, at): Panel => {
    const styles = series.map(() => styleOf(drawnSeries++));
    const marginLeft = at === 0 ? labelWidth : 12;
    return {
      width: plotWidth + marginLeft,
      height: lines.length * lineHeight + 14 + 42,
      legend: series.map(({ label }, place) => ({ label, key: dotKey(styles[place]) })),
      plot: {
        marginLeft,
        x: { label: xLabel, nice: domain === undefined, grid: true, ticks: 5, ...(domain && { domain }) },
        y: { type: 'band', domain: lines, axis: null },
        marks: [
          Plot.ruleY(groups, { y: headingOf, stroke: '#dddddd' }),
          series.map(({ values }, place) => valueMarks(rows, values, styles[place], place - (series.length - 1) / 2)),
          at === 0 ? wordMarks(groups, rows, labelWidth) : null,
        ],
      },
    };
  });
  const description = `${rows.length} variants: ${rows.map((row, at) => `${row.label}: ${numbersOf(row, at, panels)}`).join('; ')}.`;
  return render({ ...figure, title, description, width, rows: [drawn] }, options);
}

const headingOf = (group: string): string => `group ${group}`;
const lineOf = ({ label }: ComparisonRow): string => `row ${label}`;

/** The values of a series, a little above or below the middle of their rows so that two may be the same. */
function valueMarks(
  rows: readonly ComparisonRow[],
  values: ComparisonSeries['values'],
  { color, symbol }: SeriesStyle,
  place: number,
): Plot.Markish {
  const points = rows.flatMap((row, at) => {
    const point = values[at];
    return point ? [{ ...point, y: lineOf(row) }] : [];
  });
  const dy = 5 * place;
  return [
    Plot.ruleY(points, { x1: 'low', x2: 'high', y: 'y', dy, stroke: color, strokeWidth: 2 }),
    Plot.dot(points, { x: 'value', y: 'y', dy, fill: color, symbol, r: 3.5 }),
  ];
}

/** Headings and labels left of the first panel, and notes in it. */
function wordMarks(groups: readonly string[], rows: readonly ComparisonRow[], labelWidth: number): Plot.Markish {
  const left = { frameAnchor: 'left', textAnchor: 'start', fill: ink } as const;
  return [
    Plot.text(groups, { ...left, y: headingOf, text: (group) => group, dx: -labelWidth, fontWeight: 'bold' }),
    Plot.text(rows, { ...left, y: lineOf, text: 'label', dx: 10 - labelWidth }),
    Plot.text(rows, { ...left, y: lineOf, text: 'note', dx: 8, fill: muted }),
  ];
}

function numbersOf({ note }: ComparisonRow, row: number, panels: readonly ComparisonPanel[]): string {
  const numbers = panels.flatMap(({ series }) =>
    series.flatMap(({ label, values }) => {
      const value = values[row];
      return value ? [`${label} ${shortNumber(value.value, 4)}`] : [];
    }),
  );
  return [...numbers, ...(note ? [note] : [])].join(', ');
}

function check({ rows, panels }: Comparison): void {
  requireSome('rows', rows);
  requireDistinct('rows', rows);
  requireSome('panels', panels);
  for (const [at, { group, label }] of rows.entries()) {
    const first = rows.findIndex((row) => row.group === group);
    if (rows.slice(first, at).some((row) => row.group !== group)) {
      throw new RangeError(`rows of a group must follow each other, got "${label}" of "${group}" after another group`);
    }
  }
  for (const { series, domain } of panels) {
    requireSome('series', series);
    requireDistinct('series', series);
    if (domain) requireDomain(domain);
    for (const { label, values } of series) {
      if (values.length !== rows.length) {
        throw new RangeError(
          `"${label}" must have a value or undefined for each of ${rows.length} rows, got ${values.length}`,
        );
      }
      for (const [at, point] of values.entries()) {
        if (point) requireInterval(`"${label}" of "${rows[at].label}"`, point.low, point.value, point.high);
      }
    }
  }
}
