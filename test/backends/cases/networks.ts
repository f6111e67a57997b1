import { crossEntropy, inputGradient, key, logistic, mapParams, type Network, type Params } from '@advml/core';
import {
  activation,
  averagePooling,
  cnn,
  convolution,
  dense,
  globalAveragePooling,
  groupNormalization,
  layeredNetwork,
  lazy,
  lowRank,
  maxPooling,
  mlp,
  polynomial,
  randomDirections,
  randomFeatures,
  randomSubspace,
  resnet,
  sequential,
  symmetricTwoLayer,
  tangent,
} from '@advml/networks';
import { cleanObjective } from '@advml/training';
import { add, elu, sigmoid, softplus, tanh } from '@tensorflow/tfjs-core';
import { type BackendCase, labels, numbers, pixels } from './case.ts';

const BATCH = 3;
const image = [6, 6, 2];

/** Layers that the image networks do not have: windows and strides that overhang, a bend without corners. */
const windows = layeredNetwork({
  name: 'windows',
  inputShape: [7, 7, 2],
  layers: sequential({
    conv1: convolution({ filters: 4, size: 3, stride: 2, padding: 1 }),
    norm1: groupNormalization({ groups: 2 }),
    bend1: activation(tanh),
    pool1: averagePooling({ size: 3, stride: 2, padding: 'same' }),
    conv2: convolution({ filters: 3, size: 2, padding: 'same', bias: false }),
    pool2: maxPooling({ size: 2, stride: 1 }),
    pool3: globalAveragePooling(),
    logits: dense({ neurons: 3 }),
  }),
});

const two = (options: object) => symmetricTwoLayer({ inputs: 6, neurons: 5, initialDeviation: 0.5, ...options });
const small = mlp({ inputs: 6, hidden: [5], outputs: 'score' });

/** Networks by name; made when a case runs, where they need parameters of another. */
const networks: Readonly<Record<string, () => Network>> = {
  'mlp with a score': () => mlp({ inputs: 6, hidden: [7, 5], outputs: 'score' }),
  'mlp with logits of images': () => mlp({ inputs: image, hidden: [7], outputs: 3, activation: elu }),
  'mlp with sigmoids': () => mlp({ inputs: 6, hidden: [7], outputs: 3, activation: sigmoid }),
  'mlp with softplus': () => mlp({ inputs: 6, hidden: [7], outputs: 'score', activation: softplus }),
  'cnn with batch normalization': () => cnn({ inputs: image, filters: [4, 3], hidden: [5], outputs: 3, norm: 'batch' }),
  'cnn with group normalization and averages': () =>
    cnn({ inputs: image, filters: [4], outputs: 3, norm: 'group', pooling: 'average' }),
  'cnn with strides': () =>
    cnn({
      inputs: image,
      filters: [3, 4],
      sizes: [5, 2],
      strides: [2, 1],
      outputs: 'score',
      norm: 'none',
      pooling: 'none',
    }),
  'resnet with batch normalization': () =>
    resnet({ inputs: image, filters: [4, 8], blocks: 1, outputs: 3, norm: 'batch' }),
  'resnet with group normalization': () =>
    resnet({ inputs: image, filters: [4], blocks: 1, outputs: 3, norm: 'group' }),
  'layers of other windows': () => windows,
  'symmetric two-layer network': () => two({ initialThreshold: 0.2 }),
  'symmetric two-layer network with noise': () => two({ initialThreshold: 0.2, noise: 0.3 }),
  'symmetric two-layer network with noise, smoothed': () => two({ noise: 0.3, evaluation: 'smoothed' }),
  'polynomial of degree 3': () => polynomial({ inputs: 6, degree: 3 }),
  'random features': () => randomFeatures({ inputs: 6, features: 9 }),
  'lazy network': () => lazy(small, { scale: 10 }),
  'tangent model': () => tangent(two({ initialThreshold: 0.2 })),
};

/** Updates of a network in few directions, which need its parameters. */
const updates: Readonly<Record<string, (base: Params) => Network>> = {
  'update of low rank': (base) => lowRank(small, base, { rank: 1 }),
  'update in a random subspace': (base) =>
    randomSubspace(small, base, randomDirections(base, { rank: 1 }, key('backends', 'directions'))),
};

/** The network at parameters none of which is zero: its outputs, their slopes in the inputs, and those of a training step. */
function found(network: Network, from: Params) {
  const params = mapParams(from, (value) => add(value, 0.1));
  const [x, y] = [inputsOf(network), labels(BATCH, network.output)];
  const loss = network.output === 'score' ? logistic : crossEntropy;
  return {
    output: network.apply(params, x),
    slopes: inputGradient((input) => network.apply(params, input), x, y, loss),
    training: cleanObjective()({ network, params, batch: { x, y }, key: key('backends', 'step'), step: 0 }),
  };
}

const inputsOf = ({ inputShape }: Network) => {
  const shape = [BATCH, ...inputShape];
  return inputShape.length > 1 ? pixels(1, shape) : numbers(1, shape);
};

/** Outputs of networks, and their gradients in inputs and parameters. */
export const networkCases: readonly BackendCase[] = [
  ...Object.entries(networks).map(([name, make]) => ({
    name,
    run: () => found(make(), make().init(key('backends', 'init'))),
  })),
  ...Object.entries(updates).map(([name, make]) => ({
    name,
    run: () => {
      const network = make(small.init(key('backends', 'base')));
      return found(network, network.init(key('backends', 'init')));
    },
  })),
];
