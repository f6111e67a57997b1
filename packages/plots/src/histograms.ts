import * as Plot from '@observablehq/plot';
import { equalEdges, sharesOf } from './bins.ts';
import { drawFigure } from './draw-figure.ts';
import { endsOf, extentOf } from './extent.ts';
import { type FigureText, type Panel, type RenderOptions, textNames } from './figure.ts';
import { keepInside } from './keep-inside.ts';
import { areaKey, type LegendEntry } from './legend.ts';
import { ink, muted, type SeriesStyle, styleOf } from './palette.ts';
import { requireRenderOptions } from './render.ts';
import {
  requireDistinct,
  requireDomain,
  requireFinite,
  requireFiniteValues,
  requireInside,
  requireOneOf,
  requireSome,
} from './require.ts';
import { requireOptions } from './require-options.ts';

/** A value to mark on the horizontal axis. */
export interface HistogramMark {
  /** Where the rule stands. */
  readonly value: number;
  /** What is written at it, such as `bar 0.707`. */
  readonly label: string;
}

/** One sample. */
export interface HistogramSeries {
  /** Its name in the legend. */
  readonly label: string;
  /** Its values, as many as there are. */
  readonly values: ArrayLike<number>;
}

/** A point of a density. */
export interface HistogramCurvePoint {
  /** Along the horizontal axis. */
  readonly x: number;
  /** Probability per unit of `x`. */
  readonly density: number;
}

/** A density to compare with, such as that of random vectors. */
export interface HistogramCurve {
  /** What it is. */
  readonly label: string;
  /** Its points from left to right; the density integrates to 1. Points beyond the axis are not drawn. */
  readonly points: readonly HistogramCurvePoint[];
}

/** What {@link histograms} draws. */
export interface Histograms extends FigureText {
  /** The samples, of any length each. */
  readonly series: readonly HistogramSeries[];
  /** What the values are, with their unit. */
  readonly xLabel: string;
  /** What is counted, in the plural, such as `neurons`; `values` by default. */
  readonly countLabel?: string;
  /** Ends of the horizontal axis; by default those of the values, marks and curve. */
  readonly domain?: readonly [low: number, high: number];
  /** Number of bins, all of one width; 40 by default. */
  readonly thresholds?: number;
  /** Rules, such as the bar that values should pass. */
  readonly marks?: readonly HistogramMark[];
  /** A density, drawn as the share that it would put into each bin. */
  readonly curve?: HistogramCurve;
  /** `overlaid` in one panel, the default, or `faceted` into one for each series. */
  readonly layout?: 'overlaid' | 'faceted';
}

interface Sample {
  readonly label: string;
  readonly shares: readonly number[];
  readonly style: SeriesStyle;
}

/**
 * Histograms of several samples on the same bins, as shares, so that samples of different size compare.
 *
 * @param figure - The samples, what to mark, and the words around them.
 * @param options - Where and how large it is drawn.
 * @returns The figure as SVG text.
 * @throws RangeError if there is no series or value, two series have one label, a number is not finite, the number of bins
 * is not an integer from 1 to 500, or a value or mark lies outside the domain.
 * @example
 * ```ts
 * const cosines = (middle: number) => Float32Array.from({ length: 300 }, (_, at) => middle + 0.08 * Math.sin(at) + 0.05 * Math.cos(at * at));
 * const series = [{ label: 'cos(w, w′)', values: cosines(0.85) }, { label: 'cos(w, w0)', values: cosines(0.03) }];
 * const marks = [{ value: 0.707, label: 'bar 0.707' }];
 * const text = histograms({ series, marks, xLabel: 'cosine', countLabel: 'neurons', domain: [-1, 1] });
 * ```
 */
export function histograms(figure: Histograms, options: RenderOptions = {}): string {
  check(figure);
  requireRenderOptions('histograms', options);
  const {
    series,
    xLabel,
    countLabel = 'values',
    thresholds = 40,
    layout = 'overlaid',
    title = `Histogram of ${xLabel}`,
  } = figure;
  const domain = domainOf(figure);
  const edges = equalEdges(...domain, thresholds);
  const samples = series.map(({ label, values }, index) => ({
    label,
    shares: sharesOf(values, edges),
    style: styleOf(index),
  }));

  const binWidth = (domain[1] - domain[0]) / thresholds;
  const curve = (figure.curve?.points ?? [])
    .filter(({ x }) => x >= domain[0] && x <= domain[1])
    .map(({ x, density }) => ({ x, share: density * binWidth }));
  const [, tallest] = endsOf([...samples.flatMap(({ shares }) => shares), ...curve.map(({ share }) => share)]);
  const panel = (shown: readonly Sample[], height: number): Panel => ({
    height,
    legend: [...shown.map(entryOf), ...curveEntry(figure.curve)],
    plot: {
      marginTop: 16 + 14 * Math.max(0, (figure.marks?.length ?? 0) - 1),
      x: { label: xLabel, domain },
      y: { label: `share of ${countLabel} (%)`, domain: [0, 105 * tallest], ticks: 5 },
      marks: [
        Plot.gridY({ ticks: 5 }),
        shown.map((sample) => outline(sample, edges)),
        Plot.line(curve, {
          x: 'x',
          y: ({ share }) => 100 * share,
          stroke: ink,
          strokeWidth: 1.5,
          strokeDasharray: '4 2',
        }),
        Plot.ruleY([0]),
        (figure.marks ?? []).map(rule),
      ],
    },
  });
  const rows = layout === 'overlaid' ? [[panel(samples, 320)]] : samples.map((sample) => [panel([sample], 210)]);
  const description = `Share of ${countLabel} by ${xLabel}, for ${series.map(({ label }) => label).join(', ')}.`;
  return drawFigure({ ...figure, title, description, rows }, options);
}

function check(figure: Histograms): void {
  const axes = { xLabel: true, countLabel: true, domain: true, thresholds: true } as const;
  const shown = { series: true, marks: true, curve: true, layout: true } as const;
  requireOptions<Histograms>('histograms', figure, { ...textNames, ...axes, ...shown });
  const { series, marks = [], curve, domain, thresholds = 40, layout } = figure;
  requireOneOf('layout', layout, ['overlaid', 'faceted']);
  requireSome('series', series);
  requireDistinct('series', series);
  for (const { label, values } of series) requireFiniteValues(`values of "${label}"`, values);
  for (const { label, value } of marks) requireFinite(`mark "${label}"`, { value });
  for (const { x, density } of curve?.points ?? []) requireFinite(`curve "${curve?.label}"`, { x, density });
  if (!Number.isInteger(thresholds) || thresholds < 1 || thresholds > 500) {
    throw new RangeError(`thresholds must be an integer from 1 to 500 (bins), got ${thresholds}`);
  }
  if (!domain) return;
  requireDomain(domain);
  for (const { label, value } of marks) requireInside(`mark "${label}"`, [value], domain);
  for (const { label, values } of series) requireInside(`values of "${label}"`, values, domain);
}

function domainOf({ domain, series, marks = [], curve }: Histograms): readonly [number, number] {
  if (domain) return domain;
  const places = [marks.map(({ value }) => value), (curve?.points ?? []).map(({ x }) => x)];
  return extentOf([...series.map(({ values }) => values), ...places].flatMap((list) => Array.from(list)));
}

/** The bars of a sample as one stepped area with its outline. */
function outline({ shares, style: { color, dash } }: Sample, edges: readonly number[]): Plot.Markish {
  const corners = [[edges[0], 0], ...shares.map((share, i) => [edges[i], 100 * share]), [edges[shares.length], 0]];
  const curve = 'step-after';
  return [
    Plot.areaY(corners, { x: '0', y: '1', curve, fill: color, fillOpacity: 0.25 }),
    Plot.lineY(corners, { x: '0', y: '1', curve, stroke: color, strokeWidth: 1.5, strokeDasharray: dash }),
  ];
}

/** A rule with its label above the frame, each label one line higher than the next. */
function rule({ value, label }: HistogramMark, index: number): Plot.Markish {
  return [
    Plot.ruleX([value], { stroke: muted, strokeWidth: 1.25, strokeDasharray: '3 3' }),
    Plot.text([value], {
      x: [value],
      text: [label],
      frameAnchor: 'top',
      dy: -12 - 14 * index,
      fill: muted,
      render: keepInside(label),
    }),
  ];
}

function entryOf({ label, style }: Sample): LegendEntry {
  return { label, key: areaKey(style) };
}

function curveEntry(curve: HistogramCurve | undefined): LegendEntry[] {
  return curve
    ? [{ label: curve.label, key: Plot.ruleY([0.5], { stroke: ink, strokeWidth: 1.5, strokeDasharray: '4 2' }) }]
    : [];
}
