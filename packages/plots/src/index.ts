/**
 * Figures of adversarial machine learning from plain records, as SVG text.
 *
 * Every figure is a function from a record to a picture that stands alone: words, axes, units and legend are in it. They
 * are drawn by Observable Plot, with the page's document or, in Node, with linkedom's.
 *
 * @packageDocumentation
 */

// Accuracy and training
export {
  type CertifiedCurves,
  type CertifiedPoint,
  type CertifiedSeries,
  certifiedCurves,
} from './certified-curves.ts';
export type { CurveLayout } from './curve-panels.ts';
export { type CurvePoint, type CurveSeries, type Curves, curves } from './curves.ts';
export {
  type RobustnessCurves,
  type RobustnessPoint,
  type RobustnessSeries,
  type RobustnessShare,
  robustnessCurves,
} from './robustness-curves.ts';
export { type TrainingCurves, type TrainingPanel, type TrainingRecord, trainingCurves } from './training-curves.ts';

// What neurons learned
export { type FeatureMatrix, featureMatrix, type MatrixPanel } from './feature-matrix.ts';
export {
  type HistogramCurve,
  type HistogramCurvePoint,
  type HistogramMark,
  type HistogramSeries,
  type Histograms,
  histograms,
} from './histograms.ts';
export { type GridImage, type ImageGrid, type ImagePanel, imageGrid } from './image-grid.ts';
export { type PathMark, type PathPanel, type Paths, type PathSeries, paths } from './paths.ts';
export { type Scatter, type ScatterPoint, type ScatterSeries, scatter } from './scatter.ts';

// Numbers with uncertainty
export {
  type Comparison,
  type ComparisonPanel,
  type ComparisonRow,
  type ComparisonSeries,
  type ComparisonValue,
  comparison,
} from './comparison.ts';
export { type HeatCell, type HeatMap, type HeatPanel, heatMap } from './heat-map.ts';
export { type IntervalRow, type Intervals, intervals } from './intervals.ts';
export {
  type PowerLawPanel,
  type PowerLaw,
  type PowerLawPoint,
  type PowerLawSeries,
  type PowerLaws,
  powerLaws,
} from './power-laws.ts';

// Parts for your own figures
export type { LegendEntry } from './legend.ts';
export { palette, type SeriesStyle } from './palette.ts';
export { darkFigures, lightAndDark } from './dark.ts';
export type { Figure, FigureText, Panel, RenderOptions } from './figure.ts';
export { render } from './render.ts';
