import { type Figure, palette, render } from '@advml/plots';
import * as Plot from '@observablehq/plot';
import { DOMParser, parseHTML } from 'linkedom';
import { expect, test } from 'vitest';
import { styleOf } from '../src/palette.ts';
import { figureOf } from './figure.ts';

const line: Plot.PlotOptions = { marks: [Plot.lineY([3, 1, 2])], x: { label: 'step' }, y: { label: 'loss (nats)' } };
const figure: Figure = { title: 'Loss', description: 'Loss over steps.', rows: [[{ height: 200, plot: line }]] };

test('puts words, plot and legend into one picture', () => {
  const { words, groups, size, description } = figureOf(() =>
    render({
      ...figure,
      subtitle: 'one seed',
      caption: 'made up',
      rows: [[{ heading: 'A', height: 200, legend: [{ label: 'clean', key: Plot.ruleY([0.5]) }], plot: line }]],
    }),
  );
  expect(words).toEqual(expect.arrayContaining(['Loss', 'one seed', 'made up', 'A', 'clean', 'step', 'loss (nats)']));
  expect(groups('line')).toHaveLength(1);
  expect(groups('rule')).toHaveLength(1);
  expect(description).toBe('Loss over steps.');
  expect(size.width).toBe(760);
  expect(size.height).toBeGreaterThan(200);
});

test('has a white ground and ink of its own, so that it reads on a dark page', () => {
  const { text, size } = figureOf(() => render(figure));
  expect(text).toContain(`<rect fill="#ffffff" height="${size.height}" width="${size.width}"/>`);
  const coloured = [...text.matchAll(/<g [^>]*\bcolor="([^"]+)"/g)].map(([, color]) => color);
  expect(new Set(coloured)).toEqual(new Set(['#1a1a1a']));
});

test('shares the width of a row between its panels', () => {
  const panel = { height: 100, plot: line };
  const { all } = figureOf(() => render({ ...figure, width: 732, rows: [[panel, panel, panel], [panel]] }));
  const places = all('svg > g').map((element) => element.getAttribute('transform')?.match(/\((\d+),/)?.[1]);
  expect(places).toEqual(['16', '254', '492', '16']);
});

test('breaks long words around a figure into lines', () => {
  const long = 'every word of this caption is to be read '.repeat(8).trim();
  const { words } = figureOf(() => render({ ...figure, caption: long }));
  const lines = words.filter((text) => long.includes(text) && text.length > 20);
  expect(lines.length).toBeGreaterThan(1);
  expect(lines.join(' ')).toBe(long);
});

test('is well-formed whatever the words hold', () => {
  const title = 'a < b & "c" > \u0001 τ\u00a0= 0.11';
  const text = render({ ...figure, title });
  const parsed = new DOMParser().parseFromString(text, 'image/svg+xml').documentElement as unknown as Element;
  expect(parsed.querySelector('title')?.textContent).toBe('a < b & "c" > \ufffd τ\u00a0= 0.11');
  expect(text).toContain('aria-label="a &lt; b &amp; &quot;c&quot; &gt; \ufffd τ\u00a0= 0.11"');
});

test('draws with the document that it is given, and adds nothing to it', () => {
  const { document } = parseHTML('<!doctype html><html><body><p>page</p></body></html>');
  const before = document.toString();
  let asked = 0;
  const watched = new Proxy(document, {
    get(target, name) {
      if (name === 'createElementNS') asked++;
      const value = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  expect(render(figure, { document: watched })).toBe(render(figure));
  expect(asked).toBeGreaterThan(0);
  expect(document.toString()).toBe(before);
});

test('the palette is that of Okabe and Ito, without yellow', () => {
  const published = ['#e69f00', '#56b4e9', '#009e73', '#0072b2', '#d55e00', '#cc79a7'];
  expect(palette.map(({ color }) => color)).toEqual(expect.arrayContaining(published));
  for (const trait of ['color', 'dash', 'symbol'] as const) {
    expect(new Set(palette.map((style) => style[trait])).size).toBe(palette.length);
  }
});

test('many series have a style each', () => {
  const styles = Array.from({ length: 49 }, (_, index) => JSON.stringify(styleOf(index)));
  expect(new Set(styles).size).toBe(49);
  expect(palette.map((_, index) => styleOf(index))).toEqual(palette);
});
