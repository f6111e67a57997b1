import * as Plot from '@observablehq/plot';
import { drawFigure, innerWidth } from './draw-figure.ts';
import { endsOf } from './extent.ts';
import { type FigureText, type Panel, type RenderOptions, textNames } from './figure.ts';
import { dotKey } from './legend.ts';
import { ink, muted, type SeriesStyle, styleOf } from './palette.ts';
import { requireRenderOptions } from './render.ts';
import { requireDistinct, requireDomain, requireInside, requireInterval, requireSome } from './require.ts';
import { requireOptions } from './require-options.ts';
import { shortNumber, textWidth } from './text.ts';

/** A variant of an experiment. */
export interface ComparisonRow {
  /** What is different, such as `gamma = 0`. */
  readonly label: string;
  /** What it has in common with the rows beside it; rows of a group follow each other. */
  readonly group: string;
  /** Words that stand in place of missing values. */
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
const narrow = 560; // pixels below which labels stand above their rows and not beside them
const widest = 0.45; // share of the room beyond which they do so too
const dodge = 7; // pixels between the values of two series in a row
const headingHeight = 24;
const noteGap = 10; // pixels between a value and a note beside it

/**
 * Variants of an experiment in groups, one a row, with several quantities and their intervals beside each other.
 *
 * @param figure - The rows, the quantities and the words around them.
 * @param options - Where and how large it is drawn.
 * @returns The figure as SVG text.
 * @throws RangeError if there is no row, panel or series, two rows have one label, two series of a panel have one, the rows of a group
 * do not follow each other, a series has not one value a row, a number is not finite, an interval does not hold its value, a
 * domain does not rise, or an interval lies outside it.
 * @example
 * ```ts
 * const rows = [256, 768, 2304].map((m) => ({ group: 'width', label: `m = ${m}` }));
 * rows.push({ group: 'start', label: 'random' }, { group: 'start', label: 'from w' });
 * const shares = (...values: number[]) => values.map((value) => ({ value, low: value - 0.03, high: Math.min(1, value + 0.02) }));
 * const series = [{ label: 'w', values: shares(0.08, 0.03, 0.03, 0.05, 0.05) }, { label: "w'", values: shares(0.7, 0.95, 0.97, 0.9, 0.96) }];
 * const text = comparison({ rows, panels: [{ xLabel: 'robust accuracy (share)', series, domain: [0, 1] }] });
 * ```
 */
export function comparison(figure: Comparison, options: RenderOptions = {}): string {
  check(figure);
  requireRenderOptions('comparison', options);
  const { rows, panels, title = 'Variants compared' } = figure;

  const room = innerWidth(options, width);
  const groups = rows.flatMap(({ group }) => group ?? []);
  const labels = [...groups, ...rows.map(({ label }) => `  ${label}`)];
  const needed = 18 + Math.max(...labels.map((label) => textWidth(label, 11)));
  const beside = room >= narrow && needed <= widest * room; // else labels stand above their rows
  const most = Math.max(...panels.map(({ series }) => series.length));
  const lines = placeLines(rows, { above: beside ? 0 : 16, height: 12 + dodge * most });
  const labelWidth = beside ? needed : 6;
  const plotWidth = beside ? Math.floor((room - labelWidth) / panels.length) - 16 : room - 12;

  let drawnSeries = 0;
  const drawn = panels.map((panel, at): Panel => {
    const { xLabel, domain, series } = panel;
    const styles = series.map(() => styleOf(drawnSeries++));
    const labelled = at === 0 || !beside;
    const marginLeft = labelled ? labelWidth : 12;
    return {
      width: plotWidth + marginLeft,
      height: lines.height + 14 + 42,
      legend: series.map(({ label }, place) => ({ label, key: dotKey(styles[place]) })),
      plot: {
        marginLeft,
        x: { label: xLabel, nice: domain === undefined, grid: true, ticks: 5, ...(domain && { domain }) },
        y: { domain: [lines.height, 0], axis: null },
        marks: [
          Plot.ruleY(lines.headings, { y: 'top', stroke: ink, strokeOpacity: 0.25 }),
          Plot.ruleY(lines.rows, { y: 'top', stroke: ink, strokeOpacity: 0.08 }),
          series.map(({ values }, place) =>
            valueMarks(lines.rows, values, styles[place], dodge * (place - (series.length - 1) / 2)),
          ),
          labelled ? labelMarks(lines, beside ? labelWidth : 0) : null,
          at === 0 ? noteMarks(lines.rows, panel) : null,
        ],
      },
    };
  });
  const description = `${rows.length} variants: ${rows.map((row, at) => `${row.label}: ${numbersOf(row, at, panels)}`).join('; ')}.`;
  return drawFigure({ ...figure, title, description, width, rows: [drawn] }, options);
}

/** A row with its place, in pixels from the top. */
interface PlacedRow extends ComparisonRow {
  readonly top: number;
  readonly middle: number;
  readonly labelAt: number;
}

/** Headings and rows from top to bottom; a row has room for its values, and above them for its label where that stands there. */
function placeLines(
  rows: readonly ComparisonRow[],
  { above, height }: { readonly above: number; readonly height: number },
) {
  let top = 0;
  const headings: { text: string; top: number; middle: number }[] = [];
  const placed = rows.map((row): PlacedRow => {
    if (row.group !== headings.at(-1)?.text) {
      headings.push({ text: row.group, top, middle: top + headingHeight / 2 });
      top += headingHeight;
    }
    const start = top;
    top += above + height;
    const middle = start + above + height / 2;
    return { ...row, top: start, middle, labelAt: above > 0 ? start + above / 2 + 3 : middle };
  });
  return { headings, rows: placed, height: top };
}

/** The values of a series, a little above or below the middle of their rows so that two may be the same. */
function valueMarks(
  rows: readonly PlacedRow[],
  values: ComparisonSeries['values'],
  { color, symbol }: SeriesStyle,
  below: number,
): Plot.Markish {
  const points = rows.flatMap(({ middle }, row) => {
    const point = values[row];
    return point ? [{ ...point, y: middle + below }] : [];
  });
  return [
    Plot.ruleY(points, { x1: 'low', x2: 'high', y: 'y', stroke: color, strokeWidth: 2 }),
    Plot.dot(points, { x: 'value', y: 'y', fill: color, symbol, r: 3.5 }),
  ];
}

/** Headings and labels at the left. */
function labelMarks({ headings, rows }: ReturnType<typeof placeLines>, width: number): Plot.Markish {
  const left = { frameAnchor: 'left', textAnchor: 'start', fill: ink } as const;
  return [
    Plot.text(headings, { ...left, y: 'middle', text: 'text', dx: -width, fontWeight: 'bold' }),
    Plot.text(rows, { ...left, y: 'labelAt', text: 'label', dx: width > 0 ? 10 - width : 0 }),
  ];
}

/** Notes beside the values of their rows: at the right, or at the left where the edge of the panel would cut them. */
function noteMarks(rows: readonly PlacedRow[], { series }: ComparisonPanel): Plot.Markish {
  const noted = rows.flatMap(({ note, middle }, row) => {
    const values = series.flatMap(({ values }) => values[row] ?? []);
    const [low, high] = endsOf(values.flatMap((one) => [one.low, one.high]));
    return note === undefined ? [] : [{ note, middle, low, high, isBeside: values.length > 0 }];
  });
  const words = { y: 'middle', text: 'note', textAnchor: 'start', dx: noteGap, fill: muted } as const;
  const besides = noted.filter(({ isBeside }) => isBeside);
  const render: Plot.RenderFunction = (index, scales, values, dimensions, context, next) => {
    const x = besides.map(({ note, low, high }) => {
      const [right, length] = [Number(scales.x?.(high)), textWidth(note, 11)];
      if (right + noteGap + length <= dimensions.width) return right;
      return Math.max(0, Number(scales.x?.(low)) - 2 * noteGap - length);
    });
    return next?.(index, scales, Object.assign({}, values, { x }), dimensions, context) ?? null;
  };
  return [
    Plot.text(besides, { ...words, x: 'high', render }),
    Plot.text(
      noted.filter(({ isBeside }) => !isBeside),
      { ...words, frameAnchor: 'left' },
    ),
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

function check(figure: Comparison): void {
  requireOptions<Comparison>('comparison', figure, { ...textNames, rows: true, panels: true });
  const { rows, panels } = figure;
  requireSome('rows', rows);
  requireDistinct('rows', rows);
  requireSome('panels', panels);
  for (const [at, { group, label }] of rows.entries()) {
    const first = rows.findIndex((row) => row.group === group);
    if (rows.slice(first, at).some((row) => row.group !== group)) {
      throw new RangeError(`rows of a group must follow each other, got "${label}" of "${group}" after another group`);
    }
  }
  for (const panel of panels) {
    requireOptions<ComparisonPanel>('a panel of comparison', panel, { xLabel: true, domain: true, series: true });
    const { series, domain } = panel;
    requireSome('series', series);
    requireDistinct('series', series);
    if (domain) requireDomain(domain);
    for (const { label, values } of series) {
      requireSome(`values of "${label}"`, values);
      if (values.length !== rows.length) {
        throw new RangeError(
          `"${label}" must have a value or undefined for each of ${rows.length} rows, got ${values.length}`,
        );
      }
      for (const [at, point] of values.entries()) {
        if (!point) continue;
        const where = `"${label}" of "${rows[at].label}"`;
        requireInterval(where, point.low, point.value, point.high);
        if (domain) requireInside(where, [point.low, point.high], domain);
      }
    }
  }
}
