import * as Plot from '@observablehq/plot';
import { type CurveLayout, curvePanels } from './curve-panels.ts';
import { drawFigure } from './draw-figure.ts';
import { type FigureText, type RenderOptions, textNames } from './figure.ts';
import { muted } from './palette.ts';
import { requireRenderOptions } from './render.ts';
import { requireDistinct, requireFinite, requireInterval, requireShare, requireSome } from './require.ts';
import { requireOptions } from './require-options.ts';
import { shortNumber } from './text.ts';

/** A share with its interval, as a `Proportion` of `@advml/metrics` is one. */
export interface RobustnessShare {
  /** The share, between 0 and 1. */
  readonly value: number;
  /** Lower end of its interval. */
  readonly low: number;
  /** Upper end of its interval. */
  readonly high: number;
}

/** Accuracy under attack at one radius; a point of `evaluate` or `robustnessCurve` of `@advml/metrics` is one. */
export interface RobustnessPoint {
  /** Radius of the attack, in input units, at least 0. */
  readonly eps: number;
  /** Share of points that the attack did not break, between 0 and 1, alone or with its interval. */
  readonly accuracy: number | RobustnessShare;
  /** Lower end of the interval of a share that stands alone. Default: the share. */
  readonly low?: number;
  /** Upper end of the interval of a share that stands alone. Default: the share. */
  readonly high?: number;
}

/** The curve of one network. */
export interface RobustnessSeries {
  /** The network's name in the legend. */
  readonly label: string;
  /** Its accuracies, in any order of the radii. */
  readonly points: readonly RobustnessPoint[];
}

/** What {@link robustnessCurves} draws. */
export interface RobustnessCurves extends FigureText {
  /** A curve for each network. */
  readonly series: readonly RobustnessSeries[];
  /** The norm that radii are measured in, such as `l2`. */
  readonly norm: string;
  /** The radius at which the networks were trained and are judged; marked by a rule. */
  readonly tau?: number;
  /** One panel for all curves, or one each with the others in grey behind; with more than seven curves `faceted`, else `overlaid`. */
  readonly layout?: CurveLayout;
}

/**
 * Robust accuracy against the radius of the attack, a curve with its interval for each network.
 *
 * Accuracies are given as shares and drawn in percent.
 *
 * @param figure - The curves and the words around them.
 * @param options - Where and how large it is drawn.
 * @returns The figure as SVG text.
 * @throws RangeError if there is no curve or point, two curves have one label, a number is not finite, an accuracy
 * is not a share, or an interval does not hold its accuracy.
 * @example
 * ```ts
 * const at = (eps: number, accuracy: number) => ({ eps, accuracy, low: accuracy - 0.01, high: Math.min(1, accuracy + 0.01) });
 * const clean = [at(0, 0.99), at(0.05, 0.85), at(0.1, 0.23), at(0.15, 0.03), at(0.2, 0.01)];
 * const robust = [at(0, 0.99), at(0.05, 0.99), at(0.1, 0.99), at(0.15, 0.97), at(0.2, 0.87)];
 * const series = [{ label: 'clean', points: clean }, { label: 'robust', points: robust }];
 * const text = robustnessCurves({ series, norm: 'l2', tau: 0.15 });
 * // const { curve } = await evaluate(model, batch, ball(l2, 0.11), battery, { key }); // of '@advml/metrics'
 * // robustnessCurves({ series: [{ label: 'worst case', points: curve }], norm: 'l2' });
 * ```
 */
export function robustnessCurves(figure: RobustnessCurves, options: RenderOptions = {}): string {
  requireOptions<RobustnessCurves>('robustnessCurves', figure, {
    ...textNames,
    series: true,
    norm: true,
    tau: true,
    layout: true,
  });
  requireRenderOptions('robustnessCurves', options);
  const { norm, tau, layout, title = 'Robust accuracy against the radius of the attack' } = figure;
  requireSeries(figure.series, tau);
  const series = figure.series.map(({ label, points }) => ({ label, points: points.map(plainPoint) }));
  for (const { label, points } of series) for (const point of points) requirePoint(label, point);

  const drawn = series.map(({ label, points }) => ({
    label,
    points: points
      .map(({ eps, accuracy, low, high }) => ({ x: eps, y: 100 * accuracy, low: 100 * low, high: 100 * high }))
      .sort((a, b) => a.x - b.x),
  }));
  const axes = radiusAxes(norm, tau);
  const names = series.map(({ label }) => label).join(', ');
  const description = `Accuracy under attack in percent against the radius in the ${norm} norm, for ${names}; bands are intervals.`;
  return drawFigure({ ...figure, title, description, ...curvePanels(drawn, 340, axes, layout) }, options);
}

/** Percent against the radius, with a rule at the radius of training. */
export function radiusAxes(norm: string, tau: number | undefined): Plot.PlotOptions {
  const rule = tau !== undefined && [
    Plot.ruleX([tau], { stroke: muted, strokeDasharray: '3 3' }),
    Plot.text([[tau, 100]], { text: [`τ = ${shortNumber(tau)}`], dy: -9, fill: muted }),
  ];
  return {
    marginTop: 22,
    x: { label: `radius of the attack, eps (${norm} norm, input units)`, zero: true },
    y: { label: 'robust accuracy (%)', domain: [0, 100] },
    marks: [Plot.gridY(), Plot.ruleY([0]), rule || null],
  };
}

/** A point with its numbers side by side. */
export interface PlainPoint {
  readonly eps: number;
  readonly accuracy: number;
  readonly low: number;
  readonly high: number;
}

/** A point with its numbers side by side, whichever way they were given. */
export function plainPoint({ eps, accuracy, ...ends }: RobustnessPoint): PlainPoint {
  if (typeof accuracy === 'object') return { eps, accuracy: accuracy.value, low: accuracy.low, high: accuracy.high };
  const { low = accuracy, high = accuracy } = ends;
  return { eps, accuracy, low, high };
}

/** Refuses series without points or of one name. */
export function requireSeries(
  series: readonly { readonly label: string; readonly points: readonly unknown[] }[],
  tau: number | undefined,
): void {
  requireSome('series', series);
  requireDistinct('series', series);
  if (tau !== undefined) requireFinite('figure', { tau });
  for (const { label, points } of series) requireSome(`points of "${label}"`, points);
}

/** Refuses a point that cannot be drawn. */
export function requirePoint(label: string, { eps, accuracy, low, high }: PlainPoint): void {
  const where = `"${label}" at eps ${eps}`;
  requireFinite(where, { eps });
  if (eps < 0) throw new RangeError(`${where}: eps must be >= 0 (input units)`);
  requireShare(where, { accuracy, low, high });
  requireInterval(where, low, accuracy, high);
}
