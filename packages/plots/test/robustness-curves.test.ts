import { type RobustnessCurves, robustnessCurves } from '@advml/plots';
import { expect, test } from 'vitest';
import { cornersOf, figureOf } from './figure.ts';

const points = (scale: number) =>
  [0, 0.1, 0.2].map((eps) => {
    const accuracy = 1 - scale * eps;
    return { eps, accuracy, low: accuracy - 0.05, high: Math.min(1, accuracy + 0.05) };
  });
const figure: RobustnessCurves = {
  series: [
    { label: 'initial', points: points(4) },
    { label: 'clean', points: points(2).reverse() },
    { label: 'robust', points: points(0.5) },
  ],
  norm: 'l2',
  tau: 0.1,
};

test('draws a curve, a band and the points of each network', () => {
  const { words, groups, text, description } = figureOf(() => robustnessCurves(figure));
  expect(groups('line')).toHaveLength(3);
  expect(groups('area')).toHaveLength(3);
  expect(groups('dot').map(({ childNodes }) => childNodes.length)).toEqual([1, 1, 1, 3, 3, 3]); // legend, then figure
  expect(words).toEqual(expect.arrayContaining(['initial', 'clean', 'robust', 'τ = 0.1', 'robust accuracy (%)']));
  expect(words).toContain('radius of the attack, eps (l2 norm, input units)');
  expect(description).toContain('initial, clean, robust');
  for (const color of ['#0072b2', '#d55e00', '#009e73']) expect(text).toContain(`stroke="${color}"`);
});

test('places shares in percent, and radii from left to right whatever their order', () => {
  const { groups } = figureOf(() => robustnessCurves(figure));
  const curves = groups('line').map((group) => cornersOf(group.querySelector('path')?.getAttribute('d') ?? ''));
  // Accuracies 1, 1 - 0.1 s and 1 - 0.2 s: equal steps in both directions, in proportion to the slope s.
  for (const [index, slope] of [4, 2, 0.5].entries()) {
    const [[x0, y0], [x1, y1], [x2, y2]] = curves[index];
    expect(x1 - x0).toBeCloseTo(x2 - x1, 1);
    expect(x1).toBeGreaterThan(x0);
    expect(y2 - y1).toBeCloseTo(y1 - y0, 1);
    expect((y2 - y0) / (0.2 * slope)).toBeCloseTo((curves[0][2][1] - curves[0][0][1]) / 0.8, 0);
  }
});

test('leaves out the rule where there is no tau', () => {
  const { words, groups } = figureOf(() => robustnessCurves({ ...figure, tau: undefined }));
  expect(words.join()).not.toContain('τ');
  expect(groups('rule')).toHaveLength(3 + 1); // legend and the axis at zero
});

test('takes shares with their intervals in one, as evaluations give them', () => {
  const nested = figure.series.map(({ label, points: own }) => ({
    label,
    points: own.map(({ eps, accuracy, low = 0, high = 1 }) => ({
      eps,
      accuracy: { value: Number(accuracy), low, high },
    })),
  }));
  expect(robustnessCurves({ ...figure, series: nested })).toBe(robustnessCurves(figure));
});

const withPoint = (point: object) => ({ ...figure, series: [{ label: 'w', points: [{ ...points(1)[0], ...point }] }] });

test.each<[RobustnessCurves, string]>([
  [{ ...figure, series: [] }, 'series must not be empty'],
  [{ ...figure, series: [{ label: 'w', points: [] }] }, 'points of "w" must not be empty'],
  [{ ...figure, series: [figure.series[0], figure.series[0]] }, 'distinct labels, got "initial" twice'],
  [{ ...figure, tau: Number.NaN }, 'tau must be a finite number, got NaN'],
  [withPoint({ eps: Number.NaN }), 'eps must be a finite number, got NaN'],
  [withPoint({ eps: -0.1 }), '"w" at eps -0.1: eps must be >= 0 (input units)'],
  [withPoint({ accuracy: 99 }), '"w" at eps 0: accuracy must be between 0 and 1, got 99'],
  [withPoint({ accuracy: Number.NaN }), 'accuracy must be between 0 and 1, got NaN'],
  [withPoint({ accuracy: 0.5 }), 'the interval must hold the value, got 0.5 in [0.95, 1]'],
])('refuses records that it cannot draw: %#', (bad, message) => {
  expect(() => robustnessCurves(bad)).toThrow(RangeError);
  expect(() => robustnessCurves(bad)).toThrow(message);
});
