import * as Plot from '@observablehq/plot';
import { lineKey } from './legend.ts';
import { logAxis } from './log-axis.ts';
import { styleOf } from './palette.ts';
import { type FigureText, type RenderOptions, render } from './render.ts';
import { requireDistinct, requireFinite, requireInterval, requireShare, requireSome } from './require.ts';

/** A value at one place of a curve. */
export interface CurvePoint {
  /** Along the horizontal axis; > 0 on a log axis. */
  readonly x: number;
  /** The value. */
  readonly y: number;
  /** Lower end of its interval; `y` unless told. */
  readonly low?: number;
  /** Upper end of its interval; `y` unless told. */
  readonly high?: number;
}

/** One curve. */
export interface CurveSeries {
  /** Its name in the legend. */
  readonly label: string;
  /** Its points, in any order. */
  readonly points: readonly CurvePoint[];
}

/** What {@link curves} draws. */
export interface Curves extends FigureText {
  /** The curves. */
  readonly series: readonly CurveSeries[];
  /** What `x` is, with its unit. */
  readonly xLabel: string;
  /** What `y` is, with its unit. */
  readonly yLabel: string;
  /** Scale of the horizontal axis; `linear` by default. */
  readonly xScale?: 'linear' | 'log';
  /** Scale of the vertical axis: `linear` by default, `log` for positive values, `percent` for shares between 0 and 1. */
  readonly yScale?: 'linear' | 'log' | 'percent';
}

/** Points beyond which a curve is drawn without its marks. */
const MARKED = 40;

/**
 * Curves over one quantity, such as accuracy against rank, with a band where points have intervals.
 *
 * @param figure - The curves, what their axes are, and the words around them.
 * @returns The figure as SVG text.
 * @throws RangeError if there is no curve or point, two curves have one label, a number is not finite or does not fit its scale,
 * or an interval does not hold its value.
 * @example
 * ```ts
 * const points = [{ x: 1, y: 0.65, low: 0.6, high: 0.7 }, { x: 64, y: 0.9, low: 0.87, high: 0.93 }];
 * const figure = { series: [{ label: 'trained', points }], xLabel: 'rank', yLabel: 'robust accuracy (%)' };
 * const text = curves({ ...figure, xScale: 'log', yScale: 'percent' });
 * ```
 */
export function curves(figure: Curves, options?: RenderOptions): string {
  const {
    series,
    xLabel,
    yLabel,
    xScale = 'linear',
    yScale = 'linear',
    title = `${yLabel} against ${xLabel}`,
  } = figure;
  check(figure);
  const factor = yScale === 'percent' ? 100 : 1;
  const marks = series.map(({ points }, index) => {
    const { color, dash, symbol } = styleOf(index);
    const ordered = points
      .map(({ x, y, low = y, high = y }) => ({ x, y: factor * y, low: factor * low, high: factor * high }))
      .sort((a, b) => a.x - b.x);
    return [
      Plot.areaY(ordered, { x: 'x', y1: 'low', y2: 'high', fill: color, fillOpacity: 0.15 }),
      Plot.line(ordered, { x: 'x', y: 'y', stroke: color, strokeWidth: 1.75, strokeDasharray: dash }),
      ordered.length <= MARKED ? Plot.dot(ordered, { x: 'x', y: 'y', fill: color, symbol, r: 3 }) : null,
    ];
  });

  const all = series.flatMap(({ points }) => points);
  const x = xScale === 'log' ? logAxis(all.map((point) => point.x)) : { nice: true, ticks: 7 };
  const heights = all.flatMap(({ y, low = y, high = y }) => [low, high]);
  const y =
    yScale === 'log' ? logAxis(heights) : yScale === 'percent' ? { domain: [0, 100] } : { nice: true, ticks: 7 };
  const plot: Plot.PlotOptions = { x: { label: xLabel, ...x }, y: { label: yLabel, grid: true, ...y }, marks };
  const legend = series.map(({ label }, index) => ({ label, key: lineKey(styleOf(index)) }));
  const description = `${yLabel} against ${xLabel}, for ${series.map(({ label }) => label).join(', ')}.`;
  return render({ ...figure, title, description, rows: [[{ height: 360, legend, plot }]] }, options);
}

function check({ series, xScale, yScale }: Curves): void {
  requireSome('series', series);
  requireDistinct('series', series);
  for (const { label, points } of series) {
    requireSome(`points of "${label}"`, points);
    for (const [index, { x, y, low = y, high = y }] of points.entries()) {
      const where = `"${label}", point ${index}`;
      requireFinite(where, { x });
      requireInterval(where, low, y, high);
      if (yScale === 'percent') requireShare(where, { low, high });
      if ((xScale === 'log' && x <= 0) || (yScale === 'log' && low <= 0)) {
        throw new RangeError(`${where}: a log axis needs numbers > 0, got (${x}, ${low})`);
      }
    }
  }
}
