import { useWasm } from '@advml/wasm';
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { asTensor, expectClose, onCpu, resultOf } from '../compare.ts';
import { remaining } from '../remaining.ts';
import { any, type Differentiable, distinct, expectDerivatives } from './derivatives.ts';

beforeAll(() => useWasm());

const { layers: make } = layers;
type Layer = ReturnType<typeof make.dense>;

const image = [4, 4, 2];
const volume = [3, 3, 3, 1];
const steps = [4, 3];

/** Every kind of layer, with the options that it cannot do without, and the shape of an example. */
const table: [name: string, layer: () => unknown, shape: number[]][] = [
  ['dense', () => make.dense({ units: 3 }), [4]],
  ['dense of steps', () => make.dense({ units: 3, activation: 'softmax' }), steps],
  ['activation', () => make.activation({ activation: 'tanh' }), [4]],
  ['conv1d', () => make.conv1d({ filters: 2, kernelSize: 2 }), steps],
  ['conv1d, dilated', () => make.conv1d({ filters: 2, kernelSize: 2, dilationRate: 2 }), steps],
  ['conv2d', () => make.conv2d({ filters: 2, kernelSize: 3 }), image],
  ['conv2d, same', () => make.conv2d({ filters: 2, kernelSize: 3, padding: 'same', activation: 'elu' }), image],
  ['conv2d, dilated', () => make.conv2d({ filters: 2, kernelSize: 2, dilationRate: 2 }), image],
  ['conv2d, dilated, same', () => make.conv2d({ filters: 2, kernelSize: 2, dilationRate: 2, padding: 'same' }), image],
  ['conv2dTranspose', () => make.conv2dTranspose({ filters: 2, kernelSize: 2, strides: 2 }), image],
  ['depthwiseConv2d', () => make.depthwiseConv2d({ kernelSize: 2 }), image],
  ['depthwiseConv2d, same', () => make.depthwiseConv2d({ kernelSize: 3, padding: 'same', strides: 2 }), image],
  ['separableConv2d', () => make.separableConv2d({ filters: 2, kernelSize: 2 }), image],
  ['separableConv2d, same', () => make.separableConv2d({ filters: 2, kernelSize: 2, padding: 'same' }), image],
  ['conv3dTranspose', () => make.conv3dTranspose({ filters: 2, kernelSize: 2, strides: 2 }), [2, 2, 2, 1]],
  ['conv3d', () => make.conv3d({ filters: 2, kernelSize: 2 }), volume],
  ['maxPooling1d', () => make.maxPooling1d({ poolSize: 2 }), steps],
  ['maxPooling2d', () => make.maxPooling2d({}), image],
  ['maxPooling2d, same', () => make.maxPooling2d({ poolSize: 3, strides: 2, padding: 'same' }), image],
  ['maxPooling3d', () => make.maxPooling3d({ poolSize: 2 }), volume],
  ...(['averagePooling', 'avgPooling', 'avgPool'] as const).flatMap((name): typeof table => [
    [`${name}1d`, () => make[`${name}1d`]({ poolSize: 2 }), steps],
    [`${name}2d`, () => make[`${name}2d`]({}), image],
    [`${name}3d`, () => make[`${name}3d`]({ poolSize: 2 }), volume],
  ]),
  ['averagePooling2d, same', () => make.averagePooling2d({ poolSize: 3, strides: 1, padding: 'same' }), image],
  ['globalMaxPooling1d', () => make.globalMaxPooling1d({}), steps],
  ['globalMaxPooling2d', () => make.globalMaxPooling2d({}), image],
  ['globalAveragePooling1d', () => make.globalAveragePooling1d({}), steps],
  ['globalAveragePooling2d', () => make.globalAveragePooling2d({}), image],
  ['upSampling2d', () => make.upSampling2d({}), image],
  ['upSampling2d, bilinear', () => make.upSampling2d({ interpolation: 'bilinear' }), image],
  ['rescaling', () => make.rescaling({ scale: 2, offset: 1 }), image],
  [
    'cropping2D',
    () =>
      make.cropping2D({
        cropping: [
          [1, 1],
          [0, 1],
        ],
      }),
    image,
  ],
  ['zeroPadding2d', () => make.zeroPadding2d(), image],
  ['batchNormalization', () => make.batchNormalization({}), image],
  ['batchNormalization without scale', () => make.batchNormalization({ scale: false }), image],
  ['batchNormalization without both', () => make.batchNormalization({ scale: false, center: false }), [4]],
  ['layerNormalization', () => make.layerNormalization({}), steps],
  ['centerCrop', () => make.centerCrop({ height: 2, width: 3 }), image],
  ['spatialDropout1d', () => make.spatialDropout1d({ rate: 0.5 }), steps],
  ['gaussianDropout', () => make.gaussianDropout({ rate: 0.5 }), [4]],
  ['dropout', () => make.dropout({ rate: 0.5 }), [4]],
  ['gaussianNoise', () => make.gaussianNoise({ stddev: 1 }), [4]],
  ['alphaDropout', () => make.alphaDropout({ rate: 0.5 }), [4]],
  ['reLU', () => make.reLU({ maxValue: 1.03 }), [4]],
  ['leakyReLU', () => make.leakyReLU(), [4]],
  ['prelu', () => make.prelu(), [4]],
  ['elu', () => make.elu(), [4]],
  ['softmax', () => make.softmax({}), [4]],
  ['thresholdedReLU', () => make.thresholdedReLU({ theta: 0.52 }), [4]],
  ['flatten', () => make.flatten(), image],
  ['reshape', () => make.reshape({ targetShape: [2, -1] }), image],
  ['permute', () => make.permute({ dims: [2, 1] }), steps],
  ['repeatVector', () => make.repeatVector({ n: 3 }), [4]],
  ['masking', () => make.masking(), steps],
  ['simpleRNN', () => make.simpleRNN({ units: 2 }), steps],
  ['lstm', () => make.lstm({ units: 2 }), steps],
  ['gru', () => make.gru({ units: 2, returnSequences: true }), steps],
  ['bidirectional', () => make.bidirectional({ layer: make.lstm({ units: 2 }) as never, mergeMode: 'concat' }), steps],
  ['rnn of gruCell', () => make.rnn({ cell: make.gruCell({ units: 2 }) }), steps],
  ['rnn of simpleRNNCell', () => make.rnn({ cell: make.simpleRNNCell({ units: 2 }) }), steps],
  [
    'rnn of stackedRNNCells of lstmCell',
    () => make.rnn({ cell: make.stackedRNNCells({ cells: [2, 3].map((units) => make.lstmCell({ units })) }) }),
    steps,
  ],
  ['timeDistributed', () => make.timeDistributed({ layer: make.dense({ units: 2 }) }), steps],
  ['convLstm2d of convLstm2dCell', () => make.convLstm2d({ filters: 2, kernelSize: 2 }), [2, 3, 3, 1]],
];

const joins: [name: string, layer: () => unknown][] = [
  ['concatenate', () => make.concatenate()],
  ['add', () => make.add()],
  ['average', () => make.average()],
  ['multiply', () => make.multiply()],
  ['maximum', () => make.maximum()],
  ['minimum', () => make.minimum()],
  ['dot', () => make.dot({ axes: -1 })],
];

/** Forward as on cpu, and the gradient in the input by differences; weights are drawn at random from seeds. */
async function expectModel(model: layers.LayersModel, shape: readonly number[]) {
  for (const [at, weight] of model.weights.entries()) {
    const drawn = tf.randomUniform(weight.shape as number[], 0.1, 0.9, 'float32', at + 1);
    weight.write(drawn); // copied
    drawn.dispose();
  }
  const x = distinct(shape.length, [2, ...shape]);
  const shifted = { ...x, values: x.values.map((value) => value + 0.025) };
  const f: Differentiable = (input) => model.apply(input) as tf.Tensor;
  const expected = await onCpu(() => f(asTensor(shifted)));
  expectClose(
    resultOf(() => f(asTensor(shifted))),
    expected,
    1e-4,
  );
  await expectDerivatives(f, [shifted], { tolerance: 2e-2, onCpu: false });
  model.dispose();
}

describe('layers of tfjs, forward and gradient', () => {
  it.each(table)('%s', async (_name, layer, shape) => {
    const input = layers.input({ shape });
    const output = (layer() as Layer).apply(input) as layers.SymbolicTensor;
    await expectModel(layers.model({ inputs: input, outputs: output }), shape);
  });

  it.each(joins)('%s of two branches', async (_name, layer) => {
    const input = layers.input({ shape: [3] });
    const branches = ['tanh', 'linear'].map(
      (activation) => make.dense({ units: 3, activation: activation as 'tanh' }).apply(input) as layers.SymbolicTensor,
    );
    const joined = (layer() as Layer).apply(branches) as layers.SymbolicTensor;
    await expectModel(layers.model({ inputs: input, outputs: joined }), [3]);
  });
});

describe('the list of layers', () => {
  const modelOf = (name: string, options: object, shape: number[]) => {
    const input = layers.input({ shape });
    const layer = (make as unknown as Record<string, (options: object) => Layer>)[name](options);
    return layers.model({ inputs: input, outputs: layer.apply(input) as layers.SymbolicTensor });
  };

  it('holds all that tfjs-layers exports, but what the README says', () => {
    const names = [...table, ...joins].flatMap(([name]) => name.split(/\W+/));
    const factories = make as unknown as Record<string, unknown>;
    const tested = new Set(names.map((name) => factories[name]));
    const isFactory = (name: string) => /^[a-z]/.test(name) && !['input', 'inputLayer'].includes(name);
    const left = Object.keys(make).filter((name) => isFactory(name) && !tested.has(factories[name]));
    expect(left.sort()).toEqual(['Layers without', 'Layers that do not run'].flatMap(remaining).sort());
  });

  it.each([
    ['embedding', { inputDim: 5, outputDim: 2 }],
    ['categoryEncoding', { numTokens: 5, outputMode: 'multiHot' }],
  ])('is right that %s has no gradient', (name, options) => {
    expect(remaining('Layers without')).toContain(name);
    const model = modelOf(name, options, [3]);
    const slopes = () => tf.grad((x) => tf.sum(model.apply(x) as tf.Tensor))(tf.tensor2d([[1, 2, 4]]));
    expect(Array.from(resultOf(slopes).values)).toEqual([0, 0, 0]);
  });

  it.each([
    ['resizing', { height: 3, width: 5 }],
    ['randomWidth', { factor: 0.5 }],
  ])('is right that %s does not run within a model', async (name, options) => {
    expect(remaining('Layers that do not run')).toContain(name);
    const model = modelOf(name, options, image);
    await expect(onCpu(() => model.apply(tf.ones([1, ...image])) as tf.Tensor)).rejects.toThrow('must be rank 3 or 4');
    await tf.setBackend('wasm');
  });
});

it('a small MobileNet: depthwise and pointwise blocks, normalized, with strides', async () => {
  const input = layers.input({ shape: [8, 8, 3] });
  const block = (x: layers.SymbolicTensor, filters: number, strides: number) =>
    [
      make.depthwiseConv2d({ kernelSize: 3, padding: 'same', strides, useBias: false }),
      make.batchNormalization({}),
      make.reLU({ maxValue: 6 }),
      make.conv2d({ filters, kernelSize: 1, padding: 'same', useBias: false }),
      make.batchNormalization({}),
      make.reLU({ maxValue: 6 }),
    ].reduce((inner, layer) => (layer as unknown as Layer).apply(inner) as layers.SymbolicTensor, x);
  const first = make.conv2d({ filters: 4, kernelSize: 3, padding: 'same', strides: 2 }).apply(input);
  const blocks = block(block(first as layers.SymbolicTensor, 4, 1), 6, 2);
  const pooled = make.globalAveragePooling2d({}).apply(blocks) as layers.SymbolicTensor;
  const scores = make.dense({ units: 3 }).apply(pooled) as layers.SymbolicTensor;
  const model = layers.model({ inputs: input, outputs: scores });
  const x = { ...any([1, 8, 8, 3]), shape: [1, 8, 8, 3] };
  const apply: Differentiable = (batch) => model.apply(batch) as tf.Tensor;
  const expected = await onCpu(() => apply(asTensor(x)));
  expectClose(
    resultOf(() => apply(asTensor(x))),
    expected,
    1e-4,
  );
  const trained = tf.variableGrads(() => tf.mean(apply(asTensor(x))) as tf.Scalar);
  expect(Object.keys(trained.grads)).toHaveLength(model.trainableWeights.length);
  tf.dispose(trained);
  model.dispose();
});
