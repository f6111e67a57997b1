import { useWasm } from '@advml/wasm';
import type * as tf from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, it } from 'vitest';
import { any, expectDerivatives } from './derivatives.ts';

beforeAll(() => useWasm());

// In plain Node the usual initializer, 'orthogonal', calls tensor methods that only @tensorflow/tfjs brings.
const recurrentInitializer = 'glorotUniform';
const options = { units: 2, recurrentInitializer } as const;

describe('recurrent layers of tfjs-layers, in their inputs', () => {
  const series = [3, 2];
  const films = [2, 4, 4, 1];
  const cases: [name: string, make: () => InstanceType<typeof layers.Layer>, shape: number[]][] = [
    ['LSTM', () => layers.lstm(options), series],
    ['GRU', () => layers.gru({ ...options, goBackwards: true, returnSequences: true }), series],
    ['SimpleRNN', () => layers.simpleRNN(options), series],
    ['Bidirectional', () => layers.bidirectional({ layer: layers.lstm(options), mergeMode: 'concat' }), series],
    ['TimeDistributed', () => layers.timeDistributed({ layer: layers.dense({ units: 2 }) }), series],
    ['ConvLSTM2D', () => layers.convLstm2d({ filters: 1, kernelSize: 2, recurrentInitializer }), films],
  ];
  it.each(cases)('%s', async (_name, make, shape) => {
    const model = sequential({ layers: [layers.inputLayer({ inputShape: shape }), make()] });
    await expectDerivatives((x) => model.apply(x) as tf.Tensor, [any([1, ...shape])], { onCpu: false });
    model.dispose();
  });
});
