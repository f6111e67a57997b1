// What cannot work is refused before the first stage and before anything is written, whatever the setting.

import { InputError } from '@advml/core';
import { type Overrides, parseAssignment, parseSetting, settingRows, startRun } from '@advml/runs';
import { useWasm } from '@advml/wasm';
import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { experimentNamed, paper } from '../src/index.ts';
import { openStore, tiny } from './tiny.ts';

beforeAll(async () => {
  await useWasm();
});

/** Ends a run as soon as it begins, so that only the checks before it are made. */
const begin = async (request: Parameters<typeof startRun>[2]) => {
  const store = openStore();
  const signal = AbortSignal.abort();
  const error: unknown = await startRun(store, paper, request, { signal }).catch((reason) => reason);
  return { error: error as Error, files: [...store.files.keys()] };
};

describe('a setting that cannot work', () => {
  it.each([
    ['tau=5e-324', /tau: Too small: expected number to be >=1e-12, got 5e-324/],
    ['tau=1e300', /tau: Too big/],
    ['network.initialDeviation=1e-46', /network.initialDeviation: Too small/],
    ['network.initialDeviation=1e30', /network.initialDeviation: Too big/],
    ['network.noise=1e-300', /network.noise: Too small: expected 0 or number to be >=1e-12/],
    ['data.dimension=1e15', /data.dimension: Too big: expected number to be <=8192, got 1000000000000000/],
    ['network.neurons=1e9', /network.neurons: Too big/],
    ['evaluation.examples=1e15', /evaluation.examples: Too big/],
    [
      'overfitting.widths=[0.001]',
      /each of overfitting.widths times the 24 neurons must be 2 neurons or more, got \[0.001\]/,
    ],
    [
      'overfitting.widths=[1e9]',
      /part 'overfitting'.*network.neurons: Too big: expected number to be <=65536, got 24000000000/s,
    ],
    ['data.margin=100', /margin must leave examples: none of 100000 draws/],
    ['ablations.margins=[0,100]', /part 'ablations'.*margin must leave examples/s],
    ['scaling.growth=5', /part 'scaling'.*active \(k\) plus strongRate must be at most the dimension/s],
    ['lowComplexity.features=1e9', /lowComplexity.features: features times the dimension/],
    [
      `overfitting.decays=[${Array(200).fill(0)}]`,
      /overfitting.decays: Too big: expected array to have <=100 items, got \[0,0,0,.{60,80}\.\.\.$/,
    ],
    [`tau=${'['.repeat(5000)}${']'.repeat(5000)}`, /may be nested 16 levels deep at most/],
    [`${'a.'.repeat(5000)}b=1`, /may be nested 16 levels deep at most/],
    ['__proto__.tau=0.3', /unknown key '__proto__'/],
    ['data.__proto__.margin=0.3', /unknown key 'data.__proto__'/],
    ['constructor.prototype.tau=0.3', /unknown key 'constructor'/],
  ])('%s', async (assignment, reason) => {
    const tensors = memory().numTensors;
    const overrides = [...tiny.overrides, { claims: 'all' }, parseAssignment(assignment)];
    const { error, files } = await begin({ ...tiny, overrides });
    expect(error).toBeInstanceOf(InputError);
    expect(error.message).toMatch(reason);
    expect(files).toEqual([]);
    expect(memory().numTensors).toBe(tensors);
  });

  it('in a file is refused like one on the command line, and a key is never inherited', async () => {
    const file = JSON.parse('{"__proto__":{"tau":0.3},"data":{"margin":0.1}}') as Overrides;
    const { error } = await begin({ ...tiny, overrides: [file] });
    expect(error.message).toMatch(/unknown key '__proto__'/);
  });

  it('is one with more seeds than a disk has room for folders', async () => {
    const seeds = Array.from({ length: 1001 }, (_, seed) => seed);
    expect((await begin({ ...tiny, seeds })).error.message).toMatch(/1000 seeds at most, got 1001; start several runs/);
  });
});

describe.each(['paper', 'patches', 'images-mlp', 'images-cnn', 'images-resnet'])('every key of %s', (name) => {
  const { schema } = experimentNamed(name);
  const numbers = [0, -1, 0.5, 5e-324, 1e15, 1e300];
  const extremes = [...numbers, ...numbers.map((number) => [number]), '', null, { a: 1 }, Array(200).fill(1)];
  const within = (value: unknown): boolean => {
    if (Array.isArray(value)) return value.length <= 100 && value.every(within);
    if (typeof value === 'object' && value !== null) return Object.values(value).every(within);
    return typeof value !== 'number' || value === 0 || (value >= 1e-12 && value <= 1e12);
  };

  it('takes numbers that float32 can square and lists that end, and refuses all others by name', () => {
    for (const { key } of settingRows(schema)) {
      for (const value of extremes) {
        try {
          const setting = parseSetting(schema, [parseAssignment(`${key}=${JSON.stringify(value)}`)]);
          expect(within(setting), `${key} = ${JSON.stringify(value)}`).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
          expect((error as Error).message).toContain(key.split('.')[0]);
          expect((error as Error).message.length).toBeLessThan(3000);
        }
      }
    }
  });
});
