import { useWasm } from '@advml/wasm';
import { beforeAll, describe, it } from 'vitest';
import type { Numbers } from '../build.ts';
import { type Case, expectSame, spread } from '../same-as-runtime.ts';

beforeAll(() => useWasm());

const channels = spread([3], 4);
const positive: Numbers = { shape: [3], values: [0.5, 1.2, 2] };

describe('normalizations', () => {
  it('BatchNormalization of images, signals and rows', async () => {
    for (const shape of [
      [2, 3, 2, 2],
      [2, 3, 4],
      [4, 3],
    ])
      for (const opset of [9, 15])
        await expectSame({
          operator: 'BatchNormalization',
          opset,
          attributes: { epsilon: 0.01 },
          inputs: [spread(shape), channels, spread([3], 5), spread([3], 6), positive],
        });
  });
  it('InstanceNormalization', async () => {
    for (const shape of [
      [2, 3, 3, 2],
      [2, 3, 4],
    ])
      await expectSame({ operator: 'InstanceNormalization', inputs: [spread(shape), channels, spread([3], 5)] });
  });
  it('LayerNormalization', async () => {
    await expectSame({ operator: 'LayerNormalization', inputs: [spread([2, 4, 3]), channels, spread([3], 5)] });
    await expectSame({
      operator: 'LayerNormalization',
      attributes: { axis: 1, epsilon: 0.1 },
      inputs: [spread([2, 4, 3]), spread([4, 3], 4)],
    });
  });
  it('GroupNormalization', async () => {
    const attributes = { num_groups: 2 };
    const image = spread([2, 4, 2, 2]);
    await expectSame({
      operator: 'GroupNormalization',
      opset: 18,
      attributes,
      inputs: [image, spread([2], 4), spread([2], 5)],
    });
    await expectSame({
      operator: 'GroupNormalization',
      opset: 21,
      attributes,
      inputs: [image, spread([4], 4), spread([4], 5)],
    });
  });
  it('RMSNormalization', () =>
    expectSame({ operator: 'RMSNormalization', opset: 23, inputs: [spread([2, 4, 3]), channels] }));
  it('LpNormalization', async () => {
    for (const attributes of [{ p: 2 }, { p: 1, axis: 1 }, { axis: 1 }] as Case['attributes'][])
      await expectSame({ operator: 'LpNormalization', attributes, inputs: [spread([2, 4, 3])] });
  });
  it('LRN over windows of any size', async () => {
    for (const size of [1, 3, 5])
      await expectSame({
        operator: 'LRN',
        attributes: { size, alpha: 0.3, beta: 0.6, bias: 1.5 },
        inputs: [spread([2, 4, 2, 3])],
      });
    await expectSame({ operator: 'LRN', attributes: { size: 3 }, inputs: [spread([2, 4, 2, 3])] });
  });
});

describe('products', () => {
  it('Gemm with transposes, factors and constants', async () => {
    for (const transA of [0, 1])
      for (const transB of [0, 1]) {
        const [a, b] = [spread(transA ? [3, 2] : [2, 3]), spread(transB ? [4, 3] : [3, 4], 2)];
        const attributes = { transA, transB };
        await expectSame({ operator: 'Gemm', attributes, inputs: [a, b] });
        await expectSame({
          operator: 'Gemm',
          attributes: { ...attributes, alpha: 0.5, beta: 1.5 },
          inputs: [a, b, spread([4], 3)],
        });
        await expectSame({ operator: 'Gemm', attributes, inputs: [a, b, spread([2, 1], 3)], input: 1 });
      }
  });
  it('MatMul of stacks and vectors', async () => {
    const pairs = [
      [
        [2, 3],
        [3, 4],
      ],
      [
        [2, 2, 3],
        [3, 4],
      ],
      [
        [2, 2, 3],
        [2, 3, 4],
      ],
      [
        [2, 1, 2, 3],
        [2, 3, 2],
      ],
      [[3], [3, 2]],
      [[2, 3], [3]],
      [[3], [3]],
      [[2, 2, 3], [3]],
      [[3], [2, 3, 2]],
    ];
    for (const [a, b] of pairs) {
      await expectSame({ operator: 'MatMul', inputs: [spread(a), spread(b, 2)] });
      await expectSame({ operator: 'MatMul', inputs: [spread(a), spread(b, 2)], input: 1 });
    }
  });
});

describe('recurrent layers', () => {
  const [time, batch, inputs, hidden] = [3, 2, 2, 3];
  const x = spread([time, batch, inputs]);
  const cases = (['LSTM', 'GRU', 'RNN'] as const).flatMap((operator) =>
    (['forward', 'reverse', 'bidirectional'] as const).map((direction) => ({ operator, direction })),
  );
  it.each(cases)('%j', async ({ operator, direction }) => {
    const gates = { LSTM: 4, GRU: 3, RNN: 1 }[operator] * hidden;
    const directions = direction === 'bidirectional' ? 2 : 1;
    const weights = [spread([directions, gates, inputs], 2, 0.7), spread([directions, gates, hidden], 3, 0.7)];
    const constants = spread([directions, 2 * gates], 4, 0.5);
    const state = [spread([directions, batch, hidden], 5), spread([directions, batch, hidden], 6)];
    const states = operator === 'LSTM' ? state : state.slice(1);
    const outputs = operator === 'LSTM' ? 3 : 2;
    const attributes = { direction, hidden_size: hidden };
    await expectSame({ operator, attributes, outputs, inputs: [x, ...weights, constants, undefined, ...states] });
    await expectSame({ operator, attributes, outputs, inputs: [x, ...weights] });
    if (operator !== 'GRU') return;
    const after = { ...attributes, linear_before_reset: 1 };
    await expectSame({
      operator,
      attributes: after,
      outputs,
      inputs: [x, ...weights, constants, undefined, ...states],
    });
  });
  it('RNN with relu, and sequences that are stated to be whole', () =>
    expectSame({
      operator: 'RNN',
      attributes: { activations: ['Relu'], hidden_size: hidden },
      outputs: 2,
      inputs: [
        x,
        spread([1, hidden, inputs], 2),
        spread([1, hidden, hidden], 3),
        undefined,
        { shape: [2], values: [3, 3], type: 'int32' },
      ],
    }));
});
