import { type Scatter, scatter } from '@advml/plots';
import { expect, test } from 'vitest';
import { figureOf } from './figure.ts';

const cloud = (count: number) => Array.from({ length: count }, (_, i) => ({ x: Math.cos(i * i), y: Math.sin(i) }));
const axes = { xLabel: 'mixture (input units)', yLabel: 'perturbation (input units)' };

test('draws every point of 1,500 once, in a file of sensible size', () => {
  const figure = { ...axes, series: [{ label: 'clean', points: cloud(1500) }] };
  const { count, words, text, description } = figureOf(() => scatter(figure));
  expect(count('circle')).toBe(1500 + 1); // and the key
  expect(words).toEqual(expect.arrayContaining(['clean', axes.xLabel, axes.yLabel]));
  expect(text.length).toBeLessThan(100_000);
  expect(description).toMatch(/^1500 points: perturbation/);
});

test('tells series apart by colour and by symbol', () => {
  const series = ['a', 'b', 'c'].map((label) => ({ label, points: cloud(5) }));
  const { groups, count } = figureOf(() => scatter({ ...axes, series }));
  const clouds = groups('dot').filter((group) => group.childNodes.length === 5);
  expect(clouds.map((group) => group.getAttribute('fill'))).toEqual(['#0072b2', '#d55e00', '#009e73']);
  expect(count('circle')).toBe(5 + 1); // only the first series has circles
});

test('with a diagonal, equal steps of x and y are equally long', () => {
  const points = [
    { x: 0, y: 0 },
    { x: 3, y: 1 },
  ];
  const { all, size } = figureOf(() => scatter({ ...axes, series: [{ label: 'a', points }], diagonal: true }));
  const [, first, second] = all('circle').map((circle) =>
    ['cx', 'cy'].map((name) => Number(circle.getAttribute(name))),
  );
  expect(second[0] - first[0]).toBeCloseTo(3 * (first[1] - second[1]), 1);
  const link = all('path').find(
    (path) => /^M[\d.]+,[\d.]+L[\d.]+,[\d.]+$/.test(path.getAttribute('d') ?? '') && !path.hasAttribute('transform'),
  );
  expect(link?.getAttribute('d')).toMatch(new RegExp(`^M${first[0]},${first[1]}L${second[0]},`));
  expect(size.width).toBe(512);
});

test('draws a single point', () => {
  const { count } = figureOf(() =>
    scatter({ ...axes, series: [{ label: 'a', points: [{ x: 1, y: 1 }] }], diagonal: true }),
  );
  expect(count('circle')).toBe(2);
});

test.each<[Scatter, string]>([
  [{ ...axes, series: [] }, 'series must not be empty'],
  [{ ...axes, series: [{ label: 'a', points: [] }] }, 'points of "a" must not be empty'],
  [
    { ...axes, series: [{ label: 'a', points: [{ x: 0, y: Number.NaN }] }] },
    '"a", point 0: y must be a finite number, got NaN',
  ],
  [
    {
      ...axes,
      series: [
        { label: 'a', points: cloud(1) },
        { label: 'a', points: cloud(1) },
      ],
    },
    'series must have distinct labels, got "a" twice',
  ],
])('refuses records that it cannot draw: %#', (bad, message) => {
  expect(() => scatter(bad)).toThrow(RangeError);
  expect(() => scatter(bad)).toThrow(message);
});

test('with a diagonal the axes are equally long, also where the label of one takes two lines', () => {
  const points = [0, 1].map((at) => ({ x: at, y: at }));
  const yLabel = 'coordinates of the perturbation (input units)';
  const { all } = figureOf(() =>
    scatter({ ...axes, yLabel, series: [{ label: 'a', points }], diagonal: true }, { width: 360 }),
  );
  const [, first, second] = all('circle').map((circle) =>
    ['cx', 'cy'].map((name) => Number(circle.getAttribute(name))),
  );
  expect(second[0] - first[0]).toBeCloseTo(first[1] - second[1], 1);
});
