import { type Paths, paths } from '@advml/plots';
import { expect, test } from 'vitest';
import { cornersOf, cutWords, figureOf } from './figure.ts';

const words = { xLabel: 'cosine', yLabel: 'robust accuracy (%)', yScale: 'percent' } as const;
const back = [
  { x: 1, y: 0 },
  { x: 0.5, y: 0.5 },
  { x: 0.75, y: 1 },
];

test('joins points in their order, though a path turns back', () => {
  const figure = { ...words, panels: [{ series: [{ label: 'layer 1', points: back }] }] };
  const { all } = figureOf(() => paths(figure));
  const line = all('path').map((path) => cornersOf(path.getAttribute('d') ?? ''));
  const [first, second, third] = line.find((corners) => corners.length === 3) ?? [];
  expect(second[0]).toBeLessThan(first[0]);
  expect((third[0] - second[0]) / (first[0] - second[0])).toBeCloseTo(0.5, 2);
  expect((first[1] - second[1]) / (first[1] - third[1])).toBeCloseTo(0.5, 2);
});

test('one label has one style in all panels, which have one axis', () => {
  const other = [{ label: 'b', points: [{ x: -3, y: 0.1 }] }];
  const panels = [
    { heading: 'one', series: [...other, { label: 'a', points: back }] },
    { heading: 'two', series: [{ label: 'a', points: back }] },
  ];
  const { groups, words: said } = figureOf(() =>
    paths({ ...words, panels, mark: { value: Math.SQRT1_2, label: 'bar' } }),
  );
  const lines = groups('line').map((group) => group.getAttribute('stroke'));
  expect(lines.filter((color) => color === '#d55e00')).toHaveLength(2);
  expect(said.filter((word) => word === 'bar')).toHaveLength(2);
  expect(said.filter((word) => word === '−3.0' || word === '−3')).toHaveLength(2);
  expect(said).toEqual(expect.arrayContaining(['a', 'b', 'one', 'two']));
});

test('draws what a path is compared with at the foot, and the height that counts', () => {
  const series = [{ label: 'a', points: back, beside: 0.2 }];
  const panels = [{ series, level: { value: 0.5, label: 'half of the gain' } }];
  const { words: said, count } = figureOf(() => paths({ ...words, panels, besideLabel: 'another' }));
  expect(said).toEqual(expect.arrayContaining(['another', 'half of the gain', '0.2']));
  expect(count('circle')).toBe(3 + 1 + 2); // points, the foot, and their keys
});

test('has room for a level beyond all points', () => {
  const panels = [{ series: [{ label: 'a', points: back }], level: { value: 5, label: 'high' } }];
  const { groups, size } = figureOf(() => paths({ xLabel: 'x', yLabel: 'y', panels }));
  const heights = groups('rule').flatMap((group) =>
    Array.from(group.querySelectorAll('line'), (line) => Number(line.getAttribute('y1'))),
  );
  expect(Math.min(...heights)).toBeGreaterThan(0);
  expect(Math.max(...heights)).toBeLessThan(size.height);
});

test('draws a single point, and any numbers', () => {
  const panels = [{ series: [{ label: 'a', points: [{ x: 5, y: 70 }] }] }];
  figureOf(() => paths({ xLabel: 'x', yLabel: 'y', panels }));
});

const one = { label: 'a', points: back };
test.each<[Paths, string]>([
  [{ ...words, panels: [] }, 'panels must not be empty'],
  [{ ...words, panels: [{ series: [] }] }, 'series must not be empty'],
  [{ ...words, panels: [{ series: [{ label: 'a', points: [] }] }] }, 'points of "a" must not be empty'],
  [{ ...words, panels: [{ series: [one, one] }] }, 'series must have distinct labels, got "a" twice'],
  [
    { ...words, panels: [{ series: [{ label: 'a', points: [{ x: Number.NaN, y: 0 }] }] }] },
    'x must be a finite number',
  ],
  [
    { ...words, panels: [{ series: [{ label: 'a', points: [{ x: 0, y: 70 }] }] }] },
    'y must be between 0 and 1, got 70',
  ],
  [
    { ...words, panels: [{ series: [one], level: { value: 2, label: 'l' } }] },
    'level "l": y must be between 0 and 1, got 2',
  ],
  [{ ...words, panels: [{ series: [{ ...one, beside: 1 }] }] }, 'besideLabel must say what "a" has at the foot'],
  [
    { ...words, panels: [{ series: [one] }], mark: { value: Number.NaN, label: 'bar' } },
    'mark "bar": value must be a finite',
  ],
])('refuses records that it cannot draw: %#', (bad, message) => {
  expect(() => paths(bad)).toThrow(RangeError);
  expect(() => paths(bad)).toThrow(message);
});

test('keeps the words of its mark within the figure', () => {
  const points = [0, 1].map((at) => ({ x: at, y: at }));
  const mark = { value: 1, label: 'as in w itself, before any training' };
  expect(cutWords(paths({ ...words, panels: [{ series: [{ label: 'a', points }] }], mark }, { width: 360 }))).toEqual(
    [],
  );
});
