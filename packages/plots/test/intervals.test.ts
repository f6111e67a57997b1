import { type IntervalRow, type Intervals, intervals } from '@advml/plots';
import { expect, test } from 'vitest';
import { figureOf } from './figure.ts';

const rows: IntervalRow[] = [
  { label: 'C1', value: 1, low: 0.998, high: 1, bar: 0.99, holds: true },
  { label: 'C3', value: 0.5, low: 0.25, high: 0.75, bar: 0.99, holds: false },
  { label: 'C8', value: 0.75, low: 0.7, high: 0.8 },
];
const figure: Intervals = { rows, xLabel: 'share', domain: [0, 1] };

test('draws value, interval, bar and verdict of each row', () => {
  const { words, groups, description } = figureOf(() => intervals(figure));
  expect(words).toEqual(expect.arrayContaining(['C1', 'C3', 'C8', 'share', 'holds', 'does not hold', 'bar']));
  expect(words).toContain('1 [0.998, 1]');
  expect(words).toContain('0.5 [0.25, 0.75] does not hold');
  expect(words).toContain('0.75 [0.7, 0.8]');
  expect(groups('rule').map((group) => group.childNodes.length)).toEqual([1, 3]); // key of the bar, intervals
  expect(groups('tick').map((group) => group.childNodes.length)).toEqual([2]); // bars
  expect(groups('dot').map((group) => group.childNodes.length)).toEqual([1, 1, 1, 1, 1]); // two keys, three rows
  expect(description).toContain('C3 0.5 [0.25, 0.75] does not hold');
});

test('places intervals on the axis, rows from top to bottom', () => {
  const { groups } = figureOf(() => intervals(figure));
  const lines = Array.from(groups('rule')[1].querySelectorAll('line'), (line) =>
    ['x1', 'x2', 'y1'].map((name) => Number(line.getAttribute(name))),
  );
  const [, [x1, x2, y]] = lines;
  const bar = Number(groups('tick')[0].querySelector('line')?.getAttribute('x1'));
  expect((bar - x1) / (x2 - x1)).toBeCloseTo((0.99 - 0.25) / 0.5, 1);
  expect(lines[0][2]).toBeLessThan(y);
  expect(y).toBeLessThan(lines[2][2]);
});

test('names only the verdicts that occur', () => {
  const { words } = figureOf(() => intervals({ rows: [rows[2]] }));
  expect(words).not.toContain('holds');
  expect(words).not.toContain('bar');
  expect(words).toContain('value');
});

test('shows four digits, so that a share just below 1 is not written as 1', () => {
  const { words } = figureOf(() => intervals({ rows: [{ label: 'a', value: 0.9994, low: 0.9988, high: 0.9997 }] }));
  expect(words).toContain('0.9994 [0.9988, 0.9997]');
});

test('rounds no number to 1, or to or across its bar', () => {
  const near = { label: 'a', value: 0.989996, low: 0.98, high: 0.99996, bar: 0.99, holds: false };
  const { words, description } = figureOf(() => intervals({ rows: [near] }));
  expect(words).toContain('0.989996 [0.98, 0.99996] does not hold');
  expect(description).toContain('0.989996 [0.98, 0.99996] does not hold');
  const over = { label: 'a', value: 0.9900004, low: 0.99000004, high: 1, bar: 0.99, holds: true };
  expect(figureOf(() => intervals({ rows: [over] })).words).toContain('0.9900004 [0.99000004, 1]');
});

test('breaks long labels into lines', () => {
  const label = 'C8 neurons whose initial weights correlate most with a feature end up carrying that feature';
  const long = figureOf(() => intervals({ rows: [{ ...rows[0], label }] }));
  const short = figureOf(() => intervals({ rows: [rows[0]] }));
  expect(long.size.height).toBeGreaterThan(short.size.height);
  expect(long.count('tspan')).toBeGreaterThan(1);
});

test.each<[Intervals, string]>([
  [{ rows: [] }, 'rows must not be empty'],
  [{ rows: [rows[0], rows[0]] }, 'rows must have distinct labels, got "C1" twice'],
  [{ rows: [{ ...rows[0], value: Number.NaN }] }, 'row "C1": value must be a finite number, got NaN'],
  [{ rows: [{ ...rows[0], bar: Number.NaN }] }, 'row "C1": bar must be a finite number, got NaN'],
  [{ rows: [{ ...rows[0], low: 2, high: 3 }] }, 'row "C1": the interval must hold the value, got 1 in [2, 3]'],
  [{ rows, domain: [1, 1] }, 'domain must rise, got [1, 1]'],
  [{ rows, domain: [0, 0.995] }, 'row "C1": 0.998 lies outside the domain [0, 0.995]; widen it'],
  [{ rows: [{ ...rows[2], bar: 2 }], domain: [0, 1] }, 'row "C8": 2 lies outside the domain [0, 1]; widen it'],
])('refuses records that it cannot draw: %#', (bad, message) => {
  expect(() => intervals(bad)).toThrow(RangeError);
  expect(() => intervals(bad)).toThrow(message);
});
