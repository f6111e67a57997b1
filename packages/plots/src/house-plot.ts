import * as Plot from '@observablehq/plot';
import { wrap } from './text.ts';

const fontSize = 11;
const lineHeight = 13;

/** The look that all plots share: labels along the middle of their axes, in as many lines as they take, no arrows. */
export function housePlot(plot: Plot.PlotOptions, width: number, height: number): Plot.PlotOptions {
  const axis = { labelAnchor: 'center', labelArrow: 'none' } as const;
  const { marginLeft: left = 68, marginRight = 12, marginTop = 14, marginBottom: bottom = 42 } = plot;
  const yLabel = linesOf(plot.y?.label, height - marginTop - bottom + 16);
  const marginLeft = left + roomFor(yLabel);
  const own = plot.aspectRatio === 1 ? width - marginLeft - marginRight + marginTop + bottom : height; // its frame is a square
  const xLabel = linesOf(plot.x?.label, width - marginLeft + marginRight);
  return {
    ...plot,
    marginLeft,
    marginRight,
    marginTop,
    marginBottom: bottom + roomFor(xLabel),
    width,
    height: own + roomFor(xLabel),
    x: { ...axis, ...plot.x, ...(xLabel && { label: xLabel.join('\n') }) },
    y: { ...axis, ...plot.y, ...(yLabel && { label: yLabel.join('\n') }) },
    marks: [...logAxes(plot, axis), ...(plot.marks ?? [])],
  };
}

function linesOf(label: string | null | undefined, length: number): readonly string[] | undefined {
  return typeof label === 'string' ? wrap(label, length, fontSize) : undefined;
}

/** Pixels that a label takes beyond those of one line. */
const roomFor = (lines: readonly string[] | undefined): number => lineHeight * ((lines?.length ?? 1) - 1);

/** Axes of log scales, whose ticks are all to be told: left to itself, Observable Plot keeps the words of some back. */
function logAxes({ x, y }: Plot.PlotOptions, look: Plot.AxisOptions): Plot.Markish[] {
  return [
    ...(x?.type === 'log' && x.axis === undefined ? [Plot.axisX({ ...look, ...told(x) })] : []),
    ...(y?.type === 'log' && y.axis === undefined ? [Plot.axisY({ ...look, ...told(y) })] : []),
  ];
}

const told = ({ ticks, tickFormat }: Plot.ScaleOptions) => ({ ticks, text: tickFormat }) as Plot.AxisXOptions;
