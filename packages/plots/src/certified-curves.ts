import * as Plot from '@observablehq/plot';
import { drawFigure } from './draw-figure.ts';
import { type FigureText, type Panel, type RenderOptions, textNames } from './figure.ts';
import { type LegendEntry, lineKey } from './legend.ts';
import { ink, muted, palette, type SeriesStyle } from './palette.ts';
import { requireRenderOptions } from './render.ts';
import { requireOptions } from './require-options.ts';
import {
  type PlainPoint,
  plainPoint,
  type RobustnessPoint,
  type RobustnessShare,
  radiusAxes,
  requirePoint,
  requireSeries,
} from './robustness-curves.ts';

/** Certified and attacked accuracy at one radius; a point of an `evaluate` with certifiers is one. */
export interface CertifiedPoint extends RobustnessPoint {
  /** Share of points that are proved robust at this radius, at most `accuracy`, alone or with its interval. */
  readonly certified?: number | RobustnessShare;
  /** Robust accuracy itself, between the two, where it is known. Default: it is not. */
  readonly exact?: number | RobustnessShare | null;
}

/** The curves of one network. */
export interface CertifiedSeries {
  /** The network's name. */
  readonly label: string;
  /** Its shares, in any order of the radii. */
  readonly points: readonly CertifiedPoint[];
}

/** What {@link certifiedCurves} draws. */
export interface CertifiedCurves extends FigureText {
  /** A panel for each network. */
  readonly series: readonly CertifiedSeries[];
  /** The norm that radii are measured in, such as `l2`. */
  readonly norm: string;
  /** The radius at which the networks are judged; marked by a rule. */
  readonly tau?: number;
}

const [attackedStyle, , certifiedStyle] = palette;
const exactStyle: SeriesStyle = { color: ink, dash: 'none', symbol: 'circle' };
const RADIUS = 5.5; // of the ring around a point that is known exactly, beyond the symbols inside it

/**
 * What is proved, what attacks left, and the gap between them against the radius: robust accuracy lies in the band.
 *
 * Shares are drawn in percent; bars are their intervals. Where nothing is undecided a ring says that the share is exact.
 *
 * @param figure - The curves and the words around them.
 * @param options - Where and how large it is drawn.
 * @returns The figure as SVG text.
 * @throws RangeError if there is no curve or point, two curves have one label, a number is not finite, a share is none, or a
 * certified share is above the attacked one.
 * @example
 * ```ts
 * const certified = [1, 1, 0.99, 0.93, 0.74, 0.41];
 * const points = certified.map((share, at) => ({ eps: at / 20, accuracy: [1, 1, 1, 0.97, 0.87, 0.66][at], certified: share }));
 * const text = certifiedCurves({ series: [{ label: "w'", points }], norm: 'l2', tau: 0.15 });
 * ```
 */
export function certifiedCurves(figure: CertifiedCurves, options: RenderOptions = {}): string {
  requireOptions<CertifiedCurves>('certifiedCurves', figure, { ...textNames, series: true, norm: true, tau: true });
  requireRenderOptions('certifiedCurves', options);
  const { norm, tau, title = 'What is proved and what attacks left, against the radius' } = figure;
  requireSeries(figure.series, tau);
  const series = figure.series.map(({ label, points }) => ({ label, rows: points.map(rowOf) }));
  for (const { label, rows } of series) requireRows(label, rows);

  const alone = series.length === 1;
  const panels = series.map(
    ({ label, rows }): Panel => ({
      ...(!alone && { heading: label }),
      height: alone ? 340 : 240,
      plot: { ...radiusAxes(norm, tau), marks: [...(radiusAxes(norm, tau).marks ?? []), marksOf(rows)] },
    }),
  );
  const names = series.map(({ label }) => label).join(', ');
  const description = `Share of examples in percent that are certified and that attacks left, against the radius in the ${norm} norm, for ${names}; robust accuracy lies in the band between them.`;
  return drawFigure({ ...figure, title, description, legend, rows: [panels] }, options);
}

const legend: readonly LegendEntry[] = [
  { label: 'attacked: no attack broke these', key: lineKey(attackedStyle) },
  {
    label: 'undecided',
    key: Plot.rect([0], { x1: 0, x2: 1, y1: 0, y2: 1, fill: muted, fillOpacity: 0.3 }),
  },
  { label: 'certified: nothing can break these', key: lineKey(certifiedStyle) },
  {
    label: 'exact: nothing is undecided',
    key: Plot.dot([[0.5, 0.5]], { stroke: exactStyle.color, symbol: exactStyle.symbol, r: 4.5 }),
  },
];

/** What is known at one radius, in percent. */
interface Row {
  readonly attacked: PlainPoint;
  readonly certified?: PlainPoint;
  readonly exact?: PlainPoint;
}

function rowOf({ certified, exact, ...attacked }: CertifiedPoint): Row {
  const { eps } = attacked;
  return {
    attacked: plainPoint(attacked),
    ...(certified !== undefined && { certified: plainPoint({ eps, accuracy: certified }) }),
    ...(exact !== undefined && exact !== null && { exact: plainPoint({ eps, accuracy: exact }) }),
  };
}

const endOf = (rows: readonly Row[], end: keyof Row): PlainPoint[] =>
  rows.map((row) => row[end]).filter((point) => point !== undefined);

/** Refuses shares that are none, do not lie as they must, or of which nothing is certified. */
function requireRows(label: string, rows: readonly Row[]): void {
  if (endOf(rows, 'certified').length === 0)
    throw new RangeError(`points of "${label}" must hold certified shares; without any there is robustnessCurves`);
  for (const { attacked, certified, exact } of rows) {
    for (const point of [attacked, certified, exact]) if (point) requirePoint(label, point);
    const [low, high] = [certified?.accuracy ?? 0, attacked.accuracy];
    const between = exact?.accuracy ?? high;
    if (low > between || between > high)
      throw new RangeError(
        `"${label}" at eps ${attacked.eps}: certified <= exact <= attacked must hold, got certified ${low}, exact ${exact?.accuracy ?? 'unknown'}, attacked ${high}`,
      );
  }
}

function marksOf(rows: readonly Row[]): Plot.Markish {
  const sorted = rows.toSorted((a, b) => a.attacked.eps - b.attacked.eps);
  return [
    Plot.areaY(sorted, {
      x: ({ attacked }: Row) => attacked.eps,
      y1: ({ certified }: Row) => (certified ? 100 * certified.accuracy : Number.NaN), // a gap where nothing is known
      y2: ({ attacked }: Row) => 100 * attacked.accuracy,
      fill: muted,
      fillOpacity: 0.3,
    }),
    endMarks(endOf(sorted, 'certified'), certifiedStyle),
    endMarks(endOf(sorted, 'attacked'), attackedStyle),
    Plot.dot(endOf(sorted, 'exact'), {
      x: 'eps',
      y: percent('accuracy'),
      stroke: exactStyle.color,
      symbol: exactStyle.symbol,
      r: RADIUS,
    }),
  ];
}

const percent = (name: 'accuracy' | 'low' | 'high') => (point: PlainPoint) => 100 * point[name];

function endMarks(points: readonly PlainPoint[], { color, dash, symbol }: SeriesStyle): Plot.Markish {
  const at = { x: 'eps', y: percent('accuracy') };
  return [
    Plot.ruleX(points, { x: 'eps', y1: percent('low'), y2: percent('high'), stroke: color, strokeOpacity: 0.6 }),
    Plot.line(points, { ...at, stroke: color, strokeWidth: 1.75, strokeDasharray: dash }),
    Plot.dot(points, { ...at, fill: color, symbol, r: 3 }),
  ];
}
