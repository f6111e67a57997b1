import * as Plot from '@observablehq/plot';
import { lineKey } from './legend.ts';
import { muted, styleOf } from './palette.ts';
import { type FigureText, type RenderOptions, render } from './render.ts';
import { requireDistinct, requireFinite, requireInterval, requireShare, requireSome } from './require.ts';
import { shortNumber } from './text.ts';

/** Accuracy under attack at one radius. */
export interface RobustnessPoint {
  /** Radius of the attack, in input units, at least 0. */
  readonly eps: number;
  /** Share of points that the attack did not break, between 0 and 1. */
  readonly accuracy: number;
  /** Lower end of the share's interval. */
  readonly low: number;
  /** Upper end of the share's interval. */
  readonly high: number;
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
}

/**
 * Robust accuracy against the radius of the attack, a curve with its interval for each network.
 *
 * Accuracies are given as shares and drawn in percent.
 *
 * @param figure - The curves and the words around them.
 * @returns The figure as SVG text.
 * @throws RangeError if there is no curve or point, two curves have one label, a number is not finite, an accuracy
 * is not a share, or an interval does not hold its accuracy.
 * @example
 * ```ts
 * const points = [{ eps: 0, accuracy: 1, low: 0.99, high: 1 }, { eps: 0.1, accuracy: 0.02, low: 0.01, high: 0.04 }];
 * const text = robustnessCurves({ series: [{ label: 'clean', points }], norm: 'l2', tau: 0.11 });
 * ```
 */
export function robustnessCurves(figure: RobustnessCurves, options?: RenderOptions): string {
  const { series, norm, tau, title = 'Robust accuracy against the radius of the attack' } = figure;
  check(series, tau);

  const marks = series.map(({ points }, index) => {
    const { color, dash, symbol } = styleOf(index);
    const ordered = points.toSorted((a, b) => a.eps - b.eps);
    const x = (point: RobustnessPoint) => point.eps;
    const y = (point: RobustnessPoint) => 100 * point.accuracy;
    const band = { y1: (point: RobustnessPoint) => 100 * point.low, y2: (point: RobustnessPoint) => 100 * point.high };
    return [
      Plot.areaY(ordered, { x, ...band, fill: color, fillOpacity: 0.18 }),
      Plot.lineY(ordered, { x, y, stroke: color, strokeWidth: 2, strokeDasharray: dash }),
      Plot.dot(ordered, { x, y, fill: color, symbol, r: 3 }),
    ];
  });
  const rule = tau !== undefined && [
    Plot.ruleX([tau], { stroke: muted, strokeDasharray: '3 3' }),
    Plot.text([[tau, 100]], { text: [`τ = ${shortNumber(tau)}`], dy: -9, fill: muted }),
  ];

  const legend = series.map(({ label }, index) => ({ label, key: lineKey(styleOf(index)) }));
  const plot: Plot.PlotOptions = {
    marginTop: 22,
    x: { label: `radius of the attack, eps (${norm} norm, input units)`, zero: true },
    y: { label: 'robust accuracy (%)', domain: [0, 100] },
    marks: [Plot.gridY(), Plot.ruleY([0]), rule || null, marks],
  };
  const description = `Accuracy under attack in percent against the radius in the ${norm} norm, for ${series
    .map(({ label }) => label)
    .join(', ')}; bands are intervals.`;
  return render({ ...figure, title, description, rows: [[{ height: 340, legend, plot }]] }, options);
}

function check(series: readonly RobustnessSeries[], tau: number | undefined): void {
  requireSome('series', series);
  requireDistinct('series', series);
  if (tau !== undefined) requireFinite('figure', { tau });
  for (const { label, points } of series) {
    requireSome(`points of "${label}"`, points);
    for (const { eps, accuracy, low, high } of points) {
      const where = `"${label}" at eps ${eps}`;
      requireFinite(where, { eps });
      if (eps < 0) throw new RangeError(`${where}: eps must be >= 0 (input units)`);
      requireShare(where, { accuracy, low, high });
      requireInterval(where, low, accuracy, high);
    }
  }
}
