// A model.json and its files of weights, as bytes: what they hold, and what is wrong with them.
import { InputError } from '@advml/core';
import { useWasm } from '@advml/wasm';
import { io } from '@tensorflow/tfjs-core';
import { input, layers, model, type SymbolicTensor, sequential } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { isGraph, tfjsArtifacts } from '../src/index.ts';

beforeAll(() => useWasm());

const node = [
  { name: 'x', op: 'Placeholder' },
  { name: 'w', op: 'Const' },
  { name: 'y', op: 'MatMul', input: ['x', 'w:0', '^x'] },
];
const modelTopology = { node, versions: { producer: 1 } };
const weights = [{ name: 'w', shape: [2, 3], dtype: 'float32' }];
const weightsManifest = [{ paths: ['a/1.bin', 'a/2.bin'], weights }];
const values = Float32Array.of(1, 2, 3, 4, 5, 6);
const bytes = new Uint8Array(values.buffer);

/** The files are cut within a number, and lie in a larger buffer, as those of Node may. */
const files: Record<string, Uint8Array> = { 'a/1.bin': bytes.subarray(0, 5), 'a/2.bin': bytes.subarray(5) };
const read = (changes: object, given = files) =>
  tfjsArtifacts(
    new TextEncoder().encode(JSON.stringify({ modelTopology, weightsManifest, ...changes })),
    async (path) => given[path],
  );

/** Two nodes that wait for each other. */
const circle = (op: string) => [
  { name: 'a', op, input: ['b'] },
  { name: 'b', op: 'Identity', input: ['a'] },
];

/** A model of layers: an input x, and a layer d that is called with these. */
const layered = (...calls: unknown[]) => layeredWith({ inbound_nodes: calls.map((call) => [call]) });
const layeredWith = (changes: object) => {
  const d = { name: 'd', class_name: 'Activation', config: { name: 'd' }, inbound_nodes: [], ...changes };
  const x = { name: 'x', class_name: 'InputLayer', config: { name: 'x' }, inbound_nodes: [] };
  return { model_config: { class_name: 'Model', config: { layers: [d, x] } } };
};
/** A model in which a layer waits for itself. */
const waiting = layered(['d', 0, 0]).model_config;

describe('tfjsArtifacts', () => {
  it('puts the files of weights one after the other, as model.json names them', async () => {
    const { weightData, weightSpecs } = await read({});
    expect(weightSpecs).toEqual(weights);
    const joined = await new Blob(weightData as ArrayBuffer[]).arrayBuffer();
    expect(new Float32Array(joined)).toEqual(values);
  });

  it('tells graphs from layers', () => {
    expect([isGraph(modelTopology), isGraph({ model_config: {} })]).toEqual([true, false]);
  });

  it('counts the bytes of quantized weights, and not those of texts', async () => {
    const entries = [
      { name: 'w', shape: [5], dtype: 'float32', quantization: { dtype: 'uint16', min: 0, scale: 1 } },
      { name: 'v', shape: [7], dtype: 'float32', quantization: { dtype: 'uint8', min: 0, scale: 1 } },
      { name: 'u', shape: [7], dtype: 'bool' },
    ];
    const one = (own: object[]) => ({ weightsManifest: [{ paths: ['f'], weights: own }] });
    await expect(read(one(entries), { f: new Uint8Array(24) })).resolves.toBeDefined();
    await expect(read(one(entries), { f: new Uint8Array(25) })).rejects.toThrow('need 24 bytes');
    const text = { name: 't', shape: [1], dtype: 'string' };
    await expect(read(one([...entries, text]), { f: new Uint8Array(40) })).resolves.toBeDefined();
  });

  it.each([
    [23, 'need 24 bytes, and their files (a/1.bin, a/2.bin) hold 23'],
    [25, 'hold 25: one is cut off, or belongs to another model'],
  ])('refuses %d bytes of weights in place of 24', async (length, message) => {
    await expect(read({}, { ...files, 'a/2.bin': new Uint8Array(length - 5) })).rejects.toThrow(message);
  });

  it('looks through a long chain of nodes in any order', async () => {
    const chain = Array.from({ length: 20_000 }, (_, at) => ({ name: `n${at}`, op: 'Relu', input: [`n${at + 1}`] }));
    const long = [...chain, { name: `n${chain.length}`, op: 'Placeholder' }];
    for (const nodes of [long, long.toReversed()])
      await expect(read({ modelTopology: { ...modelTopology, node: [...node, ...nodes] } })).resolves.toBeDefined();
  });

  it('takes loops of TensorFlow, and layers that are used again and again', async () => {
    await expect(
      read({ modelTopology: { ...modelTopology, node: [...node, ...circle('NextIteration')] } }),
    ).resolves.toBeDefined();
    await expect(read({ modelTopology: layered(['x', 0, 0], ['d', 0, 0], ['d', 1, 0]) })).resolves.toBeDefined();
  });

  it('looks into models that are nested deep', async () => {
    const [begin, end] = ['{"config":{"layers":[', ']}}'].map((part) => part.repeat(20_000));
    const json = new TextEncoder().encode(`{"modelTopology":${begin}${end},"weightsManifest":[]}`);
    expect(isGraph((await tfjsArtifacts(json, () => json)).modelTopology as object)).toBe(false);
  });

  it.each([
    [1e15, 'need 4000000000000000 bytes'],
    [3, 'need 12 bytes'],
  ])('refuses %d texts in 8 bytes, of which each has 4 for its length', async (length, message) => {
    const manifest = [{ paths: ['f'], weights: [{ name: 't', shape: [length], dtype: 'string' }] }];
    await expect(read({ weightsManifest: manifest }, { f: new Uint8Array(8) })).rejects.toThrow(message);
  });

  it.each<[number[], string]>([
    [[2 ** 40, 2 ** 40], 'need 4.8'],
    [new Array(40).fill(2 ** 50), 'need Infinity bytes'],
    [[...new Array(40).fill(2 ** 50), 0], 'need 0 bytes'],
  ])('counts the bytes of any shape', async (shape, message) => {
    const manifest = [{ paths: ['f'], weights: [{ name: 'w', shape, dtype: 'float32' }] }];
    await expect(read({ weightsManifest: manifest }, { f: new Uint8Array(8) })).rejects.toThrow(message);
  });

  it('reads layers that are shared, and models within models', async () => {
    const dense = layers.dense({ units: 3 });
    const inner = sequential({ layers: [layers.dense({ units: 3, inputShape: [3] })] });
    const [a, b] = [input({ shape: [3] }), input({ shape: [3] })];
    const sides = [a, b].map((side) => inner.apply(dense.apply(side)) as SymbolicTensor);
    const outputs = layers.add().apply([...sides, inner.apply(a) as SymbolicTensor]) as SymbolicTensor;
    let saved: io.ModelArtifacts | undefined;
    await model({ inputs: [a, b], outputs }).save(
      io.withSaveHandler(async (artifacts) => {
        saved = artifacts;
        return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
      }),
    );
    const { modelTopology, weightSpecs, weightData } = saved as io.ModelArtifacts;
    const manifest = [{ paths: ['f'], weights: weightSpecs }];
    const f = new Uint8Array(weightData as ArrayBuffer);
    await expect(read({ modelTopology, weightsManifest: manifest }, { f })).resolves.toBeDefined();
  });

  it('leaves types that are none to the loader, also those named like a member of all objects', async () => {
    const manifest = [{ paths: ['f'], weights: [{ name: 'w', shape: [2], dtype: 'toString' }] }];
    await expect(read({ weightsManifest: manifest }, { f: new Uint8Array(8) })).resolves.toBeDefined();
  });

  it.each<[object, string]>([
    [{ modelTopology: null }, 'must hold modelTopology and weightsManifest'],
    [{ weightsManifest: [null] }, 'must hold modelTopology and weightsManifest'],
    [{ modelTopology: { node } }, 'each with name, op and what it takes, and its versions'],
    [{ modelTopology: { ...modelTopology, node: [] } }, 'a list of nodes'],
    [{ modelTopology: { ...modelTopology, node: [{ name: 'x' }] } }, 'a list of nodes'],
    [{ modelTopology: { ...modelTopology, node: node.slice(1) } }, "node 'y' of the graph takes 'x'"],
    [
      { modelTopology: { ...modelTopology, node: [...node, { name: 'v', op: 'Const' }] } },
      "a constant 'v' for which the manifest has no weights",
    ],
    ...['x', null, {}, [1]].map((input): [object, string] => [
      { modelTopology: { ...modelTopology, node: [{ name: 'x', op: 'Relu', input }] } },
      'a list of nodes',
    ]),
    [{ modelTopology: { ...modelTopology, node: [...node, ...circle('Identity')] } }, "node 'a' of the graph waits"],
    [
      { modelTopology: layered(['d', 0, 0]) },
      "layer 'd' takes the output of 'd' (call 0), which is not there, or waits for it",
    ],
    [{ modelTopology: layered(['e', 0, 0]) }, "layer 'd' takes the output of 'e'"],
    [{ modelTopology: layered(['x', 1, 0]) }, "layer 'd' takes the output of 'x'"],
    [{ modelTopology: layered(null) }, "layer 'd' takes"],
    [{ modelTopology: { class_name: 'Sequential', config: { layers: [waiting] } } }, "'d'"],
    [{ modelTopology: { class_name: 'TimeDistributed', config: { layer: waiting } } }, "'d'"],
    [{ modelTopology: { class_name: 'RNN', config: { cell: { config: { cells: [waiting] } } } } }, "'d'"],
    [{ modelTopology: layeredWith({ inbound_nodes: undefined, inboundNodes: [[['d', 0, 0]]] }) }, "'d'"],
    [{ modelTopology: layeredWith({ inbound_nodes: [[['d', 0, 0]]], config: { name: 'd', layers: [] } }) }, "'d'"],
    [
      { modelTopology: layeredWith({ name: 'x', inbound_nodes: [[['x', 0, 0]]] }) },
      "layers of a model must have names of their own, got 'x' twice",
    ],
    [{ modelTopology: layeredWith({ config: { name: 'x' } }) }, "got 'x' twice"],
    [{ modelTopology: layered(['d', 1, 0], ['x', 0, 0]) }, "layer 'd' takes the output of 'd' (call 1)"],
    [{ modelTopology: layeredWith({ inbound_nodes: [[], [['d', 0, 0]]] }) }, "layer 'd' takes the output of 'd'"],
  ])('refuses what its loader would stumble over: %#', async (changes, message) => {
    await expect(read(changes)).rejects.toThrow(InputError);
    await expect(read(changes)).rejects.toThrow(message);
  });
});
