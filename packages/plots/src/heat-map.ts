import * as Plot from '@observablehq/plot';
import { drawFigure, innerWidth } from './draw-figure.ts';
import { endsOf } from './extent.ts';
import { type FigureText, type Panel, type RenderOptions, textNames } from './figure.ts';
import type { LegendEntry } from './legend.ts';
import { ground, ink, muted, ofValues, palette } from './palette.ts';
import { requireRenderOptions } from './render.ts';
import { requireDistinct, requireDomain, requireFinite, requireSome } from './require.ts';
import { requireOptions } from './require-options.ts';
import { svg } from './svg.ts';
import { shortNumber, textWidth } from './text.ts';

/** One cell of a heat map. */
export interface HeatCell {
  /** Its column. */
  readonly x: string;
  /** Its row. */
  readonly y: string;
  /** Its value. */
  readonly value: number;
  /** Whether it is framed, such as where a claim holds. */
  readonly marked?: boolean;
}

/** One heat map. */
export interface HeatPanel {
  /** What stands above it. */
  readonly label: string;
  /** Its cells; places without one stay empty. */
  readonly cells: readonly HeatCell[];
}

/** What {@link heatMap} draws. */
export interface HeatMap extends FigureText {
  /** The maps, as many side by side as there is room for. */
  readonly panels: readonly HeatPanel[];
  /** The columns of all maps, from left to right. */
  readonly x: readonly string[];
  /** The rows of all maps, from bottom to top. */
  readonly y: readonly string[];
  /** What the columns are, with their unit. */
  readonly xLabel: string;
  /** What the rows are, with their unit. */
  readonly yLabel: string;
  /** What the values are, with their unit. */
  readonly valueLabel: string;
  /** Values of the lightest and the darkest colour, also for values beyond them. Default: the least and the greatest value. */
  readonly domain?: readonly [low: number, high: number];
  /** What a frame around a cell means. Default: nothing is said of frames. */
  readonly markLabel?: string;
}

const width = 760;
const gap = 16;
const [narrowest, widest, tallest] = [1, 64, 30]; // pixels of a cell
const [fontSize, leastFont] = [11, 7];
const frame = palette[1].color;
const steps = 24; // of the scale of colours

const colors = Plot.scale({ color: { type: 'linear', scheme: 'blues', domain: [0, 1] } });

/** The colour of a share of the way, and that of words on it: whichever of dark and white is farther from it. */
function coloursOf(share: number): { readonly fill: string; readonly words: string } {
  const fill: string = colors.apply(Math.min(1, Math.max(0, share)));
  const [red, green, blue] = (fill.match(/\d+/g) as RegExpMatchArray).map((part) => (Number(part) / 255) ** 2.2);
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return { fill, words: luminance > 0.2 ? ink : ground };
}

/** A cell at its column and row. */
interface Placed {
  readonly column: number;
  readonly row: number;
  readonly share: number;
  readonly text: string;
  readonly marked: boolean;
}

/**
 * Values over two settings as colours, with the number in each cell: where in the plane something holds.
 *
 * Colours go from light to dark blue, the same in all maps; on a dark page they stay what they are. A frame marks a cell.
 *
 * @param figure - The maps, their columns and rows, and the words around them.
 * @param options - Where and how large it is drawn.
 * @returns The figure as SVG text.
 * @throws RangeError if there is no panel, column or row, a name is there twice, a cell is in no column or row or where another is, a
 * value is not finite, or the domain does not rise.
 * @example
 * ```ts
 * const [x, y] = [['0.1', '0.15', '0.2', '0.25'], ['0', '0.25', '0.5']];
 * const shareAt = (eps: string, margin: string) => Math.max(0, Math.min(1, 1.3 + Number(margin) - 5 * Number(eps)));
 * const cells = x.flatMap((eps) => y.map((margin) => ({ x: eps, y: margin, value: shareAt(eps, margin), marked: shareAt(eps, margin) > 0.9 })));
 * const axes = { x, y, xLabel: 'radius', yLabel: 'margin', valueLabel: 'robust accuracy' };
 * const text = heatMap({ panels: [{ label: 'C3', cells }], ...axes, domain: [0, 1], markLabel: 'holds' });
 * ```
 */
export function heatMap(figure: HeatMap, options: RenderOptions = {}): string {
  check(figure);
  requireRenderOptions('heatMap', options);
  const {
    panels,
    x,
    y,
    xLabel,
    yLabel,
    valueLabel,
    markLabel,
    title = `${valueLabel} over ${xLabel} and ${yLabel}`,
  } = figure;
  const values = panels.flatMap(({ cells }) => cells.map(({ value }) => value));
  const [low, high] = figure.domain ?? endsOf(values);
  const shareOf = (value: number) => (high > low ? (value - low) / (high - low) : 0.5);
  const size = sizeOf(figure, innerWidth(options, width));
  const drawn = panels.map(({ label, cells }): Panel => {
    const placed = cells.map(
      (cell): Placed => ({
        column: x.indexOf(cell.x),
        row: y.indexOf(cell.y),
        share: shareOf(cell.value),
        text: shortNumber(cell.value).replace('-', '−'),
        marked: cell.marked ?? false,
      }),
    );
    return { heading: label, ...panelOf(placed, figure, size) };
  });
  const description = `${valueLabel} for each ${xLabel} (columns) and ${yLabel} (rows): ${panels.map(({ label }) => label).join(', ')}.`;
  const legend = markLabel === undefined ? [] : [framed(markLabel)];
  const ramp = high > low ? [[scalePanel(low, high, valueLabel)]] : [];
  return drawFigure({ ...figure, title, description, legend, width, rows: [drawn, ...ramp] }, options);
}

const framed = (label: string): LegendEntry => ({
  label,
  key: Plot.rect([0], { x1: 0, x2: 1, y1: 0, y2: 1, fill: 'none', stroke: frame, strokeWidth: 2 }),
});

/** Pixels of a cell and around the cells. */
interface Size {
  readonly cell: readonly [width: number, height: number];
  readonly margins: Pick<Plot.PlotOptions, 'marginLeft' | 'marginRight' | 'marginTop' | 'marginBottom'>;
  readonly rotated: boolean;
}

/** Cells that fill half of the figure, or all of it where half is too little for their numbers. */
function sizeOf({ panels, x, y, yLabel }: HeatMap, inner: number): Size {
  const marginLeft = Math.min(0.45 * inner, Math.max(...y.map((name) => textWidth(name, fontSize))) + 32);
  const roomOf = (panelWidth: number) => Math.floor((panelWidth - marginLeft - 8) / x.length);
  const half = roomOf((inner - gap) / 2);
  const across = Math.min(widest, Math.max(narrowest, panels.length > 1 && half >= 36 ? half : roomOf(inner)));
  const longest = Math.max(...x.map((name) => textWidth(name, fontSize)));
  const rotated = longest > across;
  const margins = {
    marginLeft,
    marginRight: 8,
    marginTop: 6,
    marginBottom: rotated ? Math.min(0.71 * longest, 110) + 44 : 40,
  };
  return {
    cell: [across, Math.ceil(Math.max(18, Math.min(tallest, across), textWidth(yLabel, fontSize) / y.length))],
    margins,
    rotated,
  };
}

function panelOf(placed: readonly Placed[], { x, y, xLabel, yLabel }: HeatMap, { cell, margins, rotated }: Size) {
  const every = rotated ? Math.ceil((fontSize + 1) / cell[0]) : 1; // so that names do not cover each other
  const ticks = (names: readonly string[]) => names.map((_, at) => at);
  const plot: Plot.PlotOptions = {
    ...margins,
    x: {
      label: xLabel,
      domain: [-0.5, x.length - 0.5],
      ticks: ticks(x).filter((at) => at % every === 0),
      tickFormat: (at: number) => x[at],
      tickSize: 3,
      ...(rotated && { tickRotate: -45 }),
    },
    y: {
      label: yLabel,
      domain: [-0.5, y.length - 0.5],
      ticks: ticks(y),
      tickFormat: (at: number) => y[at],
      tickSize: 3,
    },
    marks: [cellMarks(placed), Plot.frame({ stroke: muted, strokeWidth: 0.5 })],
  };
  return {
    width: x.length * cell[0] + (margins.marginLeft ?? 0) + (margins.marginRight ?? 0),
    height: y.length * cell[1] + (margins.marginTop ?? 0) + (margins.marginBottom ?? 0),
    plot,
  };
}

/** A mark of the cells with their numbers, as far as these are legible, and their frames. */
function cellMarks(placed: readonly Placed[]): Plot.RenderFunction {
  const [, longest] = endsOf([1, ...placed.map(({ text }) => text.length)]);
  return (_index, { x, y }, _values, _dimensions, { document }) => {
    const make = svg(document);
    const [across, down] = [x, y].map((scale) => (at: number) => Math.round(Number(scale?.(at))));
    const font = Math.min(fontSize, Math.floor((across(0.5) - across(-0.5) - 4) / (0.58 * longest)));
    const drawn = placed.map(({ column, row, share, text, marked }) => {
      const [left, top] = [across(column - 0.5), down(row + 0.5)];
      const [width, height] = [across(column + 0.5) - left, down(row - 0.5) - top];
      const { fill, words } = coloursOf(share);
      const place = { x: left, y: top, width, height };
      const number = { x: left + width / 2, y: top + height / 2, dy: '0.35em', 'font-size': font, fill: words };
      const inside = { x: left + 2, y: top + 2, width: Math.max(1, width - 4), height: height - 4 };
      return make(
        'g',
        {},
        make('rect', { ...place, fill }),
        ...(marked ? [make('rect', { ...inside, fill: 'none', stroke: frame, 'stroke-width': 2 })] : []),
        ...(font >= leastFont ? [make('text', number, text)] : []),
      );
    });
    return make('g', { ...ofValues, 'aria-label': 'cells' }, ...drawn) as SVGElement;
  };
}

/** The scale of colours as a panel of its own. */
function scalePanel(low: number, high: number, label: string): Panel {
  const [cell, height] = [12, 12];
  const placed = Array.from({ length: steps }, (_, column) => ({
    column,
    row: 0,
    share: column / (steps - 1),
    text: '',
    marked: false,
  }));
  const margins = { marginLeft: 42, marginRight: 24, marginTop: 4, marginBottom: 36 };
  const ticks = [0, (steps - 1) / 2, steps - 1];
  const valueAt = (at: number) => shortNumber(low + ((high - low) * at) / (steps - 1)).replace('-', '−');
  return {
    width: Math.max(steps * cell, textWidth(label, fontSize)) + margins.marginLeft + margins.marginRight,
    height: height + margins.marginTop + margins.marginBottom,
    plot: {
      ...margins,
      x: { label, domain: [-0.5, steps - 0.5], ticks, tickFormat: valueAt, tickSize: 3 },
      y: { axis: null, domain: [-0.5, 0.5] },
      marks: [cellMarks(placed)],
    },
  };
}

function check(figure: HeatMap): void {
  const axes = { x: true, y: true, xLabel: true, yLabel: true, valueLabel: true } as const;
  requireOptions<HeatMap>('heatMap', figure, { ...textNames, ...axes, panels: true, domain: true, markLabel: true });
  const { panels, x, y, domain } = figure;
  requireSome('panels', panels);
  requireDistinct('panels', panels);
  for (const [name, names] of Object.entries({ x, y })) {
    requireSome(name, names);
    requireDistinct(
      name,
      names.map((label) => ({ label })),
    );
  }
  if (domain) requireDomain(domain);
  for (const panel of panels) {
    requireOptions<HeatPanel>('a panel of heatMap', panel, { label: true, cells: true });
    checkCells(panel, figure);
  }
}

function checkCells({ label, cells }: HeatPanel, { x, y }: HeatMap): void {
  requireSome(`cells of panel "${label}"`, cells);
  const seen = new Set<string>();
  for (const cell of cells) {
    requireOptions<HeatCell>('a cell of heatMap', cell, { x: true, y: true, value: true, marked: true });
    const where = `panel "${label}", cell (${cell.x}, ${cell.y})`;
    requireFinite(where, { value: cell.value });
    if (!x.includes(cell.x) || !y.includes(cell.y)) throw new RangeError(`${where}: no such column or row`);
    const place = JSON.stringify([cell.x, cell.y]);
    if (seen.has(place)) throw new RangeError(`${where} is there twice`);
    seen.add(place);
  }
}
