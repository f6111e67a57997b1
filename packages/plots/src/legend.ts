import * as Plot from '@observablehq/plot';
import { drawPlot } from './draw-plot.ts';
import { ink, type SeriesStyle } from './palette.ts';
import type { MakeElement } from './svg.ts';
import { textWidth, wrap } from './text.ts';

/** One entry of a legend. */
export interface LegendEntry {
  /** What stands beside the key. */
  readonly label: string;
  /** Marks that are drawn as the key, on the unit square. */
  readonly key: Plot.Markish;
}

const keyWidth = 26;
const lineHeight = 18;
const fontSize = 12;

/** A key of a line with its symbol. */
export function lineKey({ color, dash, symbol }: SeriesStyle, points = true): Plot.Markish {
  const line = Plot.ruleY([0.5], { stroke: color, strokeWidth: 2, strokeDasharray: dash });
  return points ? [line, Plot.dot([[0.5, 0.5]], { fill: color, symbol, r: 3.5 })] : line;
}

/** A key of a filled area with its outline. */
export function areaKey({ color, dash }: SeriesStyle): Plot.Markish {
  return [
    Plot.rect([0], { x1: 0, x2: 1, y1: 0, y2: 1, fill: color, fillOpacity: 0.25 }),
    Plot.ruleY([1], { stroke: color, strokeWidth: 2, strokeDasharray: dash }),
  ];
}

/** A key of points. */
export function dotKey({ color, symbol }: SeriesStyle): Plot.Markish {
  return Plot.dot([[0.5, 0.5]], { fill: color, symbol, r: 4 });
}

/** A legend, drawn from its top left corner, and the height it takes. */
export function drawLegend(
  entries: readonly LegendEntry[],
  width: number,
  document: Document,
  make: MakeElement,
): { readonly element: Element; readonly height: number } {
  const element = make('g', { 'font-size': fontSize, fill: ink, 'text-anchor': 'start' });
  let x = 0;
  let y = 0;
  for (const { label, key } of entries) {
    const lines = wrap(label, width - keyWidth - 6, fontSize);
    const taken = keyWidth + 6 + Math.max(...lines.map((line) => textWidth(line, fontSize)));
    if (x > 0 && x + taken > width) {
      x = 0;
      y += lineHeight;
    }
    const unit = { domain: [0, 1], axis: null };
    const plot = { width: keyWidth, height: 12, margin: 1, x: unit, y: unit, marks: [key] };
    element.appendChild(drawPlot(plot, x, y + 3, document, make));
    for (const [at, line] of lines.entries())
      element.appendChild(make('text', { x: x + keyWidth + 6, y: y + 13 + at * lineHeight }, line));
    x += taken + 16;
    y += (lines.length - 1) * lineHeight;
  }
  return { element, height: entries.length ? y + lineHeight : 0 };
}
