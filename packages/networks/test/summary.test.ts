// Counts worked out by hand, published counts, and the counts of the parameters themselves.
import { disposeParams, key } from '@advml/core';
import { useWasm } from '@advml/wasm';
import { beforeAll, describe, expect, it } from 'vitest';
import { cnn, type LayeredNetwork, mlp, resnet, summary } from '../src/index.ts';

beforeAll(async () => {
  await useWasm();
});

describe('summary', () => {
  it('lists layers, shapes and counts', () => {
    const { layers, ...totals } = summary(
      cnn({ inputs: [9, 8, 3], filters: [4], sizes: [5], hidden: [7], norm: 'batch' }),
    );
    expect(layers.map((row) => [row.name, row.outputShape, row.trainable, row.state])).toEqual([
      ['conv1', [9, 8, 4], 4 * 3 * 5 * 5, 0],
      ['norm1', [9, 8, 4], 2 * 4, 2 * 4],
      ['activation1', [9, 8, 4], 0, 0],
      ['pool1', [4, 4, 4], 0, 0],
      ['flatten', [64], 0, 0],
      ['dense1', [7], 64 * 7 + 7, 0],
      ['activation2', [7], 0, 0],
      ['dense2', [10], 7 * 10 + 10, 0],
    ]);
    expect(totals).toMatchObject({ name: 'CNN 9x8x3-4-7-10', trainable: 300 + 8 + 455 + 80, state: 8 });
  });

  it('names the layers of residual blocks, and their sum after them', () => {
    const { layers } = summary(resnet({ inputs: [8, 8, 1], filters: [2, 4], norm: 'none' }));
    expect(layers.map((row) => `${row.name}: ${row.kind}, ${row.outputShape.join('x')}, ${row.trainable}`)).toEqual([
      'conv1: convolution 3x3, 8x8x2, 20',
      'activation1: relu, 8x8x2, 0',
      'block1.body.conv1: convolution 3x3, 8x8x2, 38',
      'block1.body.activation: relu, 8x8x2, 0',
      'block1.body.conv2: convolution 3x3, 8x8x2, 38',
      'block1: residual sum, 8x8x2, 0',
      'activation2: relu, 8x8x2, 0',
      'block2.body.conv1: convolution 3x3, stride 2, 4x4x4, 76',
      'block2.body.activation: relu, 4x4x4, 0',
      'block2.body.conv2: convolution 3x3, 4x4x4, 148',
      'block2.shortcut.conv: convolution 1x1, stride 2, 4x4x4, 12',
      'block2: residual sum, 4x4x4, 0',
      'activation3: relu, 4x4x4, 0',
      'pool: global average pooling, 4, 0',
      'dense: dense, 10, 50',
    ]);
  });

  it.each([
    [20, 3, 0.27e6],
    [32, 5, 0.46e6],
    [44, 7, 0.66e6],
    [56, 9, 0.85e6],
  ])('counts ResNet-%d as He et al. do in their table 6', (depth, blocks, published) => {
    const { name, trainable } = summary(resnet({ inputs: [32, 32, 3], blocks }));
    expect(name).toContain(`ResNet-${depth} `);
    const projections = 16 * 32 + 2 * 32 + 32 * 64 + 2 * 64; // which theirs does without
    expect(Math.round((trainable - projections) / 1e4)).toBe(published / 1e4);
  });

  it.each<[LayeredNetwork]>([
    [mlp({ inputs: 4, hidden: [3], outputs: 'score' })],
    [cnn({ norm: 'group' })],
    [resnet()],
  ])('counts what there is: $name', (network) => {
    const params = network.init(key('init', 0));
    const count = (state: boolean) =>
      Object.entries(params)
        .filter(([name]) => network.state?.includes(name) === state)
        .reduce((total, [, { size }]) => total + size, 0);
    const { trainable, state } = summary(network);
    expect([trainable, state]).toEqual([count(false), count(true)]);
    disposeParams(params);
  });

  it('prints as a table', () => {
    expect(`${summary(cnn({ inputs: [4, 4, 1], filters: [20], hidden: [], norm: 'batch' }))}`).toBe(
      [
        'CNN 4x4x1-20-10',
        'layer        kind                 output      parameters',
        'conv1        convolution 5x5      4 x 4 x 20         500',
        'norm1        batch normalization  4 x 4 x 20     40 + 40',
        'activation1  relu                 4 x 4 x 20           0',
        'pool1        max pooling 2x2      2 x 2 x 20           0',
        'flatten      flatten              80                   0',
        'dense1       dense                10                 810',
        '1,350 parameters + 40 of state',
      ].join('\n'),
    );
  });
});
