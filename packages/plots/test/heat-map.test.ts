import { type HeatMap, heatMap } from '@advml/plots';
import { expect, test } from 'vitest';
import { figureOf } from './figure.ts';

const axes = { x: ['1', '2'], y: ['a', 'b'], xLabel: 'radius', yLabel: 'margin', valueLabel: 'accuracy' };
const cells = [
  { x: '1', y: 'a', value: 0 },
  { x: '2', y: 'a', value: 0.5, marked: true },
  { x: '1', y: 'b', value: 1 },
];
const figure: HeatMap = { ...axes, panels: [{ label: 'C3', cells }], domain: [0, 1], markLabel: 'holds' };

/** The cells as they are drawn: place, colours, number, and whether there is a frame. */
function cellsOf(drawn: HeatMap, width?: number) {
  const [map] = figureOf(() => heatMap(drawn, { width })).groups('cells');
  return Array.from(map.children, (cell) => {
    const [rect, ...frames] = Array.from(cell.querySelectorAll('rect'));
    const [text] = Array.from(cell.querySelectorAll('text'));
    const place = ['x', 'y', 'width', 'height'].map((name) => Number(rect.getAttribute(name)));
    return {
      place,
      fill: rect.getAttribute('fill'),
      framed: frames.length > 0,
      text: text?.textContent,
      ink: text?.getAttribute('fill'),
    };
  });
}

/** Contrast of two colours by WCAG 2. */
function contrast(a: string, b: string): number {
  const parts = (color: string) =>
    color.startsWith('#')
      ? [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16))
      : (color.match(/\d+/g) ?? []).map(Number);
  const luminance = (color: string) => {
    const [red, green, blue] = parts(color).map((part) =>
      part / 255 <= 0.03928 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [light, dark] = [luminance(a), luminance(b)].sort((p, q) => q - p);
  return (light + 0.05) / (dark + 0.05);
}

test('draws each cell at its column and row, rows from below, with its number and its frame', () => {
  const [low, middle, high] = cellsOf(figure);
  const [width, height] = low.place.slice(2);
  expect(middle.place).toEqual([low.place[0] + width, low.place[1], width, height]);
  expect(high.place).toEqual([low.place[0], low.place[1] - height, width, height]);
  expect([low.text, middle.text, high.text]).toEqual(['0', '0.5', '1']);
  expect([low.framed, middle.framed, high.framed]).toEqual([false, true, false]);
  expect([low.fill, high.fill]).toEqual(['rgb(247, 251, 255)', 'rgb(8, 48, 107)']); // the published ends of the scheme
  expect(figureOf(() => heatMap(figure)).words).toEqual(
    expect.arrayContaining(['C3', 'radius', 'margin', 'accuracy', 'holds', '1', '2', 'a', 'b']),
  );
});

test('has numbers that can be read on every colour, also on a dark page, where cells keep their colours', () => {
  const [x, y] = [[...'0123456789'], [...'0123456789']];
  const all = x.flatMap((tens) => y.map((ones) => ({ x: tens, y: ones, value: Number(tens + ones) })));
  for (const { fill, ink, text } of cellsOf({ ...axes, x, y, panels: [{ label: 'C3', cells: all }] }))
    expect([text, contrast(fill as string, ink as string) > 4.1]).toEqual([text, true]); // dark and white are as far at 4.17
  expect(
    figureOf(() => heatMap(figure))
      .groups('cells')[0]
      .getAttribute('data-colors'),
  ).toBe('values');
});

test('leaves numbers out where they would not be legible, and fits a phone', () => {
  const x = Array.from({ length: 20 }, (_, i) => `column ${i}`);
  const wide = { ...figure, x, panels: [{ label: 'C3', cells: x.map((name) => ({ x: name, y: 'a', value: 0.123 })) }] };
  expect(cellsOf(wide, 360).every(({ text }) => text === undefined)).toBe(true);
  expect(figureOf(() => heatMap(figure, { width: 360 })).size.width).toBe(360);
});

test('takes its colours from the values where no domain is told, and draws values that are all the same', () => {
  const own = {
    ...figure,
    domain: undefined,
    panels: [{ label: 'C3', cells: cells.map((cell) => ({ ...cell, value: cell.value * 9 - 3 })) }],
  };
  expect(cellsOf(own).map(({ fill }) => fill)).toEqual(cellsOf(figure).map(({ fill }) => fill));
  expect(cellsOf(own)[0].text).toBe('−3');
  const same = { ...figure, domain: undefined, panels: [{ label: 'C3', cells: [cells[1]] }] };
  expect(cellsOf(same)).toHaveLength(1);
});

test.each<[Partial<HeatMap>, string]>([
  [{ panels: [] }, 'panels must not be empty'],
  [{ x: [] }, 'x must not be empty'],
  [{ y: ['a', 'a', 'b'] }, 'y must have distinct labels, got "a" twice'],
  [{ panels: [{ label: 'C3', cells: [] }] }, 'cells of panel "C3" must not be empty'],
  [
    { panels: [{ label: 'C3', cells: [{ x: '3', y: 'a', value: 1 }] }] },
    'panel "C3", cell (3, a): no such column or row',
  ],
  [{ panels: [{ label: 'C3', cells: [cells[0], cells[0]] }] }, 'panel "C3", cell (1, a) is there twice'],
  [
    { panels: [{ label: 'C3', cells: [{ x: '1', y: 'a', value: Number.NaN }] }] },
    'value must be a finite number, got NaN',
  ],
  [{ domain: [1, 0] }, 'domain must rise'],
])('refuses records that it cannot draw: %#', (bad, message) => {
  expect(() => heatMap({ ...figure, ...bad })).toThrow(message);
});

test.each([760, 360])(
  'has columns that fill the axis and leave empty places empty, however many, at %i pixels',
  (width) => {
    const x = Array.from({ length: 100 }, (_, at) => String(at));
    const some = x.filter((_, at) => at % 2 === 0).map((name) => ({ x: name, y: 'a', value: 1, marked: true }));
    const wide = { ...figure, x, panels: [{ label: 'C3', cells: some }] };
    const places = cellsOf(wide, width).map(({ place: [left, , across] }) => [left, left + across]);
    for (const [at, [left]] of places.slice(1).entries()) expect(left).toBeGreaterThan(places[at][1]);
    const frame = figureOf(() => heatMap(wide, { width }))
      .all('rect')
      .find((rect) => rect.getAttribute('aria-label') === 'frame');
    const [left, across] = ['x', 'width'].map((name) => Number(frame?.getAttribute(name)));
    expect(places[49][1]).toBeLessThanOrEqual(left + across);
  },
);

test.each([760, 280])('has a scale of colours without gaps that stays in its frame, at %i pixels', (width) => {
  const valueLabel = 'robust accuracy of the network after adversarial training at tau = 0.115 (l2), gamma = 0.5';
  const [, ramp] = figureOf(() => heatMap({ ...figure, valueLabel }, { width })).groups('cells');
  const places = Array.from(ramp.querySelectorAll('rect'), (rect) =>
    ['x', 'width'].map((name) => Number(rect.getAttribute(name))),
  );
  for (const [at, [left]] of places.slice(1).entries()) expect(left).toBe(places[at][0] + places[at][1]);
});
