import { drawFigure } from './draw-figure.ts';
import { type Figure, type Panel, type RenderOptions, textNames } from './figure.ts';
import { requireSome } from './require.ts';
import { requireOptions } from './require-options.ts';

const least = 280; // pixels

/** Refuses a misspelt name among the options of a figure, and a width that words and axes have no room in. */
export function requireRenderOptions(owner: string, options: RenderOptions): void {
  requireOptions<RenderOptions>(`the options of ${owner}`, options, { document: true, width: true });
  const { width = least } = options;
  if (!(width >= least && width < Infinity))
    throw new RangeError(`${owner}: width must be finite and >= ${least} (pixels), got ${width}`);
}

/**
 * Draws a figure as an SVG that stands alone.
 *
 * The text has a white ground and generic fonts, needs no style sheet and has no ids. So it can be opened as a file, shown by `<img>`, or
 * pasted into a page beside others. {@link darkFigures} gives a dark page its colours.
 *
 * The same figure gives the same bytes in Node and in a page on a fine screen. On a coarse one, where a pixel of the page is one of the
 * screen, Observable Plot shifts marks by half a pixel to keep lines sharp.
 *
 * @param figure - Words and panels; the figures of this package are made of it, and yours can be too.
 * @param options - Where and how large it is drawn.
 * @returns The SVG as text, one `<svg>` element.
 * @throws RangeError if a name is misspelt, there is no panel, or the width is less than 280.
 * @example
 * ```ts
 * const loss = Plot.lineY(Array.from({ length: 60 }, (_, step) => Math.exp(-step / 15) + 0.05 * Math.sin(step)));
 * const rows = [[{ height: 200, plot: { marks: [loss], x: { label: 'step' }, y: { label: 'loss' } } }]];
 * const text = render({ title: 'Loss', description: 'Loss over steps.', rows });
 * ```
 */
export function render(figure: Figure, options: RenderOptions = {}): string {
  requireOptions<Figure>('render', figure, { ...textNames, description: true, legend: true, width: true, rows: true });
  requireRenderOptions('render', options);
  requireSome('rows', figure.rows);
  for (const panel of figure.rows.flat())
    requireOptions<Panel>('a panel of render', panel, {
      heading: true,
      legend: true,
      width: true,
      height: true,
      plot: true,
    });
  return drawFigure(figure, options);
}
