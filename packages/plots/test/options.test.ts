// A misspelt name is refused with the nearest known one, in every figure, its panels and its options.
import * as plots from '@advml/plots';
import { expect, test } from 'vitest';

const words = { xLabel: 'x', yLabel: 'y' };
const points = [{ x: 1, y: 0.5 }];
const bars = [{ label: 'a', value: 1, low: 0, high: 2 }];
const rows = [{ label: 'a', group: 'g' }];
const images = [{ values: [1] }];
const axes = { rowLabel: 'r', columnLabel: 'c', valueLabel: 'v' };
const valid: readonly [string, object][] = [
  ['certifiedCurves', { norm: 'l2', series: [{ label: 'a', points: [{ eps: 0, accuracy: 1, certified: 1 }] }] }],
  ['curves', { ...words, series: [{ label: 'a', points }] }],
  ['robustnessCurves', { norm: 'l2', series: [{ label: 'a', points: [{ eps: 0, accuracy: 1 }] }] }],
  [
    'trainingCurves',
    { records: [{ phase: 'p', step: 0, series: 's', value: 1 }], panels: [{ label: 's', series: ['s'] }] },
  ],
  ['featureMatrix', { ...axes, panels: [{ label: 'a', rows: 1, columns: 1, values: [1] }] }],
  ['histograms', { series: [{ label: 'a', values: [1] }], xLabel: 'x' }],
  ['imageGrid', { height: 1, width: 1, panels: [{ label: 'a', images }] }],
  ['paths', { ...words, panels: [{ series: [{ label: 'a', points }] }] }],
  ['scatter', { ...words, series: [{ label: 'a', points }] }],
  ['comparison', { rows, panels: [{ xLabel: 'x', series: [{ label: 'a', values: [undefined] }] }] }],
  [
    'heatMap',
    { ...words, valueLabel: 'v', x: ['a'], y: ['b'], panels: [{ label: 'p', cells: [{ x: 'a', y: 'b', value: 1 }] }] },
  ],
  ['intervals', { rows: bars }],
  ['powerLaws', { ...words, panels: [{ series: [{ label: 'a', points }] }] }],
  ['render', { title: 't', description: 'd', rows: [[{ height: 20, plot: { marks: [] } }]] }],
];
const functions = new Map(Object.entries(plots).filter(([, value]) => typeof value === 'function'));
const draw = (name: string) => functions.get(name) as (figure: unknown, options?: unknown) => string;

test('all figures are here', () => {
  expect([...functions.keys()].sort()).toEqual([...valid.map(([name]) => name), 'darkFigures', 'lightAndDark'].sort());
});

test.each(valid)('%s', (name, figure) => {
  expect(draw(name)(figure)).toContain('</svg>');
  for (const [bad, options, message] of [
    [{ ...figure, captoin: 'x' }, {}, `${name} has no option 'captoin'; did you mean 'caption'? It has `],
    [undefined, {}, `${name} takes one record { `],
    [figure, { widht: 300 }, "has no option 'widht'; did you mean 'width'? It has document, width"],
    [figure, { width: 100 }, `${name}: width must be finite and >= 280 (pixels), got 100`],
    [figure, { width: Number.NaN }, 'width must be finite and >= 280 (pixels), got NaN'],
  ] as const) {
    expect(() => draw(name)(bad, options)).toThrow(RangeError);
    expect(() => draw(name)(bad, options)).toThrow(message);
  }
});

test.each(valid)('%s: what is no list is refused', (name, figure) => {
  const list = Object.keys(figure).find((key) => ['series', 'panels', 'rows', 'records'].includes(key)) as string;
  for (const none of [undefined, 'series'])
    expect(() => draw(name)({ ...figure, [list]: none })).toThrow(`${list} must be a list, got ${none}`);
});

test.each([
  ['curves', { layout: 'facetted' }, "layout must be 'overlaid' or 'faceted', got 'facetted'"],
  ['curves', { xScale: 'Log' }, "xScale must be 'linear' or 'log', got 'Log'"],
  ['curves', { yScale: 'percents' }, "yScale must be 'linear' or 'log' or 'percent', got 'percents'"],
  ['robustnessCurves', { layout: 'facetted' }, "layout must be 'overlaid' or 'faceted', got 'facetted'"],
  ['histograms', { layout: 'facetted' }, "layout must be 'overlaid' or 'faceted', got 'facetted'"],
  ['featureMatrix', { scale: 'log' }, "scale must be 'linear' or 'sqrt', got 'log'"],
  ['paths', { yScale: 'percents' }, "yScale must be 'linear' or 'percent', got 'percents'"],
  ['imageGrid', { order: 'HWC' }, "order must be 'hwc' or 'chw', got 'HWC'"],
  [
    'imageGrid',
    { panels: [{ label: 'a', images, colors: 'divergent' }] },
    `colors of panel "a" must be 'natural' or 'diverging', got 'divergent'`,
  ],
  [
    'trainingCurves',
    { panels: [{ label: 's', series: ['s'], scale: 'sqrt' }] },
    `scale of the panel "s" must be 'linear' or 'log' or 'percent', got 'sqrt'`,
  ],
])('%s: a misspelt word is refused: %o', (name, changes, message) => {
  const [, figure] = valid.find(([known]) => known === name) ?? [];
  expect(() => draw(name)({ ...figure, ...changes })).toThrow(message);
});

test.each(valid.filter(([, figure]) => 'panels' in figure && !('rowLabel' in figure)))(
  'a panel of %s',
  (name, figure) => {
    const [panel] = (figure as { panels: object[] }).panels;
    const bad = { ...figure, panels: [{ ...panel, colro: 'x' }] };
    expect(() => draw(name)(bad)).toThrow(`a panel of ${name} has no option 'colro'`);
  },
);
