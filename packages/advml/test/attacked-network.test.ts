// The sizes of a network are read off its parameters.
import '@advml/testkit';
import { InputError, key } from '@advml/core';
import { cnn, resnet } from '@advml/networks';
import { useWasm } from '@advml/wasm';
import { tensor4d } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { networkNamed } from '../src/attack/network.ts';

beforeAll(async () => {
  await useWasm();
});

describe('networkNamed', () => {
  it.each([
    ['cnn', cnn({ inputs: [8, 9, 2] })],
    ['cnn', cnn({ inputs: [8, 9, 2], filters: [4], sizes: [3], hidden: [], outputs: 'score', norm: 'batch' })],
    ['cnn', cnn({ inputs: [8, 9, 2], filters: [4, 6, 8], hidden: [7, 5], norm: 'group' })],
    ['resnet', resnet({ inputs: [8, 9, 2] })],
    ['resnet', resnet({ inputs: [8, 9, 2], filters: [4], blocks: 2, outputs: 'score', norm: 'none' })],
    ['resnet', resnet({ inputs: [8, 9, 2], filters: [4, 4, 8], blocks: 2, norm: 'group' })],
  ])('makes a %s: $name', (name, network) => {
    const params = network.init(key('init', 0));
    const x = tensor4d(key('x').normal(2 * 144), [2, 8, 9, 2]);
    const made = networkNamed(name, params, [8, 9, 2]);
    expect(made.apply(params, x)).toHaveSameBits(network.apply(params, x));
  });

  it('makes a cnn with the strides and the pooling that it is told', () => {
    const shape = { strides: [2, 1], pooling: 'none' } as const;
    const network = cnn({ inputs: [8, 9, 2], filters: [4, 6], ...shape });
    const params = network.init(key('init', 0));
    const x = tensor4d(key('x').normal(2 * 144), [2, 8, 9, 2]);
    expect(networkNamed('cnn', params, [8, 9, 2], shape).apply(params, x)).toHaveSameBits(network.apply(params, x));
    expect(() => networkNamed('mlp', {}, [8], { pooling: 'max' })).toThrow(
      /--pooling belongs to --network cnn or resnet, got 'mlp'/,
    );
  });

  it('makes a resnet with the stride that it is told', () => {
    const network = resnet({ inputs: [8, 9, 2], filters: [4, 6], stride: 2 });
    const params = network.init(key('init', 0));
    const x = tensor4d(key('x').normal(2 * 144), [2, 8, 9, 2]);
    expect(networkNamed('resnet', params, [8, 9, 2], { strides: [2] }).apply(params, x)).toHaveSameBits(
      network.apply(params, x),
    );
    for (const shape of [{ strides: [2, 2] }, { pooling: 'none' as const }])
      expect(() => networkNamed('resnet', params, [8, 9, 2], shape)).toThrow(/a resnet takes one stride/);
  });

  it.each([
    ['cnn', /the weights hold no 'dense0.weight'/],
    ['resnet', /the weights hold no 'conv1.weight'/],
    ['mlp', /the weights hold no 'layer1.weight'/],
    ['rnn', /--network must be one of mlp, cnn, resnet, symmetric-two-layer, got 'rnn'/],
  ])('refuses weights that are no %s', (name, message) => {
    expect(() => networkNamed(name, {}, [8, 8, 1])).toThrow(InputError);
    expect(() => networkNamed(name, {}, [8, 8, 1])).toThrow(message);
  });
});
