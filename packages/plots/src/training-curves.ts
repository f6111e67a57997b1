import * as Plot from '@observablehq/plot';
import { drawFigure } from './draw-figure.ts';
import { type FigureText, type Panel, type RenderOptions, textNames } from './figure.ts';
import { lineKey } from './legend.ts';
import { logAxis } from './log-axis.ts';
import { muted, styleOf } from './palette.ts';
import { requireRenderOptions } from './render.ts';
import { requireFinite, requireOneOf, requireSome } from './require.ts';
import { requireOptions } from './require-options.ts';

/** One measured value of a run. */
export interface TrainingRecord {
  /** Step within its phase, at least 0. */
  readonly step: number;
  /** The phase, such as `clean` or `adversarial`; phases follow each other in the order in which they first appear. */
  readonly phase: string;
  /** What was measured, such as `loss`. */
  readonly series: string;
  /** The value. */
  readonly value: number;
}

/** One panel of the figure. */
export interface TrainingPanel {
  /** Label of the vertical axis, with its unit. */
  readonly label: string;
  /** The series that are drawn in it. */
  readonly series: readonly string[];
  /** `linear` by default; `log` for positive values; `percent` draws shares between 0 and 1 in percent. */
  readonly scale?: 'linear' | 'log' | 'percent';
}

/** What {@link trainingCurves} draws. */
export interface TrainingCurves extends FigureText {
  /** The measurements, in any order within a phase; series that no panel names are left out. */
  readonly records: readonly TrainingRecord[];
  /** The panels, from top to bottom; by default one for each series. */
  readonly panels?: readonly TrainingPanel[];
}

interface Phase {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Losses, accuracies or cosines over the steps of a run, its phases side by side on one axis.
 *
 * Each phase counts its own steps; it is drawn after the last step of the phase before, with a rule between.
 *
 * @param figure - The measurements, how to group them, and the words around them.
 * @param options - Where and how large it is drawn.
 * @returns The figure as SVG text.
 * @throws RangeError if there is nothing to draw, a panel names a series without records, or a number is not finite
 * or does not fit its scale.
 * @example
 * ```ts
 * const records = Array.from({ length: 60 }, (_, step) => ({
 *   phase: step < 30 ? 'clean' : 'adversarial',
 *   step: step % 30,
 *   series: 'loss',
 *   value: 0.7 * Math.exp(-(step % 30) / 6) + 0.01,
 * }));
 * const text = trainingCurves({ records, panels: [{ label: 'loss (nats)', series: ['loss'], scale: 'log' }] });
 * ```
 */
export function trainingCurves(figure: TrainingCurves, options: RenderOptions = {}): string {
  requireOptions<TrainingCurves>('trainingCurves', figure, { ...textNames, records: true, panels: true });
  requireRenderOptions('trainingCurves', options);
  const { records, title = 'Training' } = figure;
  requireSome('records', records);
  for (const { step, phase, series, value } of records) {
    requireFinite(`"${series}" of phase ${phase} at step ${step}`, { step, value });
    if (step < 0) throw new RangeError(`"${series}" of phase ${phase}: step must be >= 0, got ${step}`);
  }
  const panels = figure.panels ?? [...new Set(records.map(({ series }) => series))].map(alone);
  requireSome('panels', panels);
  for (const panel of panels) {
    requireOptions<TrainingPanel>('a panel of trainingCurves', panel, { label: true, series: true, scale: true });
    requireOneOf(`scale of the panel "${panel.label}"`, panel.scale, ['linear', 'log', 'percent']);
  }

  const phases = phasesOf(records);
  requireFinite('the steps of all phases', { sum: phases.at(-1)?.end ?? 0 });
  const rows = panels.map((panel, index) => [
    drawPanel(panel, records, phases, { first: index === 0, last: index === panels.length - 1 }),
  ]);
  const description = `${panels.map(({ label }) => label).join('; ')} over ${phases.at(-1)?.end} steps, in the phases ${phases
    .map(({ name }) => name)
    .join(', then ')}.`;
  return drawFigure({ ...figure, title, description, rows }, options);
}

function alone(series: string): TrainingPanel {
  return { label: series, series: [series] };
}

function phasesOf(records: readonly TrainingRecord[]): readonly Phase[] {
  const lengths = new Map<string, number>();
  for (const { phase, step } of records) lengths.set(phase, Math.max(step, lengths.get(phase) ?? 0));
  let end = 0;
  return [...lengths].map(([name, length]) => {
    const start = end;
    end += length;
    return { name, start, end };
  });
}

function drawPanel(
  { label, series, scale = 'linear' }: TrainingPanel,
  records: readonly TrainingRecord[],
  phases: readonly Phase[],
  { first, last }: { readonly first: boolean; readonly last: boolean },
): Panel {
  requireSome(`series of the panel "${label}"`, series);
  const starts = new Map(phases.map(({ name, start }) => [name, start]));
  const x = ({ phase, step }: TrainingRecord) => step + (starts.get(phase) ?? 0);
  const y = ({ value }: TrainingRecord) => (scale === 'percent' ? 100 * value : value);

  const marks = series.map((name, index) => {
    const own = records.filter((record) => record.series === name).sort((a, b) => x(a) - x(b));
    requireSome(`records of the series "${name}"`, own);
    for (const record of own) requireFits(record, scale);
    const { color, dash, symbol } = styleOf(index);
    return [
      Plot.lineY(own, { x, y, z: 'phase', stroke: color, strokeWidth: 1.75, strokeDasharray: dash }),
      own.length <= 30 * phases.length && Plot.dot(own, { x, y, fill: color, symbol, r: 2.5 }),
    ].filter((mark) => mark !== false);
  });
  const shown = records.filter((record) => series.includes(record.series)).map(({ value }) => value);
  const axis =
    scale === 'log' ? logAxis(shown) : scale === 'percent' ? { domain: [0, 100], ticks: 5 } : { nice: true, ticks: 5 };
  const boundaries = phases.slice(1).map(({ start }) => start);
  const names = Plot.text(phases, {
    x: ({ start, end }: Phase) => (start + end) / 2,
    text: 'name',
    frameAnchor: 'top',
    dy: -14,
    fontStyle: 'italic',
    fill: muted,
  });

  const legend =
    series.length > 1 ? series.map((name, index) => ({ label: name, key: lineKey(styleOf(index), false) })) : [];
  const plot: Plot.PlotOptions = {
    marginTop: first ? 22 : 10,
    marginBottom: last ? 42 : 22,
    x: { label: last ? 'step' : null, domain: [0, phases.at(-1)?.end || 1] },
    y: { label, grid: true, ...axis },
    marks: [Plot.ruleX(boundaries, { stroke: muted, strokeDasharray: '3 3' }), first ? names : null, marks],
  };
  return { height: last ? 190 : 170, legend, plot };
}

function requireFits({ phase, step, series, value }: TrainingRecord, scale: TrainingPanel['scale']): void {
  const where = `"${series}" of phase ${phase} at step ${step}`;
  if (scale === 'log' && value <= 0) {
    throw new RangeError(`${where}: a log scale needs values > 0, got ${value}; use the linear scale`);
  }
  if (scale === 'percent' && (value < 0 || value > 1)) {
    throw new RangeError(`${where}: the percent scale needs shares between 0 and 1, got ${value}`);
  }
}
