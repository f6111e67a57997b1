import type * as Plot from '@observablehq/plot';
import { colorOf, largestMagnitude, levelOf } from './diverging.ts';
import { drawFigure, innerWidth } from './draw-figure.ts';
import { type FigureText, type Panel, type RenderOptions, textNames } from './figure.ts';
import { muted, ofValues } from './palette.ts';
import { requireRenderOptions } from './render.ts';
import {
  requireDistinct,
  requireDomain,
  requireFinite,
  requireFiniteValues,
  requireOneOf,
  requireSome,
} from './require.ts';
import { requireOptions } from './require-options.ts';
import { type MakeElement, svg } from './svg.ts';
import { textWidth, wrap } from './text.ts';

/** One picture. */
export interface GridImage {
  /** Its values in the order that the grid tells, `height * width * channels` of them. */
  readonly values: ArrayLike<number>;
  /** Words below it, such as a class. */
  readonly label?: string;
}

/** Pictures that belong together. */
export interface ImagePanel {
  /** What stands above them, such as `filters after adversarial training`. */
  readonly label: string;
  /** The pictures, from left to right and then down. */
  readonly images: readonly GridImage[];
  /**
   * `natural` by default: grey, or red, green and blue, over the domain. `diverging` for filters, gradients and perturbations: red
   * below zero, blue above; with three channels each from dark to bright around a middle grey.
   */
  readonly colors?: 'natural' | 'diverging';
  /** Values of black and of white in natural colours; 0 and 1 by default. Values beyond are drawn as these. */
  readonly domain?: readonly [low: number, high: number];
  /** Value of the deepest diverging colours, also for values beyond it; by default the largest magnitude of each picture. */
  readonly limit?: number;
}

/** What {@link imageGrid} draws. */
export interface ImageGrid extends FigureText {
  /** The panels from top to bottom. */
  readonly panels: readonly ImagePanel[];
  /** Height of every picture, 1 to 256 pixels. */
  readonly height: number;
  /** Width of every picture, 1 to 256 pixels. */
  readonly width: number;
  /** 1 by default, or 3 for red, green and blue. */
  readonly channels?: 1 | 3;
  /** Whether values stand pixel by pixel, `hwc`, the default, or channel by channel, `chw`, as in filters. */
  readonly order?: 'hwc' | 'chw';
  /** Pictures in a row; by default all of a panel, but at most ten. Where these have no room, fewer. */
  readonly columns?: number;
}

const gap = 6;
const abreast = 10; // pictures in a row, at most, by default
const leastSide = 56; // pixels of the figure that a picture takes by default where fewer stand in a row
const largestSide = 160; // where there are few columns
const largest = 256;
const labelLine = 13;
const shades = { grey: 31, color: 15 }; // steps from black to white, of a grey or of one channel

/**
 * Pictures side by side: images, filters, gradients, perturbations, each pixel a square of whole pixels.
 *
 * Greys have 32 shades, colours 16 of each channel, diverging colours 16 steps on each side of zero, which keeps the file small.
 *
 * @param figure - The pictures, how they are stored, and the words around them.
 * @param options - Where and how large it is drawn.
 * @returns The figure as SVG text.
 * @throws RangeError if there is no panel or picture, two panels have one label, a size is not an integer in its range or does not
 * fit its values or the figure, a value is not finite, a domain does not rise, or a limit is not positive.
 * @example
 * ```ts
 * const filters = Array.from({ length: 8 }, (_, at) => ({
 *   values: Float32Array.from({ length: 49 }, (_, pixel) => Math.sin((pixel % 7) * Math.cos(at) + Math.floor(pixel / 7) * Math.sin(at))),
 *   label: `${at}`,
 * }));
 * const text = imageGrid({ panels: [{ label: 'filters', images: filters, colors: 'diverging' }], height: 7, width: 7, columns: 8 });
 * ```
 */
export function imageGrid(figure: ImageGrid, options: RenderOptions = {}): string {
  check(figure);
  requireRenderOptions('imageGrid', options);
  const { panels, title = panels.map(({ label }) => label).join(', ') } = figure;
  const room = innerWidth(options);
  const { cell, columns } = gridIn(room, figure);
  const rows = panels.map((panel) => {
    const heading = panel.label === title ? undefined : panel.label;
    return [{ heading, ...drawPanel(figure, panel, { room, cell, columns }) }];
  });
  const description = panels
    .map(({ label, images, colors }) => {
      const scale = colors === 'diverging' ? ', red or dark below zero, blue or bright above' : '';
      return `${label}: ${images.length} pictures of ${figure.height} x ${figure.width} pixels${scale}.`;
    })
    .join(' ');
  return drawFigure({ ...figure, width: undefined, title, description, rows }, options);
}

function check(figure: ImageGrid): void {
  const sizes = { height: true, width: true, channels: true, order: true, columns: true } as const;
  requireOptions<ImageGrid>('imageGrid', figure, { ...textNames, ...sizes, panels: true });
  const { panels, height, width, channels = 1, columns = 1, order } = figure;
  requireOneOf('order', order, ['hwc', 'chw']);
  requireSome('panels', panels);
  requireDistinct('panels', panels);
  for (const [name, size, most] of [
    ['height', height, largest],
    ['width', width, largest],
    ['columns', columns, Math.floor((innerWidth({}) + gap) / (width + gap))],
  ] as const)
    if (!Number.isInteger(size) || size < 1 || size > most)
      throw new RangeError(`${name} must be an integer from 1 to ${most}, got ${size}`);
  if (channels !== 1 && channels !== 3) throw new RangeError(`channels must be 1 or 3, got ${channels}`);
  for (const panel of panels) {
    const colors = { colors: true, domain: true, limit: true } as const;
    requireOptions<ImagePanel>('a panel of imageGrid', panel, { label: true, images: true, ...colors });
    const { label, images, domain, limit = 1 } = panel;
    requireOneOf(`colors of panel "${label}"`, panel.colors, ['natural', 'diverging']);
    requireSome(`images of panel "${label}"`, images);
    if (domain) requireDomain(domain);
    requireFinite(`panel "${label}"`, { limit });
    if (limit <= 0) throw new RangeError(`panel "${label}": limit must be > 0, got ${limit}`);
    for (const [at, { values }] of images.entries()) {
      const name = `image ${at} of panel "${label}"`;
      requireFiniteValues(name, values);
      if (values.length !== height * width * channels)
        throw new RangeError(
          `${name}: ${height} x ${width} x ${channels} needs ${height * width * channels} values, got ${values.length}`,
        );
    }
  }
}

/** Where pictures stand. */
interface Layout {
  /** Width of the figure between its margins. */
  readonly room: number;
  /** Pixels of the figure for one of a picture. */
  readonly cell: number;
  /** Pictures in a row. */
  readonly columns: number;
}

/** The largest pictures of which those of a row fit: all of the longest panel, or as many as the figure says, or ten. */
function gridIn(room: number, { panels, height, width, columns }: ImageGrid): Omit<Layout, 'room'> {
  const most = Math.max(...panels.map(({ images }) => images.length));
  const side = columns === undefined ? Math.max(leastSide, width) : width; // what is asked for may be small
  const fitting = Math.max(1, Math.floor((room + gap) / (side + gap)));
  const inRow = Math.min(columns ?? abreast, most, fitting);
  const share = Math.floor((room + gap) / inRow) - gap;
  const cell = Math.max(1, Math.min(Math.floor(share / width), Math.floor(largestSide / Math.max(height, width))));
  return { cell, columns: inRow };
}

function drawPanel(grid: ImageGrid, panel: ImagePanel, { room, cell, columns }: Layout): Panel {
  const across = grid.width * cell + gap;
  const images = panel.images.map(({ values, label = '' }) => ({ values, words: linesOf(label, across) }));
  const lines = Math.max(...images.map(({ words }) => words.length));
  const down = grid.height * cell + gap + (lines > 0 ? 2 + lines * labelLine : 0);
  const pictures: Plot.RenderFunction = (_index, _scales, _values, _dimensions, { document }) => {
    const make = svg(document);
    const drawn = images.flatMap((image, at) => {
      const place = { x: (at % columns) * across, y: Math.floor(at / columns) * down };
      return drawImage(grid, panel, image, cell, place, make);
    });
    return make('g', {}, ...drawn) as SVGElement;
  };
  return {
    width: room,
    height: Math.ceil(images.length / columns) * down,
    plot: { margin: 0, x: { axis: null }, y: { axis: null }, marks: [pictures] },
  };
}

/** Stands for a space after a slash where lines are broken. */
const JOINER = '\u2060';

/** Words below a picture, in two lines at most; what does not fit is cut. */
function linesOf(label: string, width: number): readonly string[] {
  if (label === '') return [];
  const breaking = label.replace(/\/(\s?)/g, (_, space) => (space ? `/${JOINER}` : '/ ')); // a line may end after a slash
  const lines = wrap(breaking, width, 11).map((line) => line.replaceAll('/ ', '/').replaceAll(JOINER, ' '));
  const two = lines.length > 2 ? [lines[0], lines.slice(1).join(' ')] : lines;
  return two.map((line) => clipped(line, width));
}

/** The pixels as one path for each colour, runs of equal neighbours joined, on white, with a frame and the words below. */
function drawImage(
  grid: ImageGrid,
  panel: ImagePanel,
  { values, words }: { readonly values: ArrayLike<number>; readonly words: readonly string[] },
  cell: number,
  { x, y }: { readonly x: number; readonly y: number },
  make: MakeElement,
): Element[] {
  const { height, width } = grid;
  const color = colorsOf(grid, panel, values);
  const paths = new Map<string, string>();
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; ) {
      const [start, own] = [column, color(row * width + column)];
      while (column < width && color(row * width + column) === own) column++;
      if (own !== '#ffffff') paths.set(own, `${paths.get(own) ?? ''}M${start} ${row}h${column - start}`);
    }
  }
  const lines = [...paths].map(([stroke, d]) => make('path', { stroke, d }));
  const middle = { transform: `translate(${x},${y + cell / 2}) scale(${cell})` }; // a line along the middle of each row
  const frame = { x, y, width: width * cell, height: height * cell, stroke: muted, 'stroke-width': 0.5 };
  const below = (line: number) => ({ x: x + (width * cell) / 2, y: y + height * cell + 12 + line * labelLine });
  return [
    make('g', ofValues, make('rect', { ...frame, fill: '#ffffff' })),
    make('g', { ...ofValues, ...middle, 'shape-rendering': 'crispEdges', 'stroke-width': 1 }, ...lines),
    ...words.map((line, at) => make('text', below(at), line)),
  ];
}

/** As much of a text as fits, so that it does not run into its neighbour's. */
function clipped(label: string, width: number): string {
  if (textWidth(label, 11) <= width) return label;
  const fitting = Math.max(1, Math.floor(width / (11 * 0.58)) - 1);
  return `${[...label].slice(0, fitting).join('')}…`;
}

/** The colour of the pixel at a place. */
function colorsOf(
  { height, width, channels = 1, order = 'hwc' }: ImageGrid,
  { colors = 'natural', domain = [0, 1], limit }: ImagePanel,
  values: ArrayLike<number>,
): (pixel: number) => string {
  const deepest = limit ?? (largestMagnitude(values) || 1);
  if (colors === 'diverging' && channels === 1)
    return (pixel) => colorOf(levelOf(values[pixel], { limit: deepest, power: 1 }));
  const [low, high] = colors === 'diverging' ? [-deepest, deepest] : domain;
  const steps = channels === 1 ? shades.grey : shades.color;
  const shade = (value: number) => {
    const share = Math.min(1, Math.max(0, (value - low) / (high - low)));
    const byte = Math.round((Math.round(share * steps) * 255) / steps);
    return byte.toString(16).padStart(2, '0');
  };
  return (pixel) => {
    if (channels === 1) return `#${shade(values[pixel]).repeat(3)}`;
    const at = (channel: number) => (order === 'hwc' ? pixel * channels + channel : channel * height * width + pixel);
    return `#${[0, 1, 2].map((channel) => shade(values[at(channel)])).join('')}`;
  };
}
