import { type Comparison, type ComparisonRow, comparison } from '@advml/plots';
import { expect, test } from 'vitest';
import { cutWords, figureOf } from './figure.ts';

const rows: ComparisonRow[] = [
  { group: 'width', label: 'm = 8' },
  { group: 'width', label: 'm = 16' },
  { group: 'bias', label: 'b = 0', note: 'no neuron alive' },
];
const at = (value: number) => ({ value, low: value - 0.1, high: value + 0.2 });
const figure: Comparison = {
  rows,
  panels: [
    {
      xLabel: 'robust accuracy',
      domain: [0, 1],
      series: [
        { label: 'w', values: [at(0.25), at(0.5), undefined] },
        { label: "w'", values: [at(0.75), undefined, undefined] },
      ],
    },
    { xLabel: 'cosine', series: [{ label: 'share', values: [at(0.3), at(0.6), at(0.7)] }] },
  ],
};

test('draws every value that there is, with its interval, under the heading of its group', () => {
  const { words, groups, description } = figureOf(() => comparison(figure));
  for (const word of ['width', 'bias', 'm = 8', 'm = 16', 'b = 0', 'no neuron alive', 'robust accuracy', 'cosine']) {
    expect(words.filter((each) => each === word)).toHaveLength(1);
  }
  expect(words).toEqual(expect.arrayContaining(['w', "w'", 'share']));
  const intervals = groups('rule').map((group) => group.childNodes.length);
  expect(intervals).toEqual([2, 3, 2, 1, 2, 3, 3]); // in each panel the lines of groups and rows, then each series
  expect(groups('dot').map((group) => group.childNodes.length)).toEqual([1, 1, 2, 1, 1, 3]); // keys, then values
  expect(description).toContain(
    "m = 8: w 0.25, w' 0.75, share 0.3; m = 16: w 0.5, share 0.6; b = 0: share 0.7, no neuron",
  );
});

test('has room for its values however long labels are, above the rows then', () => {
  const label = 'a variant whose name tells all that there is to tell of it '.repeat(3).trim();
  const { groups, words, size } = figureOf(() =>
    comparison({ ...figure, rows: [{ ...rows[0], label }, ...rows.slice(1)] }),
  );
  expect(words).toContain(label);
  const places = groups('x-axis tick label').map((group) =>
    [...group.querySelectorAll('text')].map((text) => Number(text.getAttribute('transform')?.match(/\(([\d.]+)/)?.[1])),
  );
  expect(places.length).toBeGreaterThan(0);
  for (const own of places) {
    expect(own.at(-1)).toBeLessThan(size.width);
    expect((own.at(-1) as number) - own[0]).toBeGreaterThan(100);
  }
});

test('places rows from top to bottom and values on the axis of their panel', () => {
  const { groups } = figureOf(() => comparison(figure));
  const lines = Array.from(groups('rule')[2].querySelectorAll('line'), (line) =>
    ['x1', 'x2', 'y1'].map((name) => Number(line.getAttribute(name))),
  );
  const [[a1, a2, above], [b1, , below]] = lines; // [0.15, 0.45] and [0.4, 0.7]
  expect((b1 - a1) / (a2 - a1)).toBeCloseTo(0.25 / 0.3, 1);
  expect(above).toBeLessThan(below);
  const heading = groups('text').flatMap((group) => Array.from(group.querySelectorAll('text')));
  expect(heading.find((text) => text.textContent === 'width')?.getAttribute('transform')).toMatch(/^translate\(-?\d/);
});

const heightsOf = (group: Element) =>
  Array.from(group.querySelectorAll('line'), (line) => Number(line.getAttribute('y1')));

test('gives each row room for all its series, so that no value stands in the next row', () => {
  const five = Array.from({ length: 5 }, (_, index) => ({ label: `s${index}`, values: rows.map(() => at(0.5)) }));
  for (const width of [360, 860]) {
    const { groups } = figureOf(() => comparison({ rows, panels: [{ xLabel: 'x', series: five }] }, { width }));
    const [, lines, ...series] = groups('rule').map(heightsOf); // below the groups
    for (const [row, top] of lines.entries())
      for (const values of series) {
        expect(values[row]).toBeGreaterThan(top);
        if (row + 1 < lines.length) expect(values[row]).toBeLessThan(lines[row + 1]);
      }
  }
});

test('stands panels one below the other, each with its labels, where a figure is narrow', () => {
  const { words, size } = figureOf(() => comparison(figure, { width: 360 }));
  expect(size.width).toBe(360);
  expect(words.filter((word) => word === 'm = 8')).toHaveLength(2);
});

test.each<[Partial<Comparison>, string]>([
  [{ rows: [] }, 'rows must not be empty'],
  [{ panels: [] }, 'panels must not be empty'],
  [{ rows: [rows[0], rows[0], rows[2]] }, 'rows must have distinct labels, got "m = 8" twice'],
  [
    { rows: [rows[0], rows[2], rows[1]] },
    'rows of a group must follow each other, got "m = 16" of "width" after another group',
  ],
  [{ panels: [{ xLabel: 'x', series: [] }] }, 'series must not be empty'],
  [
    { panels: [{ xLabel: 'x', series: [{ label: 'w', values: [at(1)] }] }] },
    '"w" must have a value or undefined for each of 3 rows, got 1',
  ],
  [
    {
      panels: [
        { xLabel: 'x', series: [{ label: 'w', values: [{ value: 2, low: 0, high: 1 }, undefined, undefined] }] },
      ],
    },
    '"w" of "m = 8": the interval must hold the value, got 2 in [0, 1]',
  ],
  [{ panels: [{ ...figure.panels[0], domain: [1, 0] }] }, 'domain must rise, got [1, 0]'],
  [{ panels: [{ ...figure.panels[0], domain: [0.5, 0.6] }] }, 'lies outside the domain [0.5, 0.6]; widen it'],
])('refuses records that it cannot draw: %#', (bad, message) => {
  expect(() => comparison({ ...figure, ...bad })).toThrow(RangeError);
  expect(() => comparison({ ...figure, ...bad })).toThrow(message);
});

test.each([undefined, 360])('keeps notes within the figure and beside their values, at %s pixels', (width) => {
  const note = 'no neuron is alive after training';
  const series = [{ label: 's', values: [{ value: 0.95, low: 0.9, high: 1 }] }];
  const panels = [{ xLabel: 'x', domain: [0, 1] as const, series }];
  const { groups, text } = figureOf(() => comparison({ rows: [{ group: 'g', label: 'a', note }], panels }, { width }));
  expect(cutWords(text)).toEqual([]);
  const [left] = groups('text')
    .flatMap((group) => Array.from(group.querySelectorAll('text')))
    .filter((each) => each.textContent === note)
    .map((each) => Number(/\(([\d.]+)/.exec(each.getAttribute('transform') ?? '')?.[1]));
  const [low] = groups('rule')
    .flatMap((group) => Array.from(group.querySelectorAll('line')))
    .slice(-1)
    .map((line) => Number(line.getAttribute('x1')));
  expect(left + 0.58 * 11 * note.length).toBeLessThan(low);
});
