import * as Plot from '@observablehq/plot';
import { drawFigure, innerWidth } from './draw-figure.ts';
import { extentOf } from './extent.ts';
import { type FigureText, type RenderOptions, textNames } from './figure.ts';
import { dotKey } from './legend.ts';
import { muted, styleOf } from './palette.ts';
import { requireRenderOptions } from './render.ts';
import { requireDistinct, requireFinite, requireSome } from './require.ts';
import { requireOptions } from './require-options.ts';

/** A place in the plane. */
export interface ScatterPoint {
  /** Along the horizontal axis. */
  readonly x: number;
  /** Along the vertical axis. */
  readonly y: number;
}

/** One cloud of points. */
export interface ScatterSeries {
  /** Its name in the legend. */
  readonly label: string;
  /** Its points. */
  readonly points: readonly ScatterPoint[];
}

/** What {@link scatter} draws. */
export interface Scatter extends FigureText {
  /** The clouds of points, the first one at the back. */
  readonly series: readonly ScatterSeries[];
  /** What `x` is, with its unit. */
  readonly xLabel: string;
  /** What `y` is, with its unit. */
  readonly yLabel: string;
  /** Draw the line of equal x and y, on axes of equal length and scale; `false` by default. */
  readonly diagonal?: boolean;
}

/**
 * Points in the plane, such as the coordinates of a perturbation against those of the dense mixture.
 *
 * @param figure - The points, what their axes are, and the words around them.
 * @param options - Where and how large it is drawn.
 * @returns The figure as SVG text; each point is one mark.
 * @throws RangeError if there is no series or point, two series have one label, or a coordinate is not finite.
 * @example
 * ```ts
 * const points = (slope: number) => Array.from({ length: 60 }, (_, at) => ({ x: Math.sin(at), y: slope * Math.sin(at) + 0.2 * Math.cos(7 * at) }));
 * const series = [{ label: 'against w', points: points(1) }, { label: "against w'", points: points(0.1) }];
 * const text = scatter({ series, xLabel: 'mixture', yLabel: 'perturbation', diagonal: true });
 * ```
 */
export function scatter(figure: Scatter, options: RenderOptions = {}): string {
  const axes = { xLabel: true, yLabel: true, diagonal: true } as const;
  requireOptions<Scatter>('scatter', figure, { ...textNames, ...axes, series: true });
  requireRenderOptions('scatter', options);
  const { series, xLabel, yLabel, diagonal = false, title = `${yLabel} against ${xLabel}` } = figure;
  requireSome('series', series);
  requireDistinct('series', series);
  for (const { label, points } of series) {
    requireSome(`points of "${label}"`, points);
    for (const [index, { x, y }] of points.entries()) requireFinite(`"${label}", point ${index}`, { x, y });
  }

  const marks = series.map(({ points }, index) => {
    const { color, symbol } = styleOf(index);
    return Plot.dot(points, { x: 'x', y: 'y', fill: color, fillOpacity: 0.55, symbol, r: points.length > 300 ? 2 : 3 });
  });
  const [low, high] = extentOf(series.flatMap(({ points }) => points.flatMap(({ x, y }) => [x, y])));
  const equal = diagonal ? { domain: [low, high] } : {};
  const line = Plot.link([0], { x1: low, y1: low, x2: high, y2: high, stroke: muted, strokeDasharray: '4 3' });

  const legend = series.map(({ label }, index) => ({ label, key: dotKey(styleOf(index)) }));
  const plot: Plot.PlotOptions = {
    grid: true,
    ...(diagonal && { aspectRatio: 1 }),
    x: { label: xLabel, nice: true, ticks: 7, ...equal },
    y: { label: yLabel, nice: true, ticks: 7, ...equal },
    marks: [diagonal ? line : null, marks],
  };
  // With a diagonal the frame inside the axes is a square, of 400 pixels where there is room.
  const width = Math.min(innerWidth(options), diagonal ? 480 : 728);
  const panel = { width, height: diagonal ? width - 24 : 400, legend, plot };
  const count = series.reduce((sum, { points }) => sum + points.length, 0);
  const description = `${count} points: ${yLabel} against ${xLabel}, for ${series.map(({ label }) => label).join(', ')}.`;
  return drawFigure({ ...figure, title, description, width: panel.width + 32, rows: [[panel]] }, options);
}
