import { type FeatureMatrix, featureMatrix } from '@advml/plots';
import { expect, test } from 'vitest';
import { figureOf } from './figure.ts';

const words = { rowLabel: 'neuron', columnLabel: 'feature', valueLabel: 'coefficient' };
const one = (values: readonly number[], rows: number, columns: number) => ({
  ...words,
  panels: [{ label: 'w', rows, columns, values: Float32Array.from(values) }],
});

/** The runs of cells by colour: column, row and length in cells of 40 pixels, counted from the frame's corner. */
function runsOf(figure: FeatureMatrix) {
  const { all } = figureOf(() => featureMatrix(figure));
  return all('g')
    .filter((group) => group.getAttribute('shape-rendering') === 'crispEdges' && group.querySelector('path'))
    .map((group) =>
      Object.fromEntries(
        Array.from(group.querySelectorAll('path'), (path) => [
          path.getAttribute('fill'),
          [...(path.getAttribute('d') ?? '').matchAll(/M(\d+),(\d+)h(\d+)v40H(\d+)z/g)].map(([, x, y, width, back]) => {
            expect(back).toBe(x);
            return [(Number(x) - 42) / 40, (Number(y) - 6) / 40, Number(width) / 40];
          }),
        ]),
      ),
    );
}

// The published ends of the RdBu scheme; its middle is left white.
const [red, blue] = ['rgb(103, 0, 31)', 'rgb(5, 48, 97)'];

test('draws runs of one colour at whole pixels and leaves zero white', () => {
  const [runs] = runsOf(one([1, 1, 0, -1, 0, 0.01, -1, 1, 0], 3, 3));
  expect(runs).toEqual({
    [blue]: [
      [0, 0, 2],
      [1, 2, 1],
    ],
    [red]: [
      [0, 1, 1],
      [0, 2, 1],
    ],
  });
});

test('has one scale for all panels, and deepest colours beyond the limit', () => {
  const panels = [
    { label: 'a', rows: 1, columns: 2, values: [2, -2] },
    { label: 'b', rows: 1, columns: 2, values: [1, -1] },
  ];
  const [a, b] = runsOf({ ...words, panels });
  expect(Object.keys(a)).toEqual([red, blue]);
  expect(Object.keys(b)).not.toContain(blue);
  const [c, d] = runsOf({ ...words, panels, limit: 0.5 });
  expect([Object.keys(c), Object.keys(d)]).toEqual([
    [red, blue],
    [red, blue],
  ]);
});

test('shows small values on the square-root scale', () => {
  const figure = one([1, 0.01], 1, 2);
  expect(Object.values(runsOf(figure)[0]).flat()).toEqual([[0, 0, 1]]);
  expect(Object.values(runsOf({ ...figure, scale: 'sqrt' })[0]).flat()).toHaveLength(2);
});

test('labels rows, columns and the scale of colours in units of the values', () => {
  const { words: linear } = figureOf(() => featureMatrix(one([0.8, 0], 1, 2)));
  expect(linear).toEqual(
    expect.arrayContaining(['w', 'neuron', 'feature', 'coefficient', '−0.8', '−0.4', '0', '0.4', '0.8']),
  );
  const { words: root } = figureOf(() => featureMatrix({ ...one([0.8, 0], 1, 2), scale: 'sqrt' }));
  expect(root).toEqual(expect.arrayContaining(['−0.8', '−0.2', '0.2', '0.8'])); // half way is a quarter
});

test('draws every column in a pixel at least, however narrow the figure', () => {
  const values = Array.from({ length: 256 }, (_, at) => at % 2);
  const [, widths] = [...featureMatrix(one(values, 1, 256), { width: 280 }).matchAll(/ d="(M\d+,\d+h[^"]*)"/g)][0];
  expect(widths.match(/h[1-9]/g)).toHaveLength(128);
});

test('draws a matrix of zeros', () => {
  const { all } = figureOf(() => featureMatrix(one([0, 0], 1, 2)));
  const [matrix] = all('g').filter((group) => group.hasAttribute('data-colors'));
  expect(Array.from(matrix.childNodes, ({ nodeName }) => nodeName)).toEqual(['rect']); // white alone
});

test('three panels of 64 x 64 stand side by side, in a file of sensible size', () => {
  const values = Float32Array.from({ length: 64 * 64 }, (_, i) => (i % 65 === 0 ? 1 : Math.sin(i * i) * 0.2));
  const panels = ['initial', 'clean', 'robust'].map((label) => ({ label, rows: 64, columns: 64, values }));
  const { text, all, size } = figureOf(() => featureMatrix({ ...words, panels }));
  const places = all('svg > g').map((group) =>
    group
      .getAttribute('transform')
      ?.match(/translate\((\d+),(\d+)\)/)
      ?.slice(1)
      .map(Number),
  );
  expect(new Set(places.slice(0, 3).map((place) => place?.[1])).size).toBe(1);
  expect(size.width).toBe(1000);
  expect(text.length).toBeLessThan(300_000);
  const wrapped = figureOf(() => featureMatrix({ ...words, panels: [...panels, { ...panels[0], label: 'more' }] }));
  expect(wrapped.size.height).toBeGreaterThan(size.height + 256);
});

test.each<[FeatureMatrix, string]>([
  [{ ...words, panels: [] }, 'panels must not be empty'],
  [one([], 0, 0), 'panel "w": rows must be an integer from 1 to 256, got 0'],
  [one([1], 1, 1.5), 'columns must be an integer from 1 to 256, got 1.5'],
  [one(new Array(300).fill(0), 1, 300), 'columns must be an integer from 1 to 256, got 300; choose some of them'],
  [one([1, 2, 3], 2, 2), 'panel "w": 2 x 2 needs 4 values, got 3'],
  [one([1, Number.NaN], 1, 2), 'values of panel "w" must be finite, got NaN at entry 1'],
  [{ ...one([1], 1, 1), limit: 0 }, 'limit must be > 0, got 0'],
  [{ ...one([1], 1, 1), limit: Number.NaN }, 'limit must be a finite number, got NaN'],
])('refuses records that it cannot draw: %#', (bad, message) => {
  expect(() => featureMatrix(bad)).toThrow(RangeError);
  expect(() => featureMatrix(bad)).toThrow(message);
});
