// Models of all kinds of files: each gives the outputs that it has in its own program, or is refused with the way out.
import '@advml/testkit';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InputError } from '@advml/core';
import { decodeNpz } from '@advml/formats';
import { numbersOf } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { type Tensor, tensor } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { inputsOf } from '../src/attack/data/inputs.ts';
import { readModel } from '../src/attack/model/read-model.ts';
import { temporaryFolder } from './child.ts';

beforeAll(async () => {
  await useWasm();
});

const notes: string[] = [];
const read = (model: string, told = {}) => {
  notes.length = 0;
  return readModel({ model, shape: {}, ...told }, (note) => notes.push(note));
};
const fixture = (name: string) => fileURLToPath(new URL(`../../models/test/pytorch/${name}`, import.meta.url));

function moduleOf(text: string): string {
  const path = join(temporaryFolder(), 'model.mjs');
  writeFileSync(path, text);
  return path;
}
const x = () => tensor([1, 2, 3, 4], [2, 2]);

describe('a module', () => {
  it.each([
    ['a classifier', 'export default (x) => x.reshape([-1])'],
    ['a promise of one', 'export default Promise.resolve((x) => x.reshape([-1]))'],
    ['a function that makes one', 'export default () => (x) => x.reshape([-1])'],
    ['a function that promises one', 'export default async () => (x) => x.reshape([-1])'],
  ])('may export %s', async (_, text) => {
    const { on } = await read(moduleOf(text.replace('x.reshape([-1])', '({ values: x.dataSync() })')));
    expect(Array.from((on([2])(x()) as unknown as { values: Float32Array }).values)).toEqual([1, 2, 3, 4]);
  });

  it('may export preprocessing, classes, a box and a shape, and a classifier with a shape and notes', async () => {
    const path = moduleOf(`
      export default Object.assign((x) => x, { inputShape: [null, 2], notes: ['as it is'] });
      export const preprocess = (x) => x.clone();
      export const classes = ['cat', 'dog'];
      export const box = { low: 0, high: 1 };`);
    const found = await read(path);
    expect(found).toMatchObject({ classes: ['cat', 'dog'], box: { low: 0, high: 1 }, inputShape: undefined });
    expect(notes).toEqual(['as it is']);
    expect((await read(moduleOf('export default (x) => x; export const inputShape = [2];'))).inputShape).toEqual([2]);
    expect(found.origin.sha256).not.toBe((await read(moduleOf('export default (x) => x'))).origin.sha256);
  });

  it.each([
    ['', 'it gives undefined'],
    ['export default { predict() {}, apply() {} }', 'fromLayersModel or fromGraphModel'],
    ['export default (x) => x; export const box = [0, 1]', 'must be { low, high }'],
    ['export default (x) => x; export const classes = 3', 'must be an array of names'],
    ['export default (x) => x; export const preprocess = 3', 'preprocess of '],
    ['export default (x) => x; export const inputShape = [0]', 'must be that of one input'],
    ['throw new Error("no weights here")', 'fails to load: no weights here'],
  ])('is refused: %s', async (text, message) => {
    const path = moduleOf(text);
    const attempt = async () => read(path);
    await expect(attempt()).rejects.toThrow(InputError);
    await expect(attempt()).rejects.toThrow(message);
    await expect(attempt()).rejects.toThrow(path);
  });
});

describe('an ONNX file', () => {
  it('of PyTorch gives its logits on images as PyTorch has them', async () => {
    const { x: images, outputs } = decodeNpz(readFileSync(fixture('cnn.npz')));
    const { inputShape, on } = await read(fixture('cnn.onnx'));
    const turned = inputsOf(images, { wanted: inputShape }, () => {});
    expect(turned.shape).toEqual([3, 8, 8, 1]);
    const logits = numbersOf(on([8, 8, 1])(turned) as Tensor);
    for (const [at, value] of Array.from(outputs.data as Float32Array).entries())
      expect(logits[at]).toBeCloseTo(value, 4);
  });

  it('that is none is refused by its path', async () => {
    const path = join(temporaryFolder(), 'a.onnx');
    writeFileSync(path, 'no model');
    await expect(read(path)).rejects.toThrow(`${path}: `);
  });
});

describe('other files', () => {
  it.each([
    ['model.pth', 'torch.onnx.export'],
    ['model.h5', 'tensorflowjs_converter'],
    ['model.tflite', 'tf2onnx'],
  ])('such as %s are refused with the way out', async (name, message) => {
    await expect(read(name)).rejects.toThrow(message);
  });

  it('take no --network where they say all of their model', async () => {
    await expect(read('a.onnx', { network: 'mlp' })).rejects.toThrow('--network is for files of weights alone');
    await expect(read('a.mjs', { shape: { strides: [1] } })).rejects.toThrow('--strides is for files of weights alone');
  });
});
