import type { Params } from '@advml/core';
import { expectNoLeak } from '@advml/testkit';
import { ready, tensor, tensor1d } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, test } from 'vitest';
import { bestCosines, decompose, decomposeLayers, layerRows, randomCosine, rowCosines } from '../src/index.ts';
import { dot, gaussian, matrix, reorder, rowOf, rowsOf, scaleRows } from './matrices.ts';

beforeAll(ready);

/** A weight whose entry at [filter, channel, row, column] is these digits. */
const digits = (filters: number, channels: number, height: number, width: number) => ({
  shape: [filters, channels, height, width],
  data: Float32Array.from({ length: filters * channels * height * width }, (_, at) => {
    const column = at % width;
    const row = Math.floor(at / width) % height;
    const channel = Math.floor(at / (width * height)) % channels;
    return 1000 * Math.floor(at / (width * height * channels)) + 100 * channel + 10 * row + column;
  }),
});

describe('layerRows', () => {
  test('has a filter a row, channel by channel and row by row', () => {
    const rows = layerRows({ 'conv1.weight': digits(2, 2, 2, 3), 'conv1.bias': { shape: [2], data: [1, 2] } });
    expect(Object.keys(rows)).toEqual(['conv1.weight']);
    expect(rows['conv1.weight'].shape).toEqual([2, 12]);
    expect(rowOf(rows['conv1.weight'], 1)).toEqual([
      1000, 1001, 1002, 1010, 1011, 1012, 1100, 1101, 1102, 1110, 1111, 1112,
    ]);
  });

  test('takes matrices as they are, from tensors too, and leaves none behind', async () => {
    const params: Params = { weight: tensor([1, 2, 3, 4, 5, 6], [2, 3]), bias: tensor1d([1, 2]) };
    await expectNoLeak(() => layerRows(params));
    expect(rowsOf(layerRows(params).weight)).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
  });

  test('refuses what is no weight', () => {
    const weights = { weight: { shape: [1, 2], data: [1, Number.NaN] }, bias: { shape: [1], data: [0] } };
    expect(() => layerRows(weights)).toThrow(`'weight' must be finite, got NaN at row 0, column 1`);
    expect(() => layerRows(weights, ['bias'])).toThrow(`'bias' must be a matrix or a kernel of four axes`);
    expect(() => layerRows({ weight: { shape: [2, 2], data: [1] } })).toThrow(`'weight' must have 4 entries`);
  });
});

describe('bestCosines', () => {
  test('finds rows again in another order and scale', () => {
    const a = gaussian('rows', 9, 12);
    const order = [4, 0, 8, 1, 7, 2, 6, 3, 5];
    const { cosine, match, share } = bestCosines(a, reorder(scaleRows(a, Array(9).fill(3)), order));
    expect([...match]).toEqual(order.map((_, row) => order.indexOf(row)));
    for (const value of cosine) expect(value).toBeCloseTo(1, 6);
    expect(share).toBe(1);
  });

  test('is the largest of all pairs, with its sign', () => {
    const [a, b] = [gaussian('a', 7, 3), gaussian('b', 5, 3)];
    const { cosine, match, summary } = bestCosines(a, b);
    for (const [row, own] of rowsOf(a).entries()) {
      const all = rowsOf(b).map((other) => dot(own, other) / Math.sqrt(dot(own, own) * dot(other, other)));
      expect(cosine[row]).toBeCloseTo(Math.max(...all), 6);
      expect(match[row]).toBe(all.indexOf(Math.max(...all)));
    }
    expect(summary.max).toBe(Math.max(...cosine));
    expect(bestCosines(matrix([1, 0]), matrix([-1, 0])).cosine[0]).toBeCloseTo(-1, 12);
  });

  test('tells rows of zero apart', () => {
    const { cosine, match, share } = bestCosines(matrix([0, 0], [1, 0]), matrix([0, 0], [-1, 0.1]));
    expect([...match]).toEqual([-1, 1]); // nearly opposite is nearer than nothing
    expect(cosine[0]).toBeNaN();
    expect(share).toBe(0);
    expect([...bestCosines(matrix([1, 0]), matrix([0, 0])).match]).toEqual([-1]);
  });
});

describe('decomposeLayers', () => {
  const layer = (name: string) => ({
    'conv1.weight': { shape: [6, 2, 3, 3], data: gaussian(`${name} 1`, 6, 18).data },
    'conv1.bias': { shape: [6], data: new Float32Array(6) },
    'dense1.weight': gaussian(`${name} 2`, 8, 24),
  });
  const networks = { w: layer('w'), wPrime: layer("w'"), w0: layer('w0'), control: layer('control') };

  test('is each comparison of the rows of each layer', () => {
    const layers = decomposeLayers(networks);
    expect(layers.map(({ name, neurons, inputs }) => [name, neurons, inputs])).toEqual([
      ['conv1.weight', 6, 18],
      ['dense1.weight', 8, 24],
    ]);
    for (const { name, ...found } of layers) {
      const [w, wPrime, w0, control] = Object.values(networks).map((network) => layerRows(network)[name]);
      expect(found.decomposition).toEqual(decompose(w, wPrime));
      expect(found.best).toEqual(bestCosines(w, wPrime));
      expect(found.withInitial).toEqual({ clean: rowCosines(w, w0), robust: rowCosines(wPrime, w0) });
      expect(found.control).toEqual({ decomposition: decompose(w, control), best: bestCosines(w, control) });
      expect(found.random).toEqual(randomCosine(found.inputs, found.neurons));
    }
  });

  test('finds a control whose neurons were only moved and scaled', () => {
    const moved = {
      weight: reorder(scaleRows(gaussian('w 2', 8, 24), [1, 2, 3, 4, 5, 6, 7, 8]), [7, 6, 5, 4, 3, 2, 1, 0]),
    };
    const w = { weight: gaussian('w 2', 8, 24) };
    const [{ decomposition, control, random }] = decomposeLayers({ w, wPrime: w, control: moved });
    expect([decomposition.share, control?.decomposition.share, control?.best.share]).toEqual([1, 0, 1]);
    expect(random.shareBest).toBeLessThan(0.001);
  });

  test('looks at the layers it is told, and leaves out what is not given', () => {
    const { w, wPrime } = networks;
    const [found, ...more] = decomposeLayers({ w, wPrime }, { only: ['dense1.weight'] });
    expect(more).toEqual([]);
    expect(found).not.toHaveProperty('control');
    expect(found).not.toHaveProperty('withInitial');
  });

  test('refuses networks that do not fit', () => {
    const other = { 'dense1.weight': gaussian('other', 8, 25) };
    expect(() => decomposeLayers({ w: networks.w, wPrime: other }, { only: ['dense1.weight'] })).toThrow(
      `'dense1.weight' must have one shape in w and wPrime, got [8,24] and [8,25] as matrices`,
    );
    expect(() => decomposeLayers({ w: networks.w, wPrime: other })).toThrow(`no parameter is called 'conv1.weight'`);
  });
});

describe('randomCosine', () => {
  test('has closed forms for the best and for passing 45 degrees in the plane and in space, where cos is uniform', () => {
    for (const pairs of [1, 2, 9]) {
      const chance = (1 - Math.SQRT1_2) / 2;
      const { best, share, shareBest } = randomCosine(3, pairs);
      expect(best).toBeCloseTo((pairs - 1) / (pairs + 1), 5);
      expect(share).toBeCloseTo(chance, 14);
      expect(shareBest).toBeCloseTo(1 - (1 - chance) ** pairs, 14);
    }
    expect(randomCosine(2).share).toBeCloseTo(0.25, 14);
    // in four dimensions the density of t is cos^2 t
    expect(randomCosine(4).share).toBeCloseTo((Math.PI / 8 - 1 / 4) / (Math.PI / 2), 14);
    expect(randomCosine(1536).share).toBeLessThan(1e-100);
  });

  test('is what random rows give', () => {
    const [rounds, rows, columns] = [60, 8, 6];
    let [cosines, shares] = [0, 0];
    for (let round = 0; round < rounds; round++) {
      const { summary, share } = bestCosines(
        gaussian(`best a${round}`, rows, columns),
        gaussian(`best b${round}`, rows, columns),
      );
      cosines += summary.mean / rounds;
      shares += share / rounds;
    }
    const { best, shareBest } = randomCosine(columns, rows);
    expect(Math.abs(cosines - best)).toBeLessThan(0.03);
    expect(Math.abs(shares - shareBest)).toBeLessThan(0.07);
  });
});
