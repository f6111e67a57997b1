import * as Plot from '@observablehq/plot';
import { ink } from './palette.ts';
import type { MakeElement } from './svg.ts';

/** Draws a plot as a group that can stand anywhere in a figure: without style sheet, class names or ids. */
export function drawPlot(
  options: Plot.PlotOptions,
  x: number,
  y: number,
  document: Document,
  make: MakeElement,
): Element {
  const drawn = Plot.plot({ ...options, document, className: 'plot' });
  const group = make('g', {
    transform: `translate(${x},${y})`,
    fill: ink,
    color: ink,
    'font-size': 11,
    'text-anchor': 'middle',
  });
  for (const child of Array.from(drawn.childNodes)) {
    if (child.nodeName.toLowerCase() !== 'style') group.appendChild(child);
  }
  return group;
}
