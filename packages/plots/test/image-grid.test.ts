import { type ImageGrid, imageGrid } from '@advml/plots';
import { expect, test } from 'vitest';
import { figureOf } from './figure.ts';

const one = (values: readonly number[], height: number, width: number, panel = {}): ImageGrid => ({
  panels: [{ label: 'images', images: [{ values }], ...panel }],
  height,
  width,
});

/** The colours of the pixels of each picture, row by row, read back from the paths; with where it stands. */
function picturesOf(figure: ImageGrid) {
  const { all } = figureOf(() => imageGrid(figure));
  return all('g')
    .filter((group) => group.getAttribute('shape-rendering') === 'crispEdges')
    .map((group) => {
      const [x, middle, cell] = (group.getAttribute('transform') ?? '').match(/[\d.]+/g)?.map(Number) ?? [];
      const pixels = new Array<string>(figure.height * figure.width).fill('#ffffff');
      for (const path of group.querySelectorAll('path'))
        for (const [, column, row, length] of (path.getAttribute('d') ?? '').matchAll(/M(\d+) (\d+)h(\d+)/g))
          pixels.fill(
            path.getAttribute('stroke') ?? '',
            Number(row) * figure.width + Number(column),
            Number(row) * figure.width + Number(column) + Number(length),
          );
      return { x, y: middle - cell / 2, cell, pixels };
    });
}

// The published ends of the RdBu scheme.
const [red, blue] = ['rgb(103, 0, 31)', 'rgb(5, 48, 97)'];

test('draws each pixel in its grey, cut at the domain', () => {
  const [{ pixels, cell, x, y }] = picturesOf(one([0, 0, 1, 2, -1, 16 / 31], 2, 3));
  expect(pixels).toEqual(['#000000', '#000000', '#ffffff', '#ffffff', '#000000', '#848484']);
  expect([x, y, cell]).toEqual([0, 0, 53]); // at most 160 pixels a side
  const [{ pixels: wide }] = picturesOf(one([0, 255, 51], 1, 3, { domain: [0, 255] }));
  expect(wide).toEqual(['#000000', '#ffffff', '#313131']); // the nearest of 32 shades
});

test('draws colours from pixels, or from channels one after another', () => {
  const pixelwise = { ...one([1, 0, 0, 0, 0.2, 1], 1, 2), channels: 3 as const };
  expect(picturesOf(pixelwise)[0].pixels).toEqual(['#ff0000', '#0033ff']);
  const channelwise = { ...one([1, 0, 0, 0.2, 0, 1], 1, 2), channels: 3 as const, order: 'chw' as const };
  expect(picturesOf(channelwise)[0].pixels).toEqual(['#ff0000', '#0033ff']);
});

test('draws filters around zero, each on its own scale by default', () => {
  const images = [{ values: [1, 0, -1] }, { values: [0.1, 0, -0.1] }];
  const figure = { ...one([], 1, 3), panels: [{ label: 'filters', images, colors: 'diverging' as const }] };
  const own = picturesOf(figure).map(({ pixels }) => pixels);
  expect(own).toEqual([
    [blue, '#ffffff', red],
    [blue, '#ffffff', red],
  ]);
  const [common] = figure.panels;
  const [, small] = picturesOf({ ...figure, panels: [{ ...common, limit: 1 }] });
  expect(small.pixels).not.toContain(blue);
  const [deep] = picturesOf({ ...figure, panels: [{ ...common, limit: 0.05 }] });
  expect(deep.pixels).toEqual([blue, '#ffffff', red]);
  const colored = { ...one([-2, 0, 2, 0, 0, 0], 1, 2, { colors: 'diverging' }), channels: 3 as const };
  expect(picturesOf(colored)[0].pixels).toEqual(['#0088ff', '#888888']);
  expect(picturesOf(one([0, 0], 1, 2, { colors: 'diverging' }))).toEqual([]); // white is the ground
});

test('stands them in rows that fit, with words below', () => {
  const images = Array.from({ length: 12 }, (_, at) => ({ values: [0, 1, 1, 0], label: `class ${at}` }));
  const figure = { ...one([], 2, 2), panels: [{ label: 'shirts', images }] };
  const pictures = picturesOf(figure);
  expect(pictures).toHaveLength(12);
  expect(pictures.map(({ cell }) => cell)).toEqual(Array(12).fill(33));
  expect(pictures.filter(({ y }) => y === 0)).toHaveLength(10); // of 66 pixels, 6 apart, in 728
  expect(pictures[10]).toMatchObject({ x: 0, y: 87 });
  const { words, description, size } = figureOf(() => imageGrid(figure));
  expect(words).toEqual(['shirts', ...images.map(({ label }) => label)]); // the title says what the one panel is
  expect(description).toBe('shirts: 12 pictures of 2 x 2 pixels.');
  expect(size.width).toBe(760);
  const three = picturesOf({ ...figure, columns: 3 });
  expect(new Set(three.map(({ x }) => x)).size).toBe(3);
  expect(three[0].cell).toBe(80); // at most 160 pixels a side
  expect(Math.max(...three.map(({ x, cell }) => x + 2 * cell))).toBeLessThanOrEqual(728);
});

test('breaks words into two lines, and cuts what would run into the neighbours', () => {
  const label = 'T-shirt/top of a class with a very long name';
  const images = Array.from({ length: 10 }, () => ({ values: [0, 1, 1, 0], label }));
  const { words } = figureOf(() => imageGrid({ ...one([], 2, 2), panels: [{ label: 'a', images }] }));
  expect(words.slice(1, 3)).toEqual(['T-shirt/', 'top of a c…']);
  const spaced = { label: 'a', images: [{ values: [0, 1, 1, 0], label: 'a / b /c/d' }] };
  expect(figureOf(() => imageGrid({ ...one([], 2, 2), panels: [spaced] })).words).toContain('a / b /c/d');
});

test('stands fewer in a row where a figure is narrow, and no picture beyond its edge', () => {
  const images = Array.from({ length: 12 }, () => ({ values: [0, 1, 1, 0] }));
  const draw = (columns?: number) => () =>
    imageGrid({ ...one([], 2, 2), panels: [{ label: 'a', images }], columns }, { width: 360 });
  for (const columns of [undefined, 12]) {
    const { all, size } = figureOf(draw(columns));
    expect(size.width).toBe(360);
    const ends = all('rect').map((rect) => Number(rect.getAttribute('x')) + Number(rect.getAttribute('width')));
    expect(Math.max(...ends.slice(1))).toBeLessThanOrEqual(328);
  }
});

test('fifty images of 28 x 28 make a file of sensible size', () => {
  const images = Array.from({ length: 50 }, (_, image) => ({
    values: Float32Array.from({ length: 784 }, (_, at) => Math.max(0, Math.sin(image + at * at))),
  }));
  const text = imageGrid({ ...one([], 28, 28), panels: [{ label: 'noise', images }] });
  expect(text.length).toBeLessThan(400_000);
});

test.each<[ImageGrid, string]>([
  [{ ...one([0], 1, 1), panels: [] }, 'panels must not be empty'],
  [{ ...one([0], 1, 1), panels: [{ label: 'a', images: [] }] }, 'images of panel "a" must not be empty'],
  [one([0, 1], 1, 1), 'image 0 of panel "images": 1 x 1 x 1 needs 1 values, got 2'],
  [one([Number.NaN], 1, 1), 'image 0 of panel "images" must be finite, got NaN at entry 0'],
  [one([0], 0, 1), 'height must be an integer from 1 to 256, got 0'],
  [one([0], 1, 300), 'width must be an integer from 1 to 256, got 300'],
  [{ ...one(Array(200).fill(0), 1, 200), columns: 4 }, 'columns must be an integer from 1 to 3, got 4'],
  [{ ...one([0, 0], 1, 1), channels: 2 as 1 }, 'channels must be 1 or 3, got 2'],
  [one([0], 1, 1, { domain: [1, 0] }), 'domain must rise, got [1, 0]'],
  [one([0], 1, 1, { limit: 0 }), 'panel "images": limit must be > 0, got 0'],
])('refuses records that it cannot draw: %#', (bad, message) => {
  expect(() => imageGrid(bad)).toThrow(RangeError);
  expect(() => imageGrid(bad)).toThrow(message);
});
