// The path of purification and the frozen-features control of the paper's network.

import { key, type Params, paramsFromArrays } from '@advml/core';
import { decodeSafetensors } from '@advml/formats';
import { symmetricTwoLayer } from '@advml/networks';
import { decompose } from '@advml/purification';
import { startRun } from '@advml/runs';
import { useWasm } from '@advml/wasm';
import { randomNormal, scalar, type Tensor2D, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { paper } from '../src/index.ts';
import { outputModel } from '../src/paper/frozen/model.ts';
import { nearestOther } from '../src/paper/path/nearest.ts';
import { type OpenStore, openStore, textOf, tiny } from './tiny.ts';

const run = async (claims: readonly string[]) => {
  const store = openStore();
  await startRun(store, paper, { ...tiny, overrides: [...tiny.overrides, { claims }] });
  return store;
};
let whole: OpenStore;
beforeAll(async () => {
  await useWasm();
  whole = await run(['C5', 'path', 'frozen']);
});

const measure = (file: string) => JSON.parse(textOf(whole, `measures/${file}.json`)).value;
const weights = (name: string): Params =>
  paramsFromArrays(decodeSafetensors(whole.files.get(`weights/${name}.safetensors`) as Uint8Array).tensors);

it("the path begins at w and ends at the figures of w'", () => {
  const { features } = measure('neurons');
  const [first, half, last] = ['0', '0.5', '1'].map((share) => measure(`path/${share}`));
  expect([first.step, half.step, last.step]).toEqual([0, 11, 21]);
  expect(first.layers[0].cosine).toBeCloseTo(1, 12);
  expect(last.layers[0].cosine).toBeCloseTo(features.decomposition.cosine.median, 7); // that is of other coordinates
  expect(last.layers[0].share).toBe(features.purified.value);
  const onTheWay = decompose(weights('clean').weight as Tensor2D, weights('path-0.5').weight as Tensor2D);
  expect(half.layers[0].cosine).toBeCloseTo(onTheWay.summary.cosine.median, 12);
  expect(measure('path/nearest').weight).toBeCloseTo(nearestOther(weights('clean'), weights('robust')), 12);
});

it('nothing is kept on the way, and nothing else changes, where the path is not asked for', async () => {
  const without = await run(['C5']);
  expect([...without.files.keys()].filter((name) => /path|frozen/.test(name))).toEqual([]);
  for (const name of ['clean', 'robust'])
    expect(without.files.get(`weights/${name}.safetensors`)).toEqual(whole.files.get(`weights/${name}.safetensors`));
});

it('output weights of one are the network itself, averaged over noise like its surrogate', () => {
  tidy(() => {
    const network = symmetricTwoLayer({ inputs: 5, neurons: 7, initialDeviation: 1 });
    const params = { ...network.init(key('frozen', 0)), bias: scalar(0.5) };
    const x = randomNormal([40, 5], 0, 1, 'float32', 3) as Tensor2D;
    const { network: model, start, surrogate } = outputModel(params);
    const scores = network.apply(params, x).dataSync();
    const smooth = network.surrogate(params, 0.1)(x).dataSync();
    for (const [at, score] of model.apply(start, x).dataSync().entries()) expect(score).toBeCloseTo(scores[at], 4);
    for (const [at, score] of surrogate(start)(x).dataSync().entries())
      expect(Math.abs(score - smooth[at])).toBeLessThan(0.05); // four values of the noise, of its eight
    expect(Object.keys(start)).toEqual(['weight', 'bias']);
  });
});

it('the control stands beside w and w prime under one attack', () => {
  const results = ['frozen/clean', 'frozen/output', 'frozen/robust'].map(measure);
  expect(new Set(results.map(({ robust }) => robust.trials))).toEqual(new Set([4]));
  expect(results[1].trials).toHaveLength(2);
  expect(results[1].negative).toBeLessThanOrEqual(1);
  expect(textOf(whole, 'tables/frozen.csv').split('\n')).toHaveLength(5);
});
