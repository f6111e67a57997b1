// A model.json with its weights beside it, layers or graph, gives the logits of the model that was written.
import '@advml/testkit';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '@advml/core';
import { numbersOf } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { type io, type Tensor, tensor2d } from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { readModel } from '../src/attack/model/read-model.ts';
import { temporaryFolder } from './child.ts';

beforeAll(async () => {
  await useWasm();
});

const notes: string[] = [];
const read = (model: string) => readModel({ model, shape: {} }, (note) => notes.push(note));

/** Writes a model as tfjs does, its weights in two files. */
function write(topology: object, specs: io.WeightsManifestEntry[], weights: Float32Array): string {
  const folder = temporaryFolder();
  const bytes = Buffer.from(weights.buffer);
  writeFileSync(join(folder, 'a.bin'), bytes.subarray(0, 5));
  writeFileSync(join(folder, 'b.bin'), bytes.subarray(5));
  const weightsManifest = [{ paths: ['a.bin', 'b.bin'], weights: specs }];
  writeFileSync(join(folder, 'model.json'), JSON.stringify({ modelTopology: topology, weightsManifest }));
  return folder;
}

const spec = (name: string, shape: number[]) => ({ name, shape, dtype: 'float32' as const });
const weights = Float32Array.of(1, 2, 3, 4, 5, 6);
const graph = {
  node: [
    { name: 'w', op: 'Const', attr: { dtype: { type: 'DT_FLOAT' } } },
    { name: 'x', op: 'Placeholder', attr: { shape: { shape: { dim: [{ size: '-1' }, { size: '2' }] } } } },
    { name: 'product', op: 'MatMul', input: ['x', 'w'] },
    { name: 'p', op: 'Softmax', input: ['product'] },
  ],
  versions: { producer: 1 },
};
const written = () => write(graph, [spec('w', [2, 3])], weights);
const logitsOf = async (path: string) => {
  notes.length = 0;
  const { on, inputShape } = await read(path);
  expect(inputShape).toEqual([2]);
  return numbersOf(on([2])(tensor2d([[1, 10]])) as Tensor);
};

describe('a model.json', () => {
  it('of layers, by its folder or by itself; what was left out is said', async () => {
    const dense = layers.dense({ inputShape: [2], units: 3, useBias: false, activation: 'softmax', name: 'd' });
    const topology = JSON.parse(sequential({ layers: [dense] }).toJSON(null, true) as string);
    const folder = write({ model_config: topology }, [spec('d/kernel', [2, 3])], weights);
    expect(await logitsOf(folder)).toEqual([41, 52, 63]);
    expect(await logitsOf(join(folder, 'model.json'))).toEqual([41, 52, 63]);
    expect(notes.join()).toMatch(/model\.json: .*softmax/);
  });

  it('of a graph, and its digest is that of its weights too', async () => {
    const folder = written();
    expect(await logitsOf(folder)).toEqual([41, 52, 63]);
    const digest = (await read(folder)).origin.sha256;
    writeFileSync(join(folder, 'b.bin'), Buffer.alloc(19));
    expect((await read(folder)).origin.sha256).not.toBe(digest);
  });

  it.each([
    ['{', 'JSON'],
    ['{"format": "saved_model"}', 'must hold modelTopology and weightsManifest'],
    [
      JSON.stringify({ modelTopology: graph, weightsManifest: [{ paths: ['../w.bin'], weights: [] }] }),
      "got '../w.bin'",
    ],
    [JSON.stringify({ modelTopology: graph, weightsManifest: [{ paths: [], weights: [null] }] }), 'shape and dtype'],
    [
      JSON.stringify({ modelTopology: graph, weightsManifest: [{ paths: [], weights: [spec('w', [-1])] }] }),
      'shape and',
    ],
    [JSON.stringify({ modelTopology: graph, weightsManifest: [{ paths: ['none.bin'], weights: [] }] }), 'cannot read'],
    [JSON.stringify({ modelTopology: graph, weightsManifest: [{ paths: [], weights: [spec('w', [2, 3])] }] }), 'bytes'],
    [
      JSON.stringify({ modelTopology: { model_config: { class_name: 'Nothing', config: {} } }, weightsManifest: [] }),
      'Nothing',
    ],
  ])('is refused by its path where it is damaged: %#', async (text, message) => {
    const path = join(written(), 'model.json');
    writeFileSync(path, text);
    await expect(read(path)).rejects.toThrow(InputError);
    await expect(read(path)).rejects.toThrow(message);
    await expect(read(path)).rejects.toThrow(`${path}: `);
  });
});
