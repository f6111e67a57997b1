// What plain JavaScript lets through is refused in a sentence that names the value and the way out.
import { InputError, key, type Params } from '@advml/core';
import { ready, relu, zeros } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  activation,
  averagePooling,
  batchNormalization,
  cnn,
  convolution,
  dense,
  groupNormalization,
  he,
  layeredNetwork,
  lazy,
  lowRank,
  maxPooling,
  mlp,
  outputOfLayer,
  polynomial,
  randomDirections,
  randomFeatures,
  randomSubspace,
  residual,
  resnet,
  sequential,
  summary,
  symmetricTwoLayer,
  withFixed,
} from '../src/index.ts';

beforeAll(ready);

const layers = sequential({ dense1: dense({ neurons: 2 }) });
const network = layeredNetwork({ name: 'own', inputShape: [3], layers });
const base: Params = { weight: zeros([2, 3]) };
const directions: Params = { 'weight.right': zeros([1, 3]) };
const [inputs, only] = [3, ['weight']];

/** Every factory for any options, and all that it takes. */
const FACTORIES: readonly [string, (given: never) => unknown, object][] = [
  ['mlp', mlp, { inputs, hidden: [2], outputs: 2, activation: relu }],
  [
    'cnn',
    cnn,
    {
      inputs: [8, 8, 1],
      filters: [2],
      sizes: [3],
      strides: [1],
      hidden: [2],
      outputs: 'score',
      norm: 'none',
      pooling: 'max',
      activation: relu,
    },
  ],
  [
    'resnet',
    resnet,
    { inputs: [8, 8, 1], filters: [2], stride: 1, blocks: 1, outputs: 2, norm: 'none', activation: relu },
  ],
  ['layeredNetwork', layeredNetwork, { name: 'own', inputShape: [3], layers }],
  ['dense', dense, { neurons: 2, bias: true, initial: he }],
  ['convolution', convolution, { filters: 2, size: 3, stride: 1, padding: 1, bias: true, initial: he }],
  ['maxPooling', maxPooling, { size: 2, stride: 2, padding: 'valid' }],
  ['averagePooling', averagePooling, { size: 2, stride: 2, padding: 'valid' }],
  ['batchNormalization', batchNormalization, { momentum: 0.5, epsilon: 1e-3 }],
  ['groupNormalization', groupNormalization, { groups: 2, epsilon: 1e-3 }],
  ['residual', residual, { body: layers, shortcut: layers }],
  ['lowRank', (given) => lowRank(network, base, given), { rank: 1, only, train: [] }],
  ['lazy', (given) => lazy(network, given), { scale: 10 }],
  ['randomDirections', (given) => randomDirections(base, given, key('directions', 0)), { rank: 1, only }],
  ['randomSubspace', (given) => randomSubspace(network, base, directions, given), { train: [] }],
  ['polynomial', polynomial, { inputs, degree: 3, cubes: 2, odd: true }],
  ['randomFeatures', randomFeatures, { inputs, features: 2 }],
  [
    'symmetricTwoLayer',
    symmetricTwoLayer,
    { inputs, neurons: 2, initialDeviation: 0.1, initialThreshold: 0.1, noise: 0.1, evaluation: 'plain' },
  ],
];

describe.each(FACTORIES)('%s', (name, factory, good) => {
  const made = (given: unknown) => () => factory(given as never);

  it('takes what it should', () => {
    expect(made(good)).not.toThrow();
  });

  it('refuses options that are misspelt, and names the nearest, or no record', () => {
    for (const [option, value] of Object.entries(good)) {
      expect(made({ ...good, [`${option}_`]: value })).toThrow(InputError);
      expect(made({ ...good, [`${option}_`]: value })).toThrow(
        `${name} has no option '${option}_'; did you mean '${option}'?`,
      );
    }
    expect(made(7)).toThrow(`${name} takes one record of options {`);
    expect(made(null)).toThrow(`${name} takes one record of options {`);
  });
});

const any = (value: unknown) => value as never;
const model = { apply: () => 0, predict: () => 0 };

describe('what is none', () => {
  it.each<[string, () => unknown, string]>([
    [
      'a number of neurons',
      () => mlp({ inputs, hidden: any(32), outputs: 2 }),
      'hidden must be an array of integers >=',
    ],
    [
      'no inputs',
      () => mlp(any({ hidden: [], outputs: 2 })),
      'inputs must be an array of integers >= 1, got undefined',
    ],
    [
      'a number of filters',
      () => cnn({ filters: any(16) }),
      'filters must be an array of integers >= 1, got number 16',
    ],
    ['a size', () => cnn({ sizes: any(3) }), 'sizes must be an array of integers >= 1, got number 3'],
    ['a stage', () => resnet({ filters: any(16) }), 'filters must be an array of integers >= 1, got number 16'],
    [
      'a shape',
      () => layeredNetwork({ name: '', inputShape: any(3), layers }),
      'inputs must be an array of integers >=',
    ],
    [
      'an array of layers',
      () => layeredNetwork({ name: '', inputShape: [3], layers: any([layers]) }),
      'got an array of 1',
    ],
    [
      'a layer',
      () => sequential({ dense1: any(dense) }),
      'dense1 must be a layer, such as dense({ neurons: 10 }) gives, got',
    ],
    ['layers', () => sequential(any(undefined)), 'sequential needs at least one layer, got none'],
    [
      'a body',
      () => residual(any({ shortcut: layers })),
      'body must be a layer, such as dense({ neurons: 10 }) gives, got',
    ],
    ['an activation by name', () => activation(any('relu')), 'such as relu of tfjs-core, got string relu'],
    [
      'an activation within',
      () => mlp({ inputs, hidden: [2], outputs: 2, activation: any('relu') }),
      'got string relu',
    ],
    ['a start by name', () => dense({ neurons: 2, initial: any('he') }), 'key and shape, such as he, got string he'],
    ['a start of filters', () => convolution({ filters: 2, initial: any('he') }), 'such as he, got string he'],
    [
      'a seed',
      () => randomDirections(base, { rank: 1 }, any(7)),
      "key must be a key, such as key('run', 7), got number 7",
    ],
    ['a model, lazy', () => lazy(any(model), { scale: 2 }), 'lazy takes a network, functions { init, apply }'],
    ['a model, updated', () => lowRank(any(model), base, { rank: 1 }), 'lowRank takes a network, functions {'],
    ['a model, in a subspace', () => randomSubspace(any(model), base, directions), 'randomSubspace takes a network,'],
    ['a model, held', () => withFixed(any(model), base), 'withFixed takes a network, functions { init, apply }'],
    ['a model in brief', () => summary(any(model)), 'summary takes a network, functions { init, apply }'],
    [
      'another network in brief',
      () => summary(any(polynomial({ inputs, degree: 1 }))),
      'network.layers must be a layer',
    ],
    ['a model inside', () => outputOfLayer(any(model), 'dense1'), 'outputOfLayer takes a network, functions {'],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(InputError);
    expect(make).toThrow(message);
  });
});
