// Weights that say which network they belong to are attacked without a word of it.
import '@advml/testkit';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError, key, type Network, networkMetadata, paramsToArrays } from '@advml/core';
import { NETWORK_METADATA } from '@advml/core/internal';
import { encodeSafetensors, type SafeTensor } from '@advml/formats';
import { cnn, lazy, lowRank, mlp, polynomial, resnet, symmetricTwoLayer } from '@advml/networks';
import { useWasm } from '@advml/wasm';
import { tensor, transpose } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { benchOf } from '../src/attack/bench.ts';
import { inputsOf } from '../src/attack/data/inputs.ts';
import { weightsModel } from '../src/attack/model/weights-model.ts';
import type { FilesSource } from '../src/attack/request.ts';
import { temporaryFolder } from './child.ts';

beforeAll(async () => {
  await useWasm();
});

const params = (network: Network) => network.init(key('described weights', 'init'));

const fileOf = (network: Network, metadata: Readonly<Record<string, string>> = networkMetadata(network)) => ({
  path: 'w.safetensors',
  sha256: '',
  arrays: paramsToArrays(params(network)),
  metadata,
});

const inputs = (shape: readonly number[]): SafeTensor => ({
  dtype: 'F32',
  shape,
  data: key('described weights', 'x').normal(shape.reduce((product, length) => product * length, 1)),
});

const told = (changes: Partial<FilesSource> = {}): FilesSource => ({
  from: 'files',
  model: '',
  data: '',
  shape: {},
  ...changes,
});

const outputs = (file: ReturnType<typeof fileOf>, raw: SafeTensor, source = told()) => {
  const { inputShape: wanted, on } = weightsModel(file, source, () => {});
  const x = inputsOf(raw, { wanted }, () => {});
  return on(x.shape.slice(1))(x);
};

const strided = cnn({ inputs: [6, 7, 2], filters: [3, 4], strides: [2, 1], pooling: 'none', hidden: [5], outputs: 3 });

describe('weights that say which network they belong to', () => {
  it.each<[Network, string, FilesSource['shape']]>([
    [mlp({ inputs: [6, 7, 2], hidden: [5], outputs: 3 }), 'mlp', {}],
    [strided, 'cnn', { strides: [2, 1], pooling: 'none' }],
    [resnet({ inputs: [6, 7, 2], filters: [3, 4], stride: 2, outputs: 3 }), 'resnet', { strides: [2] }],
    [symmetricTwoLayer({ inputs: 84, neurons: 5, initialDeviation: 1 }), 'symmetric-two-layer', {}],
  ])('are the same model as when all is told: $name', (network, name, shape) => {
    const x = inputs([2, ...network.inputShape]);
    const guessed = outputs(fileOf(network, {}), x, told({ network: name, shape }));
    expect(outputs(fileOf(network), x)).toHaveSameBits(guessed);
    expect(outputs(fileOf(network), x, told({ network: name, shape }))).toHaveSameBits(guessed);
  });

  it('are known where no name would do: other activations, noise, kinds', () => {
    const smoothed = symmetricTwoLayer({ inputs: 84, neurons: 5, initialDeviation: 1, noise: 0.3 });
    const slow = lazy(mlp({ inputs: 84, hidden: [4], outputs: 2, activation: Math.random as never }), { scale: 3 });
    for (const network of [smoothed, polynomial({ inputs: 84, degree: 3, cubes: 2 })]) {
      const x = inputs([2, 84]);
      expect(outputs(fileOf(network), x)).toHaveSameBits(
        network.apply(params(network), tensor(x.data as Float32Array, [2, 84])),
      );
    }
    expect(() => outputs(fileOf(slow), inputs([2, 84]))).toThrow(
      /does not say which network .*: give --network, one of mlp/,
    );
  });

  it('take images as rows and rows as images, and images with their channels first', () => {
    const [flat, image] = [
      mlp({ inputs: 84, hidden: [], outputs: 2 }),
      mlp({ inputs: [6, 7, 2], hidden: [], outputs: 2 }),
    ];
    const x = inputs([2, 6, 7, 2]);
    const known = outputs(fileOf(image), x);
    expect(outputs(fileOf(flat), x)).toHaveSameBits(known);
    expect(outputs(fileOf(image), { ...x, shape: [2, 84] } as SafeTensor)).toHaveSameBits(known);
    const first = transpose(tensor(x.data as Float32Array, [2, 6, 7, 2]), [0, 3, 1, 2]);
    const turned = { dtype: 'F32', shape: first.shape, data: first.dataSync() as Float32Array } as const;
    expect(outputs(fileOf(image), turned)).toHaveSameBits(known);
    expect(() => outputs(fileOf(image), inputs([2, 7, 6, 2]))).toThrow(
      /takes inputs of shape \[6,7,2\], and x has \[7,6,2\]: is --data of its kind/,
    );
  });

  it.each<[Partial<FilesSource>, RegExp]>([
    [
      { network: 'mlp' },
      /^w.safetensors: --network contradicts the file, .* it says 'cnn', you say 'mlp'; leave out --network$/,
    ],
    [{ shape: { strides: [1, 1] } }, /--strides contradicts .* 'CNN|it says '2,1', you say '1,1'/],
    [{ network: 'cnn', shape: { pooling: 'max' } }, /--pooling contradicts .* it says 'none', you say 'max'/],
  ])('refuse another word: %j', (changes, message) => {
    const attempt = () => outputs(fileOf(strided), inputs([2, 6, 7, 2]), told(changes));
    expect(attempt).toThrow(InputError);
    expect(attempt).toThrow(message);
  });

  it('refuse strides where the network has none, and an update without its base', () => {
    const network = mlp({ inputs: 84, hidden: [3], outputs: 2 });
    expect(() => outputs(fileOf(network), inputs([2, 84]), told({ shape: { strides: [2] } }))).toThrow(
      /--strides contradicts .* it says none/,
    );
    const update = lowRank(network, params(network), { rank: 1, only: ['layer1.weight'] });
    expect(() => outputs(fileOf(update), inputs([2, 84]))).toThrow(
      /only an update of rank 1 for MLP .*keep the merged weights/,
    );
  });

  it('whose metadata were changed are refused by name', async () => {
    const folder = temporaryFolder();
    const [weights, data] = ['w', 'x'].map((name) => join(folder, `${name}.safetensors`));
    const network = mlp({ inputs: 3, hidden: [2], outputs: 2 });
    writeFileSync(
      data,
      encodeSafetensors({ x: inputs([2, 3]), y: { dtype: 'I32', shape: [2], data: Int32Array.of(0, 1) } }),
    );
    const forged = { ...network.describe?.(), hidden: [2 ** 24] };
    writeFileSync(weights, encodeSafetensors(fileOf(network).arrays, { [NETWORK_METADATA]: JSON.stringify(forged) }));
    const request = {
      source: told({ model: weights, data }),
      norm: 'l2',
      eps: 1,
      curve: [],
      battery: 'standard',
      work: {},
      seed: 0,
    } as const;
    await expect(benchOf(request, () => {})).rejects.toThrow(
      new InputError(`${weights}: 'layer1.weight' of the weights must have shape [16777216,3], got [2,3]`),
    );
  });
});
