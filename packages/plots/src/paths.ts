import * as Plot from '@observablehq/plot';
import { drawFigure } from './draw-figure.ts';
import { extentOf } from './extent.ts';
import { type FigureText, type Panel, type RenderOptions, textNames } from './figure.ts';
import { keepInside } from './keep-inside.ts';
import { lineKey } from './legend.ts';
import { muted, type SeriesStyle, styleOf } from './palette.ts';
import { requireRenderOptions } from './render.ts';
import { requireDistinct, requireFinite, requireOneOf, requireShare, requireSome } from './require.ts';
import { requireOptions } from './require-options.ts';
import type { ScatterPoint } from './scatter.ts';

/** A way through the plane. */
export interface PathSeries {
  /** Its name in the legend. */
  readonly label: string;
  /** Its points in the order in which they are joined; the first is drawn hollow. */
  readonly points: readonly ScatterPoint[];
  /** A place along the horizontal axis to compare with: its symbol at the foot of the panel. Default: none. */
  readonly beside?: number;
}

/** A value that a rule marks. */
export interface PathMark {
  /** Where the rule is. */
  readonly value: number;
  /** What is written at it. */
  readonly label: string;
}

/** A panel of {@link paths}. */
export interface PathPanel {
  /** A line above it. Default: none. */
  readonly heading?: string;
  /** Its paths; those of one label have one style in all panels. */
  readonly series: readonly PathSeries[];
  /** A height to mark. Default: none. */
  readonly level?: PathMark;
}

/** What {@link paths} draws. */
export interface Paths extends FigureText {
  /** Panels on common axes. */
  readonly panels: readonly PathPanel[];
  /** What `x` is, with its unit. */
  readonly xLabel: string;
  /** What `y` is, with its unit. */
  readonly yLabel: string;
  /** Scale of the vertical axis: `linear` by default, `percent` for shares between 0 and 1. */
  readonly yScale?: 'linear' | 'percent';
  /** A place along the horizontal axis to mark in every panel. Default: none. */
  readonly mark?: PathMark;
  /** What the symbols at the foot are, for the legend. Needed where a path has one. */
  readonly besideLabel?: string;
}

/**
 * Paths in the plane, their points joined in the order of time and not from left to right: robust accuracy against how much of a
 * network is left, say, step by step.
 *
 * @param figure - The paths, what their axes are, and the words around them.
 * @param options - Where and how large it is drawn.
 * @returns The figure as SVG text.
 * @throws RangeError if there is no panel, path or point, two paths of a panel have one label, a number is not finite, a percentage is
 * not a share, or symbols at the foot have no label.
 * @example
 * ```ts
 * const points = (turn: number) => Array.from({ length: 9 }, (_, at) => ({ x: 1 - turn * at ** 1.5, y: 1 - Math.exp(-at / 2) }));
 * const series = [{ label: 'layer 1', points: points(0.01) }, { label: 'layer 2', points: points(0.004) }];
 * const text = paths({ panels: [{ series }], xLabel: 'cosine with w', yLabel: 'robust accuracy (%)', yScale: 'percent' });
 * ```
 */
export function paths(figure: Paths, options: RenderOptions = {}): string {
  check(figure);
  requireRenderOptions('paths', options);
  const {
    panels,
    xLabel,
    yLabel,
    yScale = 'linear',
    mark,
    besideLabel,
    title = `${yLabel} against ${xLabel}`,
  } = figure;
  const factor = yScale === 'percent' ? 100 : 1;
  const labels = [...new Set(panels.flatMap(({ series }) => series.map(({ label }) => label)))];
  const style = (label: string) => styleOf(labels.indexOf(label));
  const all = panels.flatMap(({ series }) => series);
  const places = all.flatMap(({ points, beside }) => [...points.map(({ x }) => x), beside ?? points[0].x]);
  const levels = panels.flatMap(({ level }) => level?.value ?? []);
  const heights = [...all.flatMap(({ points }) => points.map(({ y }) => y)), ...levels];
  const axes: Plot.PlotOptions = {
    marginTop: 22,
    x: { label: xLabel, domain: extentOf([...places, mark?.value ?? places[0]]), nice: true, ticks: 6 },
    y: { label: yLabel, ...(yScale === 'percent' ? { domain: [0, 100] } : { domain: extentOf(heights), nice: true }) },
  };
  const rows = panels.map(({ heading, series, level }): Panel => {
    const marks = [
      Plot.gridY(),
      mark && [
        Plot.ruleX([mark.value], rule),
        Plot.text([mark.label], {
          x: [mark.value],
          frameAnchor: 'top',
          dy: -12,
          fill: muted,
          render: keepInside(mark.label),
        }),
      ],
      level && levelMarks(factor * level.value, level.label),
      ...series.map(({ label, points, beside }) => pathMarks(points, factor, style(label), beside)),
    ];
    return { heading, height: panels.length > 1 ? 300 : 360, plot: { ...axes, marks } };
  });
  const legend = [
    ...labels.map((label) => ({ label, key: lineKey(style(label)) })),
    ...(besideLabel ? [{ label: besideLabel, key: footKey }] : []),
  ];
  const description = `${yLabel} against ${xLabel}, point after point, for ${labels.join(', ')}.`;
  return drawFigure({ ...figure, title, description, legend, rows: [rows] }, options);
}

const rule = { stroke: muted, strokeDasharray: '3 3' };

/** The key of what lies at the foot of a panel: a symbol on its axis. */
const footKey: Plot.Markish = [Plot.ruleY([0], { stroke: muted }), Plot.dot([[0.5, 0.4]], { fill: muted, r: 4 })];

/** A dotted height with its words on the left, above it. */
const levelMarks = (y: number, label: string): Plot.Markish => [
  Plot.ruleY([y], { stroke: muted, strokeDasharray: '1 3' }),
  Plot.text([label], { y: [y], frameAnchor: 'left', textAnchor: 'start', dx: 4, dy: -7, fill: muted }),
];

function pathMarks(
  points: readonly ScatterPoint[],
  factor: number,
  { color, dash, symbol }: SeriesStyle,
  beside: number | undefined,
): Plot.Markish {
  const drawn = points.map(({ x, y }) => ({ x, y: factor * y }));
  const at = { x: 'x', y: 'y', symbol, r: 3 };
  return [
    Plot.line(drawn, { x: 'x', y: 'y', stroke: color, strokeWidth: 1.75, strokeDasharray: dash }),
    Plot.dot(drawn.slice(1), { ...at, fill: color }),
    Plot.dot(drawn.slice(0, 1), { ...at, stroke: color, strokeWidth: 1.5, fill: 'none' }),
    beside === undefined
      ? null
      : Plot.dot([beside], { x: [beside], frameAnchor: 'bottom', dy: -5, symbol, r: 4, fill: color }),
  ];
}

function check(figure: Paths): void {
  const axes = { xLabel: true, yLabel: true, yScale: true, mark: true, besideLabel: true } as const;
  requireOptions<Paths>('paths', figure, { ...textNames, ...axes, panels: true });
  const { panels, yScale, mark, besideLabel } = figure;
  requireOneOf('yScale', yScale, ['linear', 'percent']);
  requireSome('panels', panels);
  if (mark) requireFinite(`mark "${mark.label}"`, { value: mark.value });
  for (const panel of panels) {
    requireOptions<PathPanel>('a panel of paths', panel, { heading: true, series: true, level: true });
    const { series, level } = panel;
    requireSome('series', series);
    requireDistinct('series', series);
    if (level) requireHeight(`level "${level.label}"`, level.value, yScale);
    for (const { label, points, beside } of series) {
      requireSome(`points of "${label}"`, points);
      if (beside !== undefined) requireFinite(`"${label}"`, { beside });
      if (beside !== undefined && !besideLabel)
        throw new RangeError(`besideLabel must say what "${label}" has at the foot`);
      for (const [index, { x, y }] of points.entries()) {
        requireFinite(`"${label}", point ${index}`, { x });
        requireHeight(`"${label}", point ${index}`, y, yScale);
      }
    }
  }
}

function requireHeight(where: string, y: number, yScale: Paths['yScale']): void {
  requireFinite(where, { y });
  if (yScale === 'percent') requireShare(where, { y });
}
