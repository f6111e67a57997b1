// Composed networks say what they are, whatever they are composed of; nothing that is exported forgets to.

import { disposeParams, key, networkMetadata } from '@advml/core';
import { NETWORK_METADATA } from '@advml/core/internal';
import { useWasm } from '@advml/wasm';
import { mul, type Tensor } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { layerKindNames } from '../src/described/layer-kinds.ts';
import * as networks from '../src/index.ts';

const { activation, batchNormalization, convolution, dense, flatten, layeredNetwork, residual, sequential } = networks;

beforeAll(async () => {
  await useWasm();
});

const base = { weight: { shape: [3, 2] } };
const flat = (layers: networks.Layer) => layeredNetwork({ name: 'mine', inputShape: [4, 4, 1], layers });
const double = (x: Tensor) => mul(x, 2);
const mine: networks.Layer = {
  kind: 'mine',
  outputShape: (input) => input,
  parameters: () => ({}),
  apply: (_params, x) => double(x),
};
const two = () => networks.symmetricTwoLayer({ inputs: 4, neurons: 3, initialDeviation: 0.1 });
const small = () => networks.mlp({ inputs: 2, hidden: [3], outputs: 2 });

/** Everything exported that makes a network or a layer, once. */
const MADE: Readonly<Record<string, () => { describe?(): unknown }>> = {
  mlp: small,
  cnn: () => networks.cnn(),
  resnet: () => networks.resnet(),
  polynomial: () => networks.polynomial({ inputs: 3, degree: 2 }),
  randomFeatures: () => networks.randomFeatures({ inputs: 3, features: 4 }),
  symmetricTwoLayer: two,
  tangent: () => networks.tangent(two()),
  lazy: () => networks.lazy(two(), { scale: 3 }),
  lowRank() {
    const params = small().init(key('described', 'base'));
    const network = networks.lowRank(small(), params, { rank: 1 });
    disposeParams(params);
    return network;
  },
  layeredNetwork: () => flat(sequential({ flatten: flatten() })),
  sequential: () => sequential({ dense: dense({ neurons: 2 }) }),
  residual: () => residual({ body: flatten() }),
  convolution: () => convolution({ filters: 2 }),
  dense: () => dense({ neurons: 2 }),
  batchNormalization: () => batchNormalization(),
  groupNormalization: () => networks.groupNormalization({ groups: 1 }),
  activation: () => activation(),
  averagePooling: () => networks.averagePooling(),
  maxPooling: () => networks.maxPooling(),
  globalAveragePooling: () => networks.globalAveragePooling(),
  flatten: () => flatten(),
};

/** What is exported beside, and why it has no description. */
const OTHERS: Readonly<Record<string, string>> = {
  withFixed: 'the parameters it holds are no plain data',
  randomSubspace: 'the directions it holds are no plain data',
  randomDirections: 'gives parameters',
  networkOf: 'reads descriptions',
  fromStateDict: 'gives parameters',
  toStateDict: 'gives arrays',
  glorot: 'gives a weight',
  he: 'gives a weight',
  lecun: 'gives a weight',
  outputOfLayer: 'gives outputs',
  summary: 'gives a table',
  piecewiseLinear: 'gives an activation, which networks and layers with it describe',
  smoothedRelu: 'gives a tensor',
  symmetricRidges: 'gives directions',
  symmetricScores: 'gives scores',
};

describe('everything that is exported', () => {
  it('describes itself if it is a network or a layer: a new one needs its kind, and a line here', () => {
    const functions = Object.entries(networks).flatMap(([name, value]) => (typeof value === 'function' ? [name] : []));
    expect(functions.sort()).toEqual([...Object.keys(MADE), ...Object.keys(OTHERS)].sort());
  });

  it.each(Object.entries(MADE))('%s says its kind as plain JSON', (_, make) => {
    const description = make().describe?.();
    expect(description).toMatchObject({ kind: expect.any(String) });
    expect(JSON.parse(JSON.stringify(description))).toEqual(description);
  });

  it('has among the layers one of every kind that can be read', () => {
    const made = Object.values(MADE).map((make) => make().describe?.());
    for (const kind of layerKindNames) expect(made).toContainEqual(expect.objectContaining({ kind }));
  });
});

describe('a composed network', () => {
  it('is described layer by layer, with every choice', () => {
    const network = flat(
      sequential({
        conv1: convolution({ filters: 3, stride: 2, padding: 1, bias: false }),
        block: residual({ body: batchNormalization() }),
        relu1: activation(),
        flatten: flatten(),
        dense1: dense({ neurons: 2, initial: networks.lecun }),
      }),
    );
    expect(network.describe?.()).toEqual({
      kind: 'layered',
      name: 'mine',
      inputs: [4, 4, 1],
      layers: {
        kind: 'sequence',
        layers: {
          conv1: { kind: 'convolution', filters: 3, size: 3, stride: 2, padding: 1, bias: false, initial: 'he' },
          block: { kind: 'residual', body: { kind: 'batch-normalization', momentum: 0.1, epsilon: 1e-5 } },
          relu1: { kind: 'activation', function: 'relu', called: 'relu' },
          flatten: { kind: 'flatten' },
          dense1: { kind: 'dense', neurons: 2, bias: true, initial: 'lecun' },
        },
      },
    });
  });

  it.each<[string, networks.Layer]>([
    ['a layer of the user', sequential({ mine, flatten: flatten() })],
    ['a function of the user', sequential({ bend: activation(double), flatten: flatten() })],
    ['either, deep within', sequential({ block: residual({ body: sequential({ mine }) }), flatten: flatten() })],
    [
      'either in a shortcut',
      sequential({ block: residual({ body: flatten(), shortcut: sequential({ mine, flatten: flatten() }) }) }),
    ],
  ])('with %s says nothing', (_, layers) => {
    expect(flat(layers).describe?.()).toBeUndefined();
    expect(networkMetadata(flat(layers))).toEqual({});
  });

  it('may have a layer of the user that describes itself, which files are refused with that it cannot be read from', () => {
    const told = { ...mine, describe: () => ({ kind: 'mine' }) };
    const metadata = networkMetadata(flat(sequential({ told, flatten: flatten() })));
    expect(() => networks.networkOf(metadata)).toThrow(
      /^the description of a layer must be of a kind dense, convolution, .*, got 'mine'$/,
    );
  });

  it('with weights that start in a way of the user is the same function', () => {
    const network = flat(
      sequential({ flatten: flatten(), dense1: dense({ neurons: 2, initial: (...of) => networks.he(...of) }) }),
    );
    const again = networks.networkOf(networkMetadata(network));
    expect(again.parameters).toEqual(network.parameters);
  });
});

describe('the description of layers', () => {
  const read = (layers: unknown, weights?: typeof base) => () =>
    networks.networkOf(
      { [NETWORK_METADATA]: JSON.stringify({ kind: 'layered', name: 'mine', inputs: [4, 4, 1], layers }) },
      { weights },
    );
  const sequence = (one: unknown) => read({ kind: 'sequence', layers: { one, flatten: { kind: 'flatten' } } });
  const window = { size: 2, stride: 1, padding: 'valid' };
  const nested = (depth: number): unknown =>
    depth === 0 ? { kind: 'flatten' } : { kind: 'sequence', layers: { one: nested(depth - 1) } };

  it.each<[string, () => unknown, RegExp]>([
    ['no layer', read(undefined), /^the description of a layer must be a record with a kind, got undefined/],
    [
      'a list of layers',
      read({ kind: 'sequence', layers: [] }),
      /^layers of the described layer \(sequence\) must be a record of layers/,
    ],
    ['no layers', read({ kind: 'sequence', layers: {} }), /^sequential needs at least one layer, got none/],
    [
      'a name with a dot',
      read({ kind: 'sequence', layers: { 'a.b': { kind: 'flatten' } } }),
      /a layer needs a name such as conv1, got 'a.b'/,
    ],
    ['a kind that every object has', sequence({ kind: 'constructor' }), /of a kind dense, .*, got 'constructor'/],
    ['a network for a layer', sequence({ kind: 'mlp' }), /of a kind dense, .*, got 'mlp'/],
    ['a field too many', sequence({ kind: 'flatten', x: 1 }), /^a layer of kind 'flatten' has kind, and no 'x'/],
    [
      'a field too few',
      sequence({ kind: 'dense', bias: true }),
      /^neurons of the described layer \(dense\) must be an integer .*, got undefined/,
    ],
    ['a padding below 0', sequence({ kind: 'max-pooling', ...window, padding: -1 }), /^padding .* must be an integer/],
    [
      'a padding of another word',
      sequence({ kind: 'max-pooling', ...window, padding: 'full' }),
      /^padding .*, got 'full'/,
    ],
    [
      'a start of another name',
      sequence({ kind: 'convolution', filters: 1, ...window, bias: true, initial: 'toString' }),
      /^initial .* must be one of he, lecun, glorot/,
    ],
    [
      'pieces of another kind',
      sequence({ kind: 'activation', called: 'x', function: { kind: 'spline' } }),
      /^kind .* one of piecewise-linear/,
    ],
    [
      'pieces that do not ascend',
      sequence({
        kind: 'activation',
        called: 'x',
        function: { kind: 'piecewise-linear', knots: [1, 0], slopes: [0, 1, 2], value: 0 },
      }),
      /^knots must be finite numbers that ascend/,
    ],
    [
      'a slope that is none',
      sequence({
        kind: 'activation',
        called: 'x',
        function: { kind: 'piecewise-linear', knots: [1], slopes: [0, null], value: 0 },
      }),
      /^slopes\[1\] .* must be a finite number, got null/,
    ],
    [
      'a function of another name',
      sequence({ kind: 'activation', function: 'constructor', called: 'x' }),
      /^function .* must be one of relu/,
    ],
    [
      'a very long name',
      sequence({ kind: 'activation', function: 'relu', called: 'x'.repeat(2000) }),
      /^called .* a text of at most 1024/,
    ],
    ['a share above 1', sequence({ kind: 'batch-normalization', momentum: 2, epsilon: 1e-5 }), /^momentum must be/],
    ['shapes that do not fit', sequence({ kind: 'dense', neurons: 3, bias: true }), /^a dense layer takes flat inputs/],
    [
      'weights that are too large',
      read({
        kind: 'sequence',
        layers: {
          f: { kind: 'flatten' },
          d: { kind: 'dense', neurons: 2 ** 24, bias: true },
          e: { kind: 'dense', neurons: 2 ** 24, bias: true },
        },
      }),
      /^'e.weight' of the described network must hold at most/,
    ],
    [
      'weights of another network',
      read({ kind: 'sequence', layers: { flatten: { kind: 'flatten' } } }, base),
      /'weight' that nothing here/,
    ],
    ['layers very deep in each other', read(nested(40)), /goes deeper/],
  ])('with %s is refused', (_, make, message) => {
    expect(make).toThrow(message);
    expect(make).toThrow(expect.objectContaining({ name: 'InputError' }));
  });
});
