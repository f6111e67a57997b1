import type * as Plot from '@observablehq/plot';
import { type CurveLayout, curvePanels } from './curve-panels.ts';
import { drawFigure } from './draw-figure.ts';
import { extentOf } from './extent.ts';
import { type FigureText, type RenderOptions, textNames } from './figure.ts';
import { logAxis } from './log-axis.ts';
import { requireRenderOptions } from './render.ts';
import { requireDistinct, requireFinite, requireInterval, requireOneOf, requireShare, requireSome } from './require.ts';
import { requireOptions } from './require-options.ts';

/** A value at one place of a curve. */
export interface CurvePoint {
  /** Along the horizontal axis; > 0 on a log axis. */
  readonly x: number;
  /** The value. */
  readonly y: number;
  /** Lower end of its interval. Default: `y`. */
  readonly low?: number;
  /** Upper end of its interval. Default: `y`. */
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
  /** One panel for all curves, or one each with the others in grey behind; with more than seven curves `faceted`, else `overlaid`. */
  readonly layout?: CurveLayout;
}

/**
 * Curves over one quantity, such as accuracy against rank, with a band where points have intervals.
 *
 * A curve of more than 40 points has symbols at some of them only, each curve at other places, so that equal curves are seen.
 *
 * @param figure - The curves, what their axes are, and the words around them.
 * @param options - Where and how large it is drawn.
 * @returns The figure as SVG text.
 * @throws RangeError if there is no curve or point, two curves have one label, a number is not finite or does not fit its scale,
 * or an interval does not hold its value.
 * @example
 * ```ts
 * const ranks = [1, 2, 4, 8, 16, 32, 64];
 * const rise = (scale: number) => ranks.map((x) => ({ x, y: 0.95 - scale / (x + 2), low: 0.92 - scale / (x + 2), high: 0.98 - scale / (x + 2) }));
 * const series = [{ label: 'trained', points: rise(0.9) }, { label: 'truncated', points: rise(2.4) }];
 * const text = curves({ series, xLabel: 'rank', yLabel: 'robust accuracy (%)', xScale: 'log', yScale: 'percent' });
 * ```
 */
export function curves(figure: Curves, options: RenderOptions = {}): string {
  check(figure);
  requireRenderOptions('curves', options);
  const {
    series,
    xLabel,
    yLabel,
    xScale = 'linear',
    yScale = 'linear',
    layout,
    title = `${yLabel} against ${xLabel}`,
  } = figure;
  const factor = yScale === 'percent' ? 100 : 1;
  const drawn = series.map(({ label, points }) => ({
    label,
    points: points
      .map(({ x, y, low = y, high = y }) => ({ x, y: factor * y, low: factor * low, high: factor * high }))
      .sort((a, b) => a.x - b.x),
  }));
  const all = drawn.flatMap(({ points }) => points);
  const x = xScale === 'log' ? logAxis(all.map((point) => point.x)) : { nice: true, ticks: 7 };
  const heights = all.flatMap(({ low, high }) => [low, high]);
  const y =
    yScale === 'log'
      ? logAxis(heights)
      : yScale === 'percent'
        ? { domain: [0, 100] }
        : { domain: extentOf(heights), nice: true, ticks: 7 };
  const axes: Plot.PlotOptions = { x: { label: xLabel, ...x }, y: { label: yLabel, grid: true, ...y } };
  const description = `${yLabel} against ${xLabel}, for ${series.map(({ label }) => label).join(', ')}.`;
  return drawFigure({ ...figure, title, description, ...curvePanels(drawn, 360, axes, layout) }, options);
}

function check(figure: Curves): void {
  const axes = { xLabel: true, yLabel: true, xScale: true, yScale: true } as const;
  requireOptions<Curves>('curves', figure, { ...textNames, ...axes, series: true, layout: true });
  const { series, xScale, yScale } = figure;
  requireOneOf('xScale', xScale, ['linear', 'log']);
  requireOneOf('yScale', yScale, ['linear', 'log', 'percent']);
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
