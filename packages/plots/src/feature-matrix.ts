import * as Plot from '@observablehq/plot';
import { colorOf, type DivergingScale, largestMagnitude, levelOf, levels, middleOf } from './diverging.ts';
import { drawFigure, innerWidth } from './draw-figure.ts';
import { type FigureText, type Panel, type RenderOptions, textNames } from './figure.ts';
import { ink, muted, ofValues } from './palette.ts';
import { requireRenderOptions } from './render.ts';
import { requireDistinct, requireFinite, requireFiniteValues, requireOneOf, requireSome } from './require.ts';
import { requireOptions } from './require-options.ts';
import { svg } from './svg.ts';
import { shortNumber, textWidth } from './text.ts';

/** One matrix. */
export interface MatrixPanel {
  /** What stands above it, such as `after clean training`. */
  readonly label: string;
  /** Number of rows, 1 to 256. */
  readonly rows: number;
  /** Number of columns, 1 to 256. */
  readonly columns: number;
  /** The values row by row, `rows * columns` of them. */
  readonly values: ArrayLike<number>;
}

/** What {@link featureMatrix} draws. */
export interface FeatureMatrix extends FigureText {
  /** The matrices, as many side by side as there is room for. */
  readonly panels: readonly MatrixPanel[];
  /** What a row is, such as `neuron`. */
  readonly rowLabel: string;
  /** What a column is, such as `feature`. */
  readonly columnLabel: string;
  /** What a value is, with its unit, such as `coefficient`. */
  readonly valueLabel: string;
  /**
   * How colours follow values: `linear` by default, or `sqrt`, by the signed square root, which shows small coefficients
   * (dense mixtures) beside large ones (features).
   */
  readonly scale?: 'linear' | 'sqrt';
  /** Value of the deepest colours, also for values beyond it; by default the largest magnitude in any panel. */
  readonly limit?: number;
}

const largest = 256;
const width = 1000;
const panelWidth = (width - 2 * 16 - 2 * 16) / 3; // at most
const margins = { marginLeft: 42, marginRight: 6, marginTop: 6, marginBottom: 38 };

/**
 * Matrices of neurons against features, before and after, on one scale of colours centred at zero.
 *
 * Red is negative, blue positive, white zero. Colours have 16 steps on each side; what rounds to zero (on the linear
 * scale less than a 32nd of the limit) is left white, which keeps the file small where features are sparse. Rows of very different length hide
 * each other on a common scale: divide them by their norms first if directions are what counts.
 *
 * @param figure - The matrices, what they mean, and the words around them.
 * @param options - Where and how large it is drawn.
 * @returns The figure as SVG text.
 * @throws RangeError if there is no panel, a size is not an integer from 1 to 256 or does not fit its values, a value is
 * not finite, or the limit is not positive.
 * @example
 * ```ts
 * const values = (mixture: number) => // 12 neurons over 12 features: their own, and a little of all
 *   Float32Array.from({ length: 144 }, (_, at) => (at % 13 === 0 ? 0.6 : mixture + 0.02 * Math.sin(7 * at * at)));
 * const panels = [0.09, 0].map((mixture) => ({ label: mixture ? 'before' : 'after', rows: 12, columns: 12, values: values(mixture) }));
 * const text = featureMatrix({ panels, rowLabel: 'neuron', columnLabel: 'feature', valueLabel: 'coefficient' });
 * ```
 */
export function featureMatrix(figure: FeatureMatrix, options: RenderOptions = {}): string {
  const axes = { rowLabel: true, columnLabel: true, valueLabel: true, scale: true, limit: true } as const;
  requireOptions<FeatureMatrix>('featureMatrix', figure, { ...textNames, ...axes, panels: true });
  requireRenderOptions('featureMatrix', options);
  const {
    panels,
    rowLabel,
    columnLabel,
    valueLabel,
    scale = 'linear',
    title = `Each ${rowLabel} over the ${columnLabel}s`,
  } = figure;
  requireOneOf('scale', scale, ['linear', 'sqrt']);
  requireSome('panels', panels);
  requireDistinct('panels', panels);
  for (const panel of panels) check(panel);
  const limit = figure.limit ?? (Math.max(...panels.map(({ values }) => largestMagnitude(values))) || 1);
  requireFinite('figure', { limit });
  if (limit <= 0) throw new RangeError(`limit must be > 0, got ${limit}`);

  const cell = cellSize(panels, Math.min(panelWidth, innerWidth(options, width)));
  const colors: DivergingScale = { limit, power: scale === 'sqrt' ? 0.5 : 1 };
  const drawn = panels.map((panel) => drawPanel(panel, cell, colors, rowLabel, columnLabel));
  const description = `${valueLabel} of each ${rowLabel} (rows) for each ${columnLabel} (columns): ${panels
    .map(({ label }) => label)
    .join(', ')}. Red is negative, white zero, blue positive, up to ${shortNumber(limit)}.`;
  return drawFigure({ ...figure, title, description, width, rows: [drawn, [colorRamp(colors, valueLabel)]] }, options);
}

function check({ label, rows, columns, values }: MatrixPanel): void {
  for (const [name, size] of Object.entries({ rows, columns })) {
    if (!Number.isInteger(size) || size < 1 || size > largest) {
      throw new RangeError(
        `panel "${label}": ${name} must be an integer from 1 to ${largest}, got ${size}; choose some of them`,
      );
    }
  }
  requireFiniteValues(`values of panel "${label}"`, values);
  if (values.length !== rows * columns) {
    throw new RangeError(`panel "${label}": ${rows} x ${columns} needs ${rows * columns} values, got ${values.length}`);
  }
}

/** Whole pixels a side, the same in all panels, so that cells are sharp and comparable. */
function cellSize(panels: readonly MatrixPanel[], width: number): number {
  const columns = Math.max(...panels.map((panel) => panel.columns));
  const rows = Math.max(...panels.map((panel) => panel.rows));
  const room = width - margins.marginLeft - margins.marginRight;
  return Math.max(1, Math.min(40, Math.floor(room / columns), Math.floor(520 / rows)));
}

function drawPanel(
  { label, rows, columns, values }: MatrixPanel,
  cell: number,
  colors: DivergingScale,
  rowLabel: string,
  columnLabel: string,
): Panel {
  const plot: Plot.PlotOptions = {
    ...margins,
    x: { label: columnLabel, domain: [-0.5, columns - 0.5], ticks: indexTicks(columns), tickFormat: 'd', tickSize: 3 },
    y: { label: rowLabel, domain: [rows - 0.5, -0.5], ticks: indexTicks(rows), tickFormat: 'd', tickSize: 3 },
    marks: [cells(rows, columns, values, colors), Plot.frame({ stroke: muted, strokeWidth: 0.5 })],
  };
  return {
    heading: label,
    width: columns * cell + margins.marginLeft + margins.marginRight,
    height: rows * cell + margins.marginTop + margins.marginBottom,
    plot,
  };
}

/** At most nine round indices from 0. */
function indexTicks(count: number): number[] {
  const step = [1, 2, 4, 8, 16, 32].find((candidate) => count / candidate <= 9) ?? 32;
  return Array.from({ length: Math.ceil(count / step) }, (_, i) => i * step);
}

/** A mark of one path for each colour, runs of equal neighbours joined: a tenth of the size of a rectangle a cell. */
function cells(rows: number, columns: number, values: ArrayLike<number>, colors: DivergingScale): Plot.RenderFunction {
  return (_index, { x, y }, _values, _dimensions, { document }) => {
    const left = (column: number) => Math.round(Number(x?.(column - 0.5)));
    const top = (row: number) => Math.round(Number(y?.(row - 0.5)));
    const paths = new Map<number, string>();
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; ) {
        const level = levelOf(values[row * columns + column], colors);
        const start = column;
        while (column < columns && levelOf(values[row * columns + column], colors) === level) column++;
        const across = Math.max(1, left(column) - left(start)); // in a narrow figure a column may have less
        const run = `M${left(start)},${top(row)}h${across}v${top(row + 1) - top(row)}H${left(start)}z`;
        if (level !== 0) paths.set(level, (paths.get(level) ?? '') + run);
      }
    }
    const make = svg(document);
    const place = { x: left(0), y: top(0), width: left(columns) - left(0), height: top(rows) - top(0) };
    const white = make('rect', { ...place, fill: colorOf(0) });
    const levels = [...paths.keys()].sort((a, b) => a - b);
    const drawn = levels.map((level) => make('path', { fill: colorOf(level), d: paths.get(level) ?? '' }));
    return make('g', { ...ofValues, 'shape-rendering': 'crispEdges' }, white, ...drawn) as SVGElement;
  };
}

/** The scale of colours as a panel of its own: a matrix of one row. */
function colorRamp(colors: DivergingScale, label: string): Panel {
  const steps = Array.from({ length: 2 * levels + 1 }, (_, i) => i - levels);
  const values = steps.map((level) => middleOf(level, colors));
  const ticks = [-levels, -levels / 2, 0, levels / 2, levels];
  return {
    width: Math.max(330, textWidth(label, 11)) + margins.marginLeft,
    height: 58,
    plot: {
      ...margins,
      x: {
        label,
        domain: [-0.5, steps.length - 0.5],
        ticks: ticks.map((level) => level + levels),
        tickFormat: (at: number) => shortNumber(middleOf(at - levels, colors)).replace('-', '−'),
      },
      y: { axis: null, domain: [0.5, -0.5] },
      marks: [cells(1, steps.length, values, colors), Plot.frame({ stroke: ink, strokeWidth: 0.5 })],
    },
  };
}
