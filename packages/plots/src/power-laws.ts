import * as Plot from '@observablehq/plot';
import { drawFigure } from './draw-figure.ts';
import { endsOf } from './extent.ts';
import { type FigureText, type Panel, type RenderOptions, textNames } from './figure.ts';
import { type LegendEntry, lineKey } from './legend.ts';
import { logAxis, logAxisOfSizes } from './log-axis.ts';
import { ground, ink, type SeriesStyle, styleOf } from './palette.ts';
import { requireRenderOptions } from './render.ts';
import { requireDistinct, requireFinite, requireSome } from './require.ts';
import { requireOptions } from './require-options.ts';
import { shortNumber } from './text.ts';

/** A measured cost. */
export interface PowerLawPoint {
  /** What was varied, such as a dimension; > 0. */
  readonly x: number;
  /** What it cost; > 0. */
  readonly y: number;
  /** Whether the end was not reached, so that it costs more than `y`; drawn hollow. `false` by default. */
  readonly unreached?: boolean;
}

/** The law `y = factor x^exponent`. */
export interface PowerLaw {
  /** Slope of its line on logarithmic axes. */
  readonly exponent: number;
  /** y at x = 1. */
  readonly factor: number;
}

/** Points with the power law through them. */
export interface PowerLawSeries {
  /** Its name in the legend. */
  readonly label: string;
  /** The points; repetitions may share an x. */
  readonly points: readonly PowerLawPoint[];
  /** The law through them; left out where there is none. */
  readonly law?: PowerLaw;
}

/** Series that share a pair of axes. */
export interface PowerLawPanel {
  /** A line above the panel. */
  readonly heading?: string;
  /** The series. */
  readonly series: readonly PowerLawSeries[];
}

/** What {@link powerLaws} draws. */
export interface PowerLaws extends FigureText {
  /** The panels from left to right, on equal axes. */
  readonly panels: readonly PowerLawPanel[];
  /** What `x` is, with its unit. */
  readonly xLabel: string;
  /** What `y` is, with its unit. */
  readonly yLabel: string;
}

/**
 * Costs against a size on logarithmic axes, each series with its power law: a straight line whose slope is the exponent.
 *
 * @param figure - The panels, what their axes are, and the words around them.
 * @param options - Where and how large it is drawn.
 * @returns The figure as SVG text; each point is one mark.
 * @throws RangeError if there is no panel, series or point, two series of a panel have one label, or a number is not finite
 * or, on an axis, not positive.
 * @example
 * ```ts
 * const points = [{ x: 256, y: 19000 }, { x: 512, y: 41000 }, { x: 768, y: 62000 }, { x: 1024, y: 80000, unreached: true }];
 * const series = [{ label: 'until robust', points, law: { exponent: 1.07, factor: 51 } }];
 * const text = powerLaws({ panels: [{ series }], xLabel: 'dimension', yLabel: 'training examples' });
 * ```
 */
export function powerLaws(figure: PowerLaws, options: RenderOptions = {}): string {
  requireOptions<PowerLaws>('powerLaws', figure, { ...textNames, panels: true, xLabel: true, yLabel: true });
  requireRenderOptions('powerLaws', options);
  const { panels, xLabel, yLabel, title = `${yLabel} against ${xLabel}` } = figure;
  check(panels);
  const all = panels.flatMap(({ series }) => series);
  const points = all.flatMap((series) => series.points);
  const x = { label: xLabel, ...logAxisOfSizes(points.map((point) => point.x)) };
  const heights = [...points, ...all.flatMap(lineOf)].map((point) => point.y);
  const y = { label: yLabel, grid: true, ...logAxis(heights) };
  const row = panels.map(({ heading, series }): Panel => {
    const marks = series.map((one, index) => marksOf(one, styleOf(index)));
    return { heading, height: 340, legend: legendOf(series), plot: { x, y, marks } };
  });
  const description = `${points.length} points on logarithmic axes: ${yLabel} against ${xLabel}. ${panels.map(told).join(' ')}`;
  return drawFigure(
    { ...figure, title, description, width: 60 + 400 * Math.max(panels.length, 1.5), rows: [row] },
    options,
  );
}

/** The ends of the line of a law, at the smallest and the largest x of its points. */
function lineOf({ points, law }: PowerLawSeries): readonly PowerLawPoint[] {
  return law ? endsOf(points.map(({ x }) => x)).map((x) => ({ x, y: law.factor * x ** law.exponent })) : [];
}

function marksOf(series: PowerLawSeries, { color, dash, symbol }: SeriesStyle): Plot.Markish[] {
  const { points } = series;
  const reached = points.filter(({ unreached }) => !unreached);
  const others = points.filter(({ unreached }) => unreached);
  return [
    Plot.line(lineOf(series), { x: 'x', y: 'y', stroke: color, strokeWidth: 1.5, strokeDasharray: dash }),
    Plot.dot(others, { x: 'x', y: 'y', fill: ground, stroke: color, strokeWidth: 1.5, symbol, r: 4 }),
    Plot.dot(reached, { x: 'x', y: 'y', fill: color, fillOpacity: 0.7, symbol, r: 3.5 }),
  ];
}

function legendOf(series: readonly PowerLawSeries[]): LegendEntry[] {
  const entries = series.map(({ label }, index) => ({ label, key: lineKey(styleOf(index)) }));
  const hollow = Plot.dot([[0.5, 0.5]], { fill: ground, stroke: ink, strokeWidth: 1.5, r: 4 });
  const some = series.some(({ points }) => points.some(({ unreached }) => unreached));
  return some ? [...entries, { label: 'not reached: costs more', key: hollow }] : entries;
}

function told({ heading, series }: PowerLawPanel): string {
  const laws = series.map(({ label, law }) => (law ? `${label} with exponent ${shortNumber(law.exponent)}` : label));
  return `${heading ? `${heading}: ` : ''}${laws.join(', ')}.`;
}

function check(panels: readonly PowerLawPanel[]): void {
  requireSome('panels', panels);
  for (const panel of panels) {
    requireOptions<PowerLawPanel>('a panel of powerLaws', panel, { heading: true, series: true });
    const { series } = panel;
    requireSome('series', series);
    requireDistinct('series', series);
    for (const one of series) {
      const { label, points, law } = one;
      requireSome(`points of "${label}"`, points);
      for (const [index, point] of points.entries()) requireDrawn(`"${label}", point ${index}`, point);
      if (law) requireFinite(`law of "${label}"`, { ...law });
      for (const end of lineOf(one)) requireDrawn(`law of "${label}"`, end);
    }
  }
}

function requireDrawn(where: string, { x, y }: PowerLawPoint): void {
  requireFinite(where, { x, y });
  if (!(x > 0 && y > 0)) throw new RangeError(`${where}: a log axis needs x, y > 0, got (${x}, ${y})`);
}
