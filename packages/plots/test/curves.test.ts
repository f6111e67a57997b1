import { type Curves, curves } from '@advml/plots';
import { expect, test } from 'vitest';
import { cornersOf, figureOf } from './figure.ts';

const axes = { xLabel: 'rank', yLabel: 'robust accuracy (%)' };
const rising = [
  { x: 16, y: 0.75, low: 0.5, high: 1 },
  { x: 1, y: 0.25, low: 0, high: 0.5 },
  { x: 4, y: 0.5 },
];

/** Where the points of the only curve are drawn. */
const placesOf = (figure: Curves) =>
  figureOf(() => curves(figure))
    .groups('dot')
    .flatMap((group) => Array.from(group.querySelectorAll('circle')))
    .map((circle) => ['cx', 'cy'].map((name) => Number(circle.getAttribute(name))));

test('sets ranks that grow by a factor at equal distances, in their order, on a log axis', () => {
  const series = [{ label: 'a', points: rising }];
  const places = placesOf({ ...axes, series, xScale: 'log', yScale: 'percent' }).slice(-3);
  const [first, second, third] = places;
  expect(second[0] - first[0]).toBeCloseTo(third[0] - second[0], 1);
  expect(first[1] - second[1]).toBeCloseTo(second[1] - third[1], 1);
  const [near, middle, far] = placesOf({ ...axes, series }).slice(-3);
  expect((far[0] - middle[0]) / (middle[0] - near[0])).toBeCloseTo(4, 1);
});

test('draws the band between the ends of the intervals', () => {
  const series = [{ label: 'a', points: rising }];
  const figure = figureOf(() => curves({ ...axes, series, yScale: 'percent' }));
  const [area] = figure.groups('area').flatMap((group) => Array.from(group.querySelectorAll('path')));
  const heights = cornersOf(area.getAttribute('d') ?? '').map(([, y]) => y);
  const [low, high] = [Math.max(...heights), Math.min(...heights)];
  const places = placesOf({ ...axes, series, yScale: 'percent' }).slice(-3);
  expect(low - high).toBeCloseTo(2 * (places[0][1] - places[2][1]), 1); // from 0 to 1, twice from 0.25 to 0.75
});

test('says what it shows, and marks some points of long curves', () => {
  const points = Array.from({ length: 200 }, (_, at) => ({ x: at + 1, y: 1 / (at + 1) }));
  const series = [
    { label: 'long', points },
    { label: 'short', points: points.slice(0, 3) },
  ];
  const { description, words, count } = figureOf(() => curves({ ...axes, series, yScale: 'log' }));
  expect(description).toBe('robust accuracy (%) against rank, for long, short.');
  expect(words).toEqual(expect.arrayContaining(['long', 'short', axes.xLabel, axes.yLabel]));
  expect(count('circle')).toBe(1 + 8); // a key and eight of 200 points
});

test('marks equal curves at different places, so that none hides the other', () => {
  const points = Array.from({ length: 500 }, (_, at) => ({ x: at + 1, y: 1 / (at + 1) }));
  const series = ['a', 'b'].map((label) => ({ label, points }));
  const { groups } = figureOf(() => curves({ ...axes, series, xScale: 'log', yScale: 'log' }));
  const [, , first, second] = groups('dot').map((group) => group.innerHTML);
  for (const marks of [first, second]) expect(marks).not.toBe('');
  const places = [...groups('dot').slice(2)].map((group) =>
    Array.from(
      group.childNodes as unknown as Element[],
      (mark) => mark.getAttribute('transform') ?? mark.getAttribute('cx'),
    ),
  );
  expect(new Set(places.flat()).size).toBe(16);
});

test('gives more curves than there are colours a panel each, by default', () => {
  const series = Array.from({ length: 8 }, (_, at) => ({ label: `model ${at}`, points: rising }));
  const { words, groups } = figureOf(() => curves({ ...axes, series }));
  expect(words).toEqual(expect.arrayContaining(['the others', ...series.map(({ label }) => label)]));
  expect(groups('x-axis label')).toHaveLength(8);
  expect(figureOf(() => curves({ ...axes, series: series.slice(1) })).groups('x-axis label')).toHaveLength(1);
  expect(figureOf(() => curves({ ...axes, series, layout: 'overlaid' })).groups('x-axis label')).toHaveLength(1);
});

test('breaks long names of axes into lines', () => {
  const long = 'singular value as a share of the largest one that there is in this layer of the network';
  const draw = () => curves({ xLabel: long, yLabel: long, series: [{ label: 'a', points: rising }] }, { width: 360 });
  for (const axis of ['x-axis label', 'y-axis label'])
    expect(figureOf(draw).groups(axis)[0].querySelectorAll('tspan').length).toBeGreaterThan(1);
});

const bad = (point: object): Curves => ({ ...axes, series: [{ label: 'a', points: [{ x: 1, y: 0.5, ...point }] }] });

test.each([
  ['no series', { ...axes, series: [] }, /series must not be empty/],
  ['no point', { ...axes, series: [{ label: 'a', points: [] }] }, /points of "a"/],
  ['one label twice', { ...axes, series: [bad({}).series[0], bad({}).series[0]] }, /"a" twice/],
  ['a value that is not finite', bad({ x: Number.NaN }), /x must be a finite number/],
  ['an interval beside its value', bad({ low: 0.6 }), /must hold the value/],
  ['a share above one', { ...bad({ high: 1.1 }), yScale: 'percent' }, /between 0 and 1/],
  ['zero on a log axis', { ...bad({ x: 0 }), xScale: 'log' }, /a log axis needs numbers > 0/],
] as [string, Curves, RegExp][])('refuses %s', (_, figure, message) => {
  expect(() => curves(figure)).toThrow(RangeError);
  expect(() => curves(figure)).toThrow(message);
});

test('gives all panels the same vertical axis, on which every band has room', () => {
  const series = Array.from({ length: 8 }, (_, at) => ({
    label: `model ${at}`,
    points: [
      { x: 1, y: 0.5 },
      { x: 2, y: 0.6, low: at === 0 ? -5 : 0.6 },
    ],
  }));
  const ticks = figureOf(() => curves({ ...axes, series }))
    .groups('y-axis tick label')
    .map(({ textContent }) => textContent);
  expect(new Set(ticks).size).toBe(1);
  expect(ticks[0]).toContain('−5');
});

test('draws numbers as far apart as numbers can be on a log axis', () => {
  for (const ends of [
    [1e-310, 1],
    [5e-324, 1.7e308],
  ]) {
    const points = ends.map((y, x) => ({ x, y }));
    expect(figureOf(() => curves({ ...axes, series: [{ label: 'a', points }], yScale: 'log' })).count('circle')).toBe(
      2 + 1,
    );
  }
});

test('breaks words that are wider than the figure, of wide letters sooner', () => {
  const wordsAt = (label: string) =>
    figureOf(() => curves({ ...axes, series: [{ label, points: rising }] }, { width: 360 })).words;
  const label = 'augmentation=horizontalFlip,optimizer.learningRate=0.001,network.hidden=[64,64]';
  const linesOf = (label: string) => wordsAt(label).filter((word) => label.includes(word) && word.length > 9);
  expect(linesOf(label).join('')).toBe(label);
  expect(linesOf(label)).toHaveLength(2);
  expect(linesOf('一二三四五六七八九十'.repeat(4))).toHaveLength(2);
});
