import { type Histograms, histograms } from '@advml/plots';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { equalEdges, sharesOf } from '../src/bins.ts';
import { cornersOf, cutWords, figureOf } from './figure.ts';

test('counts values into the bin between its edges', () => {
  expect(sharesOf([0, 0.24, 0.25, 0.5, 0.99, 1], [0, 0.25, 0.5, 0.75, 1])).toEqual([2 / 6, 1 / 6, 1 / 6, 2 / 6]);
  expect(sharesOf([-1e-9, 1 + 1e-9], [0, 0.5, 1])).toEqual([0.5, 0.5]);
});

test('agrees with counting by comparison, for any values and bins', () => {
  const value = fc.double({ min: -3, max: 3, noNaN: true });
  fc.assert(
    fc.property(fc.array(value, { minLength: 1 }), fc.integer({ min: 1, max: 60 }), (values, count) => {
      const edges = equalEdges(-3, 3, count);
      const brute = edges.slice(0, -1).map((edge, i) => {
        const last = i === count - 1;
        return values.filter((v) => v >= edge && (last ? v <= edges[i + 1] : v < edges[i + 1])).length / values.length;
      });
      expect(sharesOf(values, edges)).toEqual(brute);
      expect(edges.length).toBe(count + 1);
      expect(edges[count]).toBe(3);
    }),
  );
});

const figure: Histograms = {
  series: [
    { label: 'cos(w, w0)', values: Float32Array.of(0.1, 0.1, 0.1, 0.6) },
    { label: 'cos(w, w′)', values: [0.6, 0.9] },
  ],
  xLabel: 'cosine',
  countLabel: 'neurons',
  domain: [0, 1],
  thresholds: 2,
  marks: [{ value: Math.SQRT1_2, label: 'bar 0.707' }],
};

test('draws shares in percent as steps on common bins', () => {
  const { words, groups } = figureOf(() => histograms(figure));
  expect(words).toEqual(
    expect.arrayContaining(['cos(w, w0)', 'cos(w, w′)', 'cosine', 'share of neurons (%)', 'bar 0.707']),
  );
  expect(groups('area')).toHaveLength(2);
  const [first, second] = groups('line').map((group) =>
    cornersOf(group.querySelector('path')?.getAttribute('d') ?? ''),
  );
  const zero = first[0][1];
  const heights = (corners: [number, number][]) => [...new Set(corners.map(([, y]) => zero - y))].filter((y) => y > 0);
  const unit = heights(second)[0]; // all of the second sample is in one bin
  expect(heights(first).map((height) => Number((height / unit).toFixed(2)))).toEqual([0.75, 0.25]);
});

test('marks a value where the axis has it', () => {
  const { all } = figureOf(() => histograms({ ...figure, marks: [{ value: 0.5, label: 'half' }] }));
  const rule = all('line').find((line) => line.getAttribute('x1') === line.getAttribute('x2'));
  expect(Number(rule?.getAttribute('x1'))).toBe((68 + 728 - 12) / 2);
});

test('draws a density as the share of each bin, within the axis', () => {
  const points = [-0.5, 0.25, 0.75, 2].map((x) => ({ x, density: 1 })); // uniform: half of it in each of two bins
  const { groups, words } = figureOf(() => histograms({ ...figure, curve: { label: 'uniform', points } }));
  const [, second, curve] = groups('line').map((group) =>
    cornersOf(group.querySelector('path')?.getAttribute('d') ?? ''),
  );
  const zero = second[0][1];
  const full = zero - Math.min(...second.map(([, y]) => y));
  expect(curve).toHaveLength(2);
  for (const [, y] of curve) expect((zero - y) / full).toBeCloseTo(0.5, 2);
  expect(words).toContain('uniform');
});

test('gives each series its own panel on the same axes when faceted', () => {
  const { groups, words, size } = figureOf(() => histograms({ ...figure, layout: 'faceted' }));
  expect(groups('area')).toHaveLength(2);
  expect(words.filter((word) => word === 'cosine')).toHaveLength(2);
  expect(size.height).toBeGreaterThan(2 * 210);
});

test('finds an axis that holds values, marks and curve, also of equal values', () => {
  const { words } = figureOf(() => histograms({ series: [{ label: 'a', values: [2, 2] }], xLabel: 'x' }));
  expect(words).toEqual(expect.arrayContaining(['1.5', '2.5']));
  const marked = figureOf(() =>
    histograms({ series: [{ label: 'a', values: [2, 2] }], xLabel: 'x', marks: [{ value: 10, label: 'm' }] }),
  );
  expect(marked.words).toContain('10');
});

const series = (values: number[]) => [{ label: 'a', values }];

test.each<[Histograms, string]>([
  [{ ...figure, series: [] }, 'series must not be empty'],
  [{ ...figure, series: series([]) }, 'values of "a" must not be empty'],
  [{ ...figure, series: [...series([1]), ...series([1])] }, 'distinct labels, got "a" twice'],
  [{ ...figure, series: series([0, Number.NaN]) }, 'values of "a" must be finite, got NaN at entry 1'],
  [{ ...figure, series: series([1.5]) }, 'values of "a": 1.5 lies outside the domain [0, 1]; widen it'],
  [{ ...figure, marks: [{ value: 2, label: 'm' }] }, 'mark "m": 2 lies outside the domain [0, 1]'],
  [{ ...figure, marks: [{ value: Number.NaN, label: 'm' }] }, 'mark "m": value must be a finite number, got NaN'],
  [{ ...figure, domain: [1, 0] }, 'domain must rise, got [1, 0]'],
  [{ ...figure, thresholds: 0 }, 'thresholds must be an integer from 1 to 500 (bins), got 0'],
  [{ ...figure, curve: { label: 'c', points: [{ x: 0, density: Number.NaN }] } }, 'density must be a finite number'],
])('refuses records that it cannot draw: %#', (bad, message) => {
  expect(() => histograms(bad)).toThrow(RangeError);
  expect(() => histograms(bad)).toThrow(message);
});

test('shows equal values however large they are, and as many as there are', () => {
  const { groups } = figureOf(() => histograms({ series: [{ label: 'a', values: [1e16, 1e16] }], xLabel: 'n' }));
  const corners = cornersOf(groups('area')[0].querySelector('path')?.getAttribute('d') ?? '');
  expect(Math.max(...corners.map(([x]) => x)) - Math.min(...corners.map(([x]) => x))).toBeGreaterThan(100);
  const many = new Float64Array(300_000).map((_, at) => at % 7);
  expect(() => histograms({ series: [{ label: 'a', values: many }], xLabel: 'n' })).not.toThrow();
});

test.each([undefined, 360])('keeps the words of its marks within the figure, at %s pixels', (width) => {
  const marks = [-0.95, 0, 0.85].map((value) => ({ value, label: `the bar that it must pass: ${value}` }));
  const svg = histograms(
    { series: [{ label: 'a', values: [-1, 1] }], xLabel: 'cosine', domain: [-1, 1], marks },
    { width },
  );
  expect(cutWords(svg)).toEqual([]);
});

test('draws a density of very many points', () => {
  const points = Array.from({ length: 200_000 }, (_, at) => ({ x: at / 2e5, density: 1 }));
  expect(histograms({ series: [{ label: 'a', values: [0, 1] }], xLabel: 'x', curve: { label: 'c', points } })).toMatch(
    /^<svg/,
  );
});
