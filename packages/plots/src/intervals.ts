import * as Plot from '@observablehq/plot';
import { drawFigure, innerWidth } from './draw-figure.ts';
import { type FigureText, type RenderOptions, textNames } from './figure.ts';
import type { LegendEntry } from './legend.ts';
import { ground, ink, palette } from './palette.ts';
import { requireRenderOptions } from './render.ts';
import {
  requireDistinct,
  requireDomain,
  requireFinite,
  requireInside,
  requireInterval,
  requireSome,
} from './require.ts';
import { requireOptions } from './require-options.ts';
import { shortNumber, textWidth, wrap } from './text.ts';

/** A measured value with its interval. */
export interface IntervalRow {
  /** What was measured, such as `C3 robust accuracy of w′ > 99%`. */
  readonly label: string;
  /** The value. */
  readonly value: number;
  /** Lower end of its interval. */
  readonly low: number;
  /** Upper end of its interval. */
  readonly high: number;
  /** The bar that it should pass, if there is one. */
  readonly bar?: number;
  /** Whether the claim holds; left out where nothing is claimed. */
  readonly holds?: boolean;
}

/** What {@link intervals} draws. */
export interface Intervals extends FigureText {
  /** The rows from top to bottom. */
  readonly rows: readonly IntervalRow[];
  /** What the values are, with their unit; `value` by default. */
  readonly xLabel?: string;
  /** Ends of the horizontal axis; by default those of values, intervals and bars. */
  readonly domain?: readonly [low: number, high: number];
}

const kept = palette[0].color;
const broken = palette[1].color;
const width = 860;
const narrow = 640; // pixels below which words stand above the values and not beside them
const labelWidth = 300;

/**
 * Values with their intervals, each against its bar: a forest plot.
 *
 * A claim that holds is a full dot, one that does not is a hollow square and says so in words; a bar is a short upright rule
 * in its row. The numbers stand at the right, with four significant digits or as many as keep them on their side of the bar.
 *
 * @param figure - The rows and the words around them.
 * @param options - Where and how large it is drawn.
 * @returns The figure as SVG text.
 * @throws RangeError if there is no row, two rows have one label, a number is not finite, an interval does not hold its value,
 * the domain does not rise, or an interval or bar lies outside it.
 * @example
 * ```ts
 * const rows = [
 *   { label: 'C2, seed 0', value: 0.004, low: 0.002, high: 0.007, bar: 0.01, holds: true },
 *   { label: 'C3, seed 0', value: 0.996, low: 0.99, high: 0.999, bar: 0.99, holds: true },
 *   { label: 'C8, seed 0', value: 0.077, low: 0.064, high: 0.091, bar: 0.5, holds: false },
 * ];
 * const text = intervals({ rows, xLabel: 'share', domain: [0, 1] });
 * ```
 */
export function intervals(figure: Intervals, options: RenderOptions = {}): string {
  requireOptions<Intervals>('intervals', figure, { ...textNames, rows: true, xLabel: true, domain: true });
  requireRenderOptions('intervals', options);
  const { rows, xLabel = 'value', domain, title = 'Values and their intervals' } = figure;
  check(rows, domain);

  const room = innerWidth(options, width);
  const words = room >= narrow ? wordsBeside(rows) : wordsAbove(rows, room - 24);
  const { rowHeight, dy } = words;
  const labels = rows.map(({ label }) => label);
  const y = 'label';
  const held = rows.filter(({ holds }) => holds === true);
  const failed = rows.filter(({ holds }) => holds === false);
  const open = rows.filter(({ holds }) => holds === undefined);
  const barred = rows.filter(({ bar }) => bar !== undefined);

  const plot: Plot.PlotOptions = {
    ...words.margins,
    x: { label: xLabel, nice: domain === undefined, grid: true, ticks: 5, ...(domain && { domain }) },
    y: { label: null, domain: labels, padding: 0.3, ...words.axis },
    marks: [
      Plot.tickX(barred, { x: 'bar', y, dy, ...words.tick, stroke: ink, strokeWidth: 2.5 }),
      Plot.ruleY(rows, { x1: 'low', x2: 'high', y, dy, stroke: colorOf, strokeWidth: 2 }),
      Plot.dot(held, { x: 'value', y, dy, fill: kept, r: 4.5 }),
      Plot.dot(failed, { x: 'value', y, dy, fill: ground, stroke: broken, strokeWidth: 2, symbol: 'square', r: 4.5 }),
      Plot.dot(open, { x: 'value', y, dy, fill: ink, symbol: 'diamond', r: 4 }),
      words.marks,
    ],
  };
  const height = rows.length * rowHeight + 14 + 42;
  const description = `${rows.length} values with intervals${barred.length ? ' against their bars' : ''}: ${rows
    .map((row) => `${row.label} ${numbersOf(row)}`)
    .join('; ')}.`;
  const legend = [
    ...(held.length ? [{ label: 'holds', key: Plot.dot([[0.5, 0.5]], { fill: kept, r: 4.5 }) }] : []),
    ...(failed.length ? [failedKey] : []),
    ...(barred.length ? [{ label: 'bar', key: Plot.ruleX([0.5], { stroke: ink, strokeWidth: 2.5 }) }] : []),
  ];
  return drawFigure({ ...figure, title, description, width, rows: [[{ height, legend, plot }]] }, options);
}

const colorOf = ({ holds }: IntervalRow) => (holds === undefined ? ink : holds ? kept : broken);

/** Where the words of the rows stand, and what that leaves to the rest. */
interface Words {
  readonly margins: Pick<Plot.PlotOptions, 'marginLeft' | 'marginRight'>;
  readonly axis: Plot.ScaleOptions;
  readonly rowHeight: number;
  /** Pixels by which values stand below the middle of their rows. */
  readonly dy: number;
  readonly tick: Plot.TickXOptions;
  readonly marks: Plot.Markish;
}

/** Labels at the left and numbers at the right. */
function wordsBeside(rows: readonly IntervalRow[]): Words {
  const lines = rows.map(({ label }) => wrap(label, labelWidth, 11));
  const numbers = { text: numbersOf, frameAnchor: 'right', textAnchor: 'start', dx: 12, fill: colorOf } as const;
  return {
    margins: {
      marginLeft: Math.max(...lines.flat().map((line) => textWidth(line, 11))) + 16,
      marginRight: Math.max(...rows.map((row) => textWidth(numbersOf(row), 11))) + 14,
    },
    axis: { tickSize: 0, tickFormat: (_, i) => lines[i].join('\n') },
    rowHeight: 12 + 14 * Math.max(...lines.map(({ length }) => length)),
    dy: 0,
    tick: {},
    marks: Plot.text(rows, { y: 'label', ...numbers }),
  };
}

/** Labels and numbers in lines above the values. */
function wordsAbove(rows: readonly IntervalRow[], width: number): Words {
  const lines = rows.map(({ label }) => wrap(label, width, 11));
  const rowHeight = 34 + 14 * Math.max(...lines.map(({ length }) => length));
  const dy = rowHeight / 2 - 12;
  const above = { y: 'label', frameAnchor: 'left', textAnchor: 'start', lineAnchor: 'bottom' } as const;
  return {
    margins: { marginLeft: 12, marginRight: 12 },
    axis: { axis: null },
    rowHeight,
    dy,
    tick: { insetTop: rowHeight / 4, insetBottom: rowHeight / 4 },
    marks: [
      Plot.text(rows, { ...above, text: (_, i) => lines[i].join('\n'), dy: dy - 22, fill: ink }),
      Plot.text(rows, { ...above, text: numbersOf, dy: dy - 8, fill: colorOf }),
    ],
  };
}

const failedKey: LegendEntry = {
  label: 'does not hold',
  key: Plot.dot([[0.5, 0.5]], { fill: ground, stroke: broken, strokeWidth: 2, symbol: 'square', r: 4.5 }),
};

function numbersOf({ value, low, high, bar, holds }: IntervalRow): string {
  const [short, ...ends] = [value, low, high].map((number) => shortNumber(number, 4, bar));
  const numbers = `${short} [${ends.join(', ')}]`;
  return holds === false ? `${numbers} does not hold` : numbers;
}

function check(rows: readonly IntervalRow[], domain: Intervals['domain']): void {
  requireSome('rows', rows);
  requireDistinct('rows', rows);
  if (domain) requireDomain(domain);
  for (const { label, low, value, high, bar } of rows) {
    requireInterval(`row "${label}"`, low, value, high);
    if (bar !== undefined) requireFinite(`row "${label}"`, { bar });
    if (domain) requireInside(`row "${label}"`, [low, high, bar], domain);
  }
}
