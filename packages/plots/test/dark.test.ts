// On a dark page, grounds turn dark and ink bright; colours that are values stay.
import {
  certifiedCurves,
  darkFigures,
  featureMatrix,
  imageGrid,
  lightAndDark,
  palette,
  robustnessCurves,
} from '@advml/plots';
import { parseHTML } from 'linkedom';
import { expect, test } from 'vitest';

const luminance = (color: string): number => {
  const [r, g, b] = [1, 3, 5]
    .map((at) => Number.parseInt(color.slice(at, at + 2), 16) / 255)
    .map((share) => (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (a: string, b: string): number => {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
};
const rules = [...darkFigures('figure').matchAll(/svg \[(\w+)="(#\w+)"\](:not\([^)]*\)) \{ \w+: (#\w+); \}/g)];
const darkOf = (light: string): string => rules.find(([, , from]) => from === light)?.[4] ?? light;

test('every colour of the palette, ink and quiet words can be told from a dark ground', () => {
  for (const { color } of palette) expect(contrast(darkOf(color), darkOf('#ffffff'))).toBeGreaterThan(4.5);
  for (const words of ['#1a1a1a', '#595959']) expect(contrast(darkOf(words), darkOf('#ffffff'))).toBeGreaterThan(7);
  expect(new Set(palette.map(({ color }) => darkOf(color))).size).toBe(palette.length);
});

test('no colour of a figure is forgotten, but those that are values', () => {
  const points = [{ eps: 0, accuracy: 1 }];
  const series = palette.map((_, at) => ({ label: `${at}`, points }));
  const values = { rows: 1, columns: 2, values: [1, 0] };
  const matrix = { rowLabel: 'r', columnLabel: 'c', valueLabel: 'v', panels: [{ label: 'm', ...values }] };
  const images = [{ values: [1, 0.5] }];
  for (const text of [
    robustnessCurves({ series, norm: 'l2', tau: 0.1 }),
    certifiedCurves({
      series: [{ label: 'a', points: [{ eps: 0, accuracy: 1, certified: 1, exact: 1 }] }],
      norm: 'l2',
      tau: 1,
    }),
    featureMatrix(matrix),
    imageGrid({ height: 1, width: 2, panels: [{ label: 'a', images }] }),
  ]) {
    const { document } = parseHTML(text);
    const outside = [...document.querySelectorAll('*')].filter((element) => !element.closest('[data-colors]'));
    const colors = outside.flatMap((element) =>
      ['fill', 'stroke', 'color'].map((name) => element.getAttribute(name)).filter((value) => value?.startsWith('#')),
    );
    for (const color of new Set(colors)) expect(rules.map(([, , from]) => from)).toContain(color);
  }
});

test('a white pixel stays white on a dark page', () => {
  const { document } = parseHTML(
    imageGrid({ height: 1, width: 1, panels: [{ label: 'a', images: [{ values: [1] }] }] }),
  );
  const white = [...document.querySelectorAll('rect[fill="#ffffff"]')].filter((rect) => rect.closest('[data-colors]'));
  expect(white).toHaveLength(1);
  for (const [, , , except] of rules) expect(except).toBe(':not([data-colors] *)');
});

test('a figure that brings its own rules has those of every dark page', () => {
  const figure = robustnessCurves({ series: [{ label: 'a', points: [{ eps: 0, accuracy: 1 }] }], norm: 'l2' });
  const { document } = parseHTML(lightAndDark(figure));
  const [style] = document.querySelectorAll('svg > style');
  for (const rule of darkFigures('').split('\n')) expect(style.textContent).toContain(rule);
  expect(document.querySelector('svg')?.firstElementChild).toBe(style);
  expect(lightAndDark(figure).replace(/<style>.*<\/style>/s, '')).toBe(figure);
  expect(lightAndDark('no figure')).toBe('no figure');
});

test('the rules are for the figures in each of several selectors, and for nothing else there', () => {
  const { document } = parseHTML('<p class="a" fill="#1a1a1a"></p><p class="b"><svg><g fill="#1a1a1a"></g></svg></p>');
  const chosen = darkFigures('.a, .b')
    .split('\n')
    .flatMap((rule) => [...document.querySelectorAll(rule.split(' {')[0])]);
  expect(chosen.map(({ tagName }) => tagName.toLowerCase())).toEqual(['g']);
});
