import { defaultDocument } from '#document';
import { drawPlot } from './draw-plot.ts';
import type { Figure, Panel, RenderOptions } from './figure.ts';
import { housePlot } from './house-plot.ts';
import { drawLegend } from './legend.ts';
import { ground, ink, muted } from './palette.ts';
import { serialize } from './serialize.ts';
import { type MakeElement, svg } from './svg.ts';
import { wrap } from './text.ts';

const margin = 16;
const gap = 16;
const leading = 1.35;
const leastShare = 220; // pixels that each panel of a shared row has at least

/** Pixels between the margins of a figure that is `own` wide by default. */
export const innerWidth = ({ width }: RenderOptions, own = 760): number => (width ?? own) - 2 * margin;

/** Draws a figure whose record was checked; see `render`. */
export function drawFigure(figure: Figure, options: RenderOptions): string {
  const document = options.document ?? defaultDocument();
  const make = svg(document);
  const { title, subtitle = '', caption = '', description, legend = [], rows } = figure;
  const width = options.width ?? figure.width ?? 760;
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
  const place = (element: Element, left: number, top: number) =>
    parts.push(make('g', { transform: `translate(${left},${top})` }, element));

  write(title, 16, { 'font-weight': 'bold' });
  write(subtitle, 12, { fill: muted });
  if (legend.length > 0) {
    const drawn = drawLegend(legend, inner, document, make);
    y += 10;
    place(drawn.element, margin, y);
    y += drawn.height;
  }
  for (const line of rows.flatMap((row) => linesOf(row, inner))) {
    y += 10;
    const drawn = line.map((panel) => drawPanel(panel, panel.width, document, make));
    const tallest = Math.max(...drawn.map(({ height }) => height));
    for (const [at, { element, height }] of drawn.entries()) place(element, margin + line[at].x, y + tallest - height);
    y += tallest;
  }
  if (caption) y += 4;
  write(caption, 11, { fill: muted });

  const height = Math.ceil(y + margin);
  const frame = { width, height, viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': title };
  const look = { fill: ink, 'font-family': 'system-ui, sans-serif' };
  const root = make(
    'svg',
    { ...frame, ...look },
    make('title', {}, title),
    make('desc', {}, description),
    make('rect', { width, height, fill: ground }),
    ...parts,
  );
  return `${serialize(root).replace('<svg', '<svg xmlns="http://www.w3.org/2000/svg"')}\n`;
}

/** A panel with its place in a line. */
type Placed = Panel & Required<Pick<Panel, 'width'>> & { readonly x: number };

/** The panels of a row, beside each other as far as there is room; their axes stand on one line. */
function linesOf(row: readonly Panel[], width: number): readonly (readonly Placed[])[] {
  const abreast = Math.max(1, Math.min(row.length, Math.floor((width + gap) / (leastShare + gap))));
  const share = Math.floor((width - gap * (abreast - 1)) / abreast);
  const lines: Placed[][] = [];
  let x = 0;
  for (const panel of row) {
    const own = Math.min(panel.width ?? share, width);
    if (lines.length === 0 || x + own > width) {
      lines.push([]);
      x = 0;
    }
    lines[lines.length - 1].push({ ...panel, width: own, x });
    x += own + gap;
  }
  return lines;
}

function drawPanel(
  { heading, legend = [], height, plot }: Panel,
  width: number,
  document: Document,
  make: MakeElement,
) {
  const element = make('g', {});
  let y = 0;
  for (const line of heading ? wrap(heading, width, 13) : []) {
    element.appendChild(make('text', { x: 0, y: y + 13, 'font-size': 13, 'font-weight': 'bold' }, line));
    y += 20;
  }
  const drawnLegend = drawLegend(legend, width, document, make);
  element.appendChild(make('g', { transform: `translate(0,${y})` }, drawnLegend.element));
  y += drawnLegend.height;
  const house = housePlot(plot, width, height);
  element.appendChild(drawPlot(house, 0, y, document, make));
  return { element, height: y + (house.height ?? height) };
}
