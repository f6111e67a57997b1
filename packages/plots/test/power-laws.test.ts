import { type PowerLaw, type PowerLaws, powerLaws } from '@advml/plots';
import { expect, test } from 'vitest';
import { cornersOf, figureOf } from './figure.ts';

const axes = { xLabel: 'dimension d', yLabel: 'training examples' };
const cubic = {
  label: 'cubic',
  points: [1, 2, 4, 8].map((x) => ({ x, y: 5 * x ** 3 })),
  law: { exponent: 3, factor: 5 },
};

test('draws the line of an exact law through its points', () => {
  const { groups, all } = figureOf(() => powerLaws({ ...axes, panels: [{ series: [cubic] }] }));
  const points = all('circle')
    .slice(-4) // after the key
    .map((circle) => ['cx', 'cy'].map((name) => Number(circle.getAttribute(name))));
  const [from, to] = groups('line')
    .flatMap((group) => Array.from(group.querySelectorAll('path')))
    .map((path) => cornersOf(path.getAttribute('d') ?? ''))[0];
  for (const [end, point] of [
    [from, points[0]],
    [to, points[3]],
  ]) {
    for (const axis of [0, 1]) expect(end[axis]).toBeCloseTo(point[axis], 1);
  }
  const slopes = points.slice(1).map(([x, y], at) => (y - points[at][1]) / (x - points[at][0]));
  for (const slope of slopes) expect(slope).toBeCloseTo(slopes[0], 1); // a power law is straight
});

test('draws what was not reached as a hollow point and says so', () => {
  const points = [...cubic.points, { x: 16, y: 30000, unreached: true }];
  const { count, words } = figureOf(() => powerLaws({ ...axes, panels: [{ series: [{ ...cubic, points }] }] }));
  expect(count('circle')).toBe(5 + 2); // and two keys
  expect(words).toContain('not reached: costs more');
  const whole = figureOf(() => powerLaws({ ...axes, panels: [{ series: [cubic] }] }));
  expect(whole.words).not.toContain('not reached: costs more');
});

test('sets panels side by side on equal axes, with a tick at every size', () => {
  const panels = [
    { heading: 'k = 2', series: [cubic] },
    { heading: 'k grows', series: [{ label: 'flat', points: [{ x: 2, y: 700 }] }] },
  ];
  const { words, description, groups } = figureOf(() => powerLaws({ ...axes, panels }));
  expect(words).toEqual(expect.arrayContaining(['k = 2', 'k grows', 'cubic', 'flat', '8', axes.xLabel, axes.yLabel]));
  expect(description).toBe(
    '5 points on logarithmic axes: training examples against dimension d. k = 2: cubic with exponent 3. k grows: flat.',
  );
  const ticks = groups('y-axis tick label').map((group) => group.textContent);
  expect(ticks).toHaveLength(2);
  expect(ticks[1]).toBe(ticks[0]);
});

test('thins the ticks of many sizes', () => {
  const points = Array.from({ length: 30 }, (_, at) => ({ x: at + 1, y: at + 1 }));
  const { groups } = figureOf(() => powerLaws({ ...axes, panels: [{ series: [{ label: 'a', points }] }] }));
  expect(groups('x-axis tick label')[0].childNodes.length).toBeLessThan(9);
});

const bad = (x: number, y: number): PowerLaws => ({
  ...axes,
  panels: [{ series: [{ label: 'a', points: [{ x, y }] }] }],
});

const lawful = (law: PowerLaw): PowerLaws => ({ ...axes, panels: [{ series: [{ ...cubic, law }] }] });

test.each<[PowerLaws, string]>([
  [{ ...axes, panels: [] }, 'panels must not be empty'],
  [{ ...axes, panels: [{ series: [] }] }, 'series must not be empty'],
  [{ ...axes, panels: [{ series: [{ label: 'a', points: [] }] }] }, 'points of "a" must not be empty'],
  [{ ...axes, panels: [{ series: [cubic, cubic] }] }, 'series must have distinct labels, got "cubic" twice'],
  [bad(1, 0), '"a", point 0: a log axis needs x, y > 0, got (1, 0)'],
  [lawful({ exponent: 3, factor: -1 }), 'law of "cubic": a log axis needs x, y > 0, got (1, -1)'],
  [lawful({ exponent: -2000, factor: 1 }), 'law of "cubic": a log axis needs x, y > 0, got (8, 0)'],
  [lawful({ exponent: 2000, factor: 1 }), 'law of "cubic": y must be a finite number, got Infinity'],
  [bad(Number.NaN, 1), '"a", point 0: x must be a finite number, got NaN'],
])('refuses records that it cannot draw: %#', (figure, message) => {
  expect(() => powerLaws(figure)).toThrow(RangeError);
  expect(() => powerLaws(figure)).toThrow(message);
});

test('has ticks that are the sizes, and ticks that differ', () => {
  const points = [16384, 65536].map((x, at) => ({ x, y: 0.70001 + at * 1e-5 }));
  const { words } = figureOf(() => powerLaws({ ...axes, panels: [{ series: [{ label: 'a', points }] }] }));
  expect(words).toEqual(expect.arrayContaining(['16,384', '65,536', '0.70001', '0.70002']));
});
