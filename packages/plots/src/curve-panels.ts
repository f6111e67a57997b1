import * as Plot from '@observablehq/plot';
import type { Figure, Panel } from './figure.ts';
import { lineKey } from './legend.ts';
import { muted, palette, type SeriesStyle, styleOf } from './palette.ts';
import { requireOneOf } from './require.ts';

/** A point as it is drawn. */
export interface DrawnPoint {
  readonly x: number;
  readonly y: number;
  readonly low: number;
  readonly high: number;
}

/** A curve as it is drawn. */
export interface DrawnSeries {
  readonly label: string;
  /** Its points from left to right. */
  readonly points: readonly DrawnPoint[];
}

/** How several curves share a figure: `overlaid` in one panel, or `faceted` into a panel each, the others in grey behind. */
export type CurveLayout = 'overlaid' | 'faceted';

/** Points beyond which a curve has marks at some of them only. */
const MARKED = 40;
const SOME = 8;

/**
 * Legend and panels of curves on common axes. Default: those with more curves than there are colours are faceted.
 *
 * @param series - The curves.
 * @param height - Of the panel that holds all of them.
 * @param plot - Axes, and the marks behind the curves.
 * @param layout - See {@link CurveLayout}.
 */
export function curvePanels(
  series: readonly DrawnSeries[],
  height: number,
  plot: Plot.PlotOptions,
  layout: CurveLayout = series.length > palette.length ? 'faceted' : 'overlaid',
): Pick<Figure, 'legend' | 'rows'> {
  requireOneOf('layout', layout, ['overlaid', 'faceted']);
  const isLog = plot.x?.type === 'log';
  if (layout === 'overlaid') {
    const drawn = series.map((one, index) => curveMarks(one, styleOf(index), marked(one, index, series.length, isLog)));
    const legend = series.map(({ label }, index) => ({ label, key: lineKey(styleOf(index)) }));
    return { rows: [[{ height, legend, plot: { ...plot, marks: [...(plot.marks ?? []), drawn] } }]] };
  }
  const [style] = palette;
  const panels = series.map((one): Panel => {
    const others = series.filter((other) => other !== one).map(({ points }) => line(points, behind));
    const own = curveMarks(one, style, marked(one, 0, 1, isLog));
    return {
      heading: one.label,
      height: Math.round(0.6 * height),
      plot: { ...plot, marks: [...(plot.marks ?? []), others, own] },
    };
  });
  const legend = [
    { label: 'the curve that is named', key: lineKey(style) },
    { label: 'the others', key: lineKey(behind, false) },
  ];
  return { legend, rows: [panels] };
}

const behind: SeriesStyle = { color: muted, dash: 'none', symbol: 'circle' };

const line = (points: readonly DrawnPoint[], { color, dash }: SeriesStyle) =>
  Plot.line(points, {
    x: 'x',
    y: 'y',
    stroke: color,
    strokeWidth: color === muted ? 0.75 : 1.75,
    strokeOpacity: color === muted ? 0.5 : 1,
    strokeDasharray: dash,
  });

function curveMarks({ points }: DrawnSeries, style: SeriesStyle, dots: readonly DrawnPoint[]): Plot.Markish {
  const { color, symbol } = style;
  return [
    Plot.areaY(points, { x: 'x', y1: 'low', y2: 'high', fill: color, fillOpacity: 0.16 }),
    line(points, style),
    Plot.dot(dots, { x: 'x', y: 'y', fill: color, symbol, r: 3 }),
  ];
}

/** The points with a symbol: all, or some of many, at other places than those of the other curves: equal curves show both. */
function marked({ points }: DrawnSeries, index: number, count: number, isLog: boolean): readonly DrawnPoint[] {
  if (points.length <= MARKED) return points;
  const along = ({ x }: DrawnPoint) => (isLog ? Math.log(x) : x);
  const [first, last] = [along(points[0]), along(points[points.length - 1])];
  const places = Array.from(
    { length: SOME },
    (_, at) => first + ((last - first) * (at + (index + 0.5) / count)) / SOME,
  );
  return [...new Set(places.map((place) => points.find((point) => along(point) >= place) ?? points[0]))];
}
