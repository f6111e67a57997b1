import type { PlotOptions } from '@observablehq/plot';
import { defaultDocument } from '#document';
import { drawPlot } from './draw-plot.ts';
import { drawLegend, type LegendEntry } from './legend.ts';
import { ink, muted } from './palette.ts';
import { serialize } from './serialize.ts';
import { type MakeElement, svg } from './svg.ts';
import { wrap } from './text.ts';

/** The words around a figure; each stands in the picture itself, so that the file can be passed on alone. */
export interface FigureText {
  /** What the figure shows, in one line. */
  readonly title?: string;
  /** Below the title: the setting, such as dimension, radius and seed. */
  readonly subtitle?: string;
  /** Below the figure: how to read it and where the data are from. */
  readonly caption?: string;
}

/** One plot in a figure. */
export interface Panel {
  /** A line above the plot. */
  readonly heading?: string;
  /** What the marks mean, above the plot. */
  readonly legend?: readonly LegendEntry[];
  /** Width in pixels; by default the panels of a row share the figure's width equally. */
  readonly width?: number;
  /** Height of the plot in pixels, axes included. */
  readonly height: number;
  /** Marks and scales for Observable Plot; size, fonts and label places are set by the figure. */
  readonly plot: PlotOptions;
}

/** What {@link render} draws. */
export interface Figure extends FigureText {
  /** What the figure shows. */
  readonly title: string;
  /** One or two sentences for people who cannot see the picture. */
  readonly description: string;
  /** Width in pixels, 760 by default. */
  readonly width?: number;
  /** The panels, row by row. */
  readonly rows: readonly (readonly Panel[])[];
}

/** Where a figure is drawn. */
export interface RenderOptions {
  /** The document that makes the elements: by default the page's own, and in Node an empty one. Nothing is added to it. */
  readonly document?: Document;
}

const margin = 16;
const gap = 16;
const leading = 1.35;

/**
 * Draws a figure as an SVG that stands alone.
 *
 * The text has a white ground, its own words and generic fonts, needs no style sheet and has no ids, so it can be
 * opened as a file, shown by `<img>` or pasted into a page beside others, on a light or a dark ground. The same
 * figure gives the same bytes in Node and in a page on a fine screen; where a pixel of the page is one of the screen,
 * Observable Plot shifts marks by half of one to keep lines sharp.
 *
 * @param figure - Words and panels; the figures of this package are made of it, and yours can be too.
 * @returns The SVG as text, one `<svg>` element.
 * @example
 * ```ts
 * const line = Plot.lineY([3, 1, 2]);
 * const text = render({ title: 'Loss', description: 'Loss over steps.', rows: [[{ height: 200, plot: { marks: [line] } }]] });
 * ```
 */
export function render(figure: Figure, options: RenderOptions = {}): string {
  const document = options.document ?? defaultDocument();
  const make = svg(document);
  const { title, subtitle = '', caption = '', description, width = 760, rows } = figure;
  const inner = width - 2 * margin;

  const parts: Element[] = [];
  let y = margin;
  const write = (words: string, size: number, attributes: Readonly<Record<string, string>>) => {
    for (const line of words ? wrap(words, inner, size) : []) {
      y += Math.ceil(size * leading);
      parts.push(
        make('text', { x: margin, y: y - Math.round(size * (leading - 1)), 'font-size': size, ...attributes }, line),
      );
    }
  };

  write(title, 16, { 'font-weight': 'bold' });
  write(subtitle, 12, { fill: muted });
  for (const row of rows) {
    y += 10;
    const drawn = drawRow(row, inner, document, make);
    for (const { element, x } of drawn.panels)
      parts.push(make('g', { transform: `translate(${margin + x},${y})` }, element));
    y += drawn.height;
  }
  if (caption) y += 4;
  write(caption, 11, { fill: muted });

  const height = Math.ceil(y + margin);
  const frame = { width, height, viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': title };
  const look = { fill: ink, 'font-family': 'system-ui, sans-serif' };
  const ground = make('rect', { width, height, fill: '#ffffff' });
  const root = make(
    'svg',
    { ...frame, ...look },
    make('title', {}, title),
    make('desc', {}, description),
    ground,
    ...parts,
  );
  return `${serialize(root).replace('<svg', '<svg xmlns="http://www.w3.org/2000/svg"')}\n`;
}

function drawRow(row: readonly Panel[], width: number, document: Document, make: MakeElement) {
  const share = Math.floor((width - gap * (row.length - 1)) / row.length);
  let x = 0;
  const panels = row.map((panel) => {
    const place = x;
    x += (panel.width ?? share) + gap;
    return { x: place, ...drawPanel(panel, panel.width ?? share, document, make) };
  });
  return { panels, height: Math.max(...panels.map(({ height }) => height)) };
}

function drawPanel(
  { heading, legend = [], height, plot }: Panel,
  width: number,
  document: Document,
  make: MakeElement,
) {
  const element = make('g', {});
  let y = 0;
  if (heading) {
    element.appendChild(make('text', { x: 0, y: 13, 'font-size': 13, 'font-weight': 'bold' }, heading));
    y += 20;
  }
  const drawnLegend = drawLegend(legend, width, document, make);
  element.appendChild(make('g', { transform: `translate(0,${y})` }, drawnLegend.element));
  y += drawnLegend.height;
  element.appendChild(drawPlot(housePlot(plot, width, height), 0, y, document, make));
  return { element, height: y + height };
}

/** The look that all plots share: labels along the middle of their axes, room for them, no arrows. */
function housePlot(plot: PlotOptions, width: number, height: number): PlotOptions {
  const axis = { labelAnchor: 'center', labelArrow: 'none' } as const;
  return {
    marginLeft: 68,
    marginRight: 12,
    marginTop: 14,
    marginBottom: 42,
    ...plot,
    width,
    height,
    x: { ...axis, ...plot.x },
    y: { ...axis, ...plot.y },
  };
}
