import { InputError, key } from '@advml/core';
import { expect, it } from 'vitest';
import {
  addNoise,
  arrayExamples,
  cifar100Examples,
  clusteredData,
  colourImages,
  examplesFromIdx,
  fixedBatches,
  gaussianMixture,
  horizontalFlip,
  idxExamples,
  modelExamples,
  noiseData,
  patchData,
  readIdx,
  readIdxFile,
  shift,
  sparseCoding,
} from '../src/index.ts';

const idx = (rank: number) => readIdx(Uint8Array.from([0, 0, 8, rank, ...Array(rank).fill([0, 0, 0, 1]).flat(), 0]));
const labels = { dtype: 'U8', shape: [1], data: Uint8Array.of(0) };
const mixture = { dimension: 2, separation: 1, key: key('mixture', 0) };
const feature = { patches: 1, size: 1 };
const patches = { dimension: 4, patches: 2, robust: feature, nonRobust: feature, key: key('patches', 0) };
const set = modelExamples(gaussianMixture(mixture), key('set', 0), 2);

/** Every function with options, the nearest name to a misspelt one, and a call with both. */
const calls: readonly (readonly [string, string, (more: object) => unknown])[] = [
  ['addNoise', 'deviation', (more) => addNoise({ deviation: 1, ...more })],
  ['arrayExamples', 'classes', (more) => arrayExamples({ images: labels, labels }, more)],
  ['cifar100Examples', 'labels', (more) => cifar100Examples([new Uint8Array(3074)], more)],
  ['colourImages', 'exponent', (more) => colourImages({ key: key('data', 0), ...more })],
  ['clusteredData', 'clusters', (more) => clusteredData({ dimension: 4, clusters: 2, key: key('data', 0), ...more })],
  ['patchData', 'dimension', (more) => patchData({ ...patches, ...more })],
  ["patchData's robust", 'size', (more) => patchData({ ...patches, robust: { ...feature, ...more } })],
  ['idxExamples', 'classes', (more) => idxExamples(idx(3), idx(1), more)],
  ['idxExamples', 'classes', (more) => examplesFromIdx(idx(3), idx(1), more)],
  ['fixedBatches', 'augment', (more) => fixedBatches(set, 1, key('batches', 0), more)],
  ['gaussianMixture', 'separation', (more) => gaussianMixture({ ...mixture, ...more })],
  ['horizontalFlip', 'share', (more) => horizontalFlip(more)],
  ['noiseData', 'classes', (more) => noiseData({ shape: [2], noise: { law: 'gaussian', deviation: 1 }, ...more })],
  [
    'gaussian noise',
    'deviation',
    (more) => noiseData({ shape: [2], noise: { law: 'gaussian', deviation: 1, ...more } }),
  ],
  ['uniform noise', 'high', (more) => noiseData({ shape: [2], noise: { law: 'uniform', low: 0, high: 1, ...more } })],
  ['shift', 'pixels', (more) => shift({ pixels: 1, ...more })],
  ['sparseCoding', 'margin', (more) => sparseCoding({ dimension: 4, active: 1, key: key('data', 0), ...more })],
];

it.each(calls)('%s refuses a misspelt option and names the nearest: %s', (owner, name, call) => {
  const misspelt = { [`${name}s`]: 1 };
  expect(() => call(misspelt)).toThrow(InputError);
  expect(() => call(misspelt)).toThrow(`${owner} has no option '${name}s'; did you mean '${name}'?`);
});

it.each([addNoise, clusteredData, colourImages, gaussianMixture, noiseData, patchData, shift, sparseCoding] as ((
  options?: unknown,
) => unknown)[])('%o says that it takes options where there are none', (make) => {
  expect(() => make()).toThrow(InputError);
  expect(() => make(0.1)).toThrow(/takes one record of options \{ .*, got number 0.1/);
});

it('readIdxFile refuses a misspelt option', async () => {
  await expect(readIdxFile(new Uint8Array(9), { limits: 3 } as object)).rejects.toThrow(/did you mean 'limit'\?/);
});
