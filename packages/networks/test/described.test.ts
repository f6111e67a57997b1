import { disposeParams, key, type Network, networkMetadata, type Params } from '@advml/core';
import { NETWORK_METADATA } from '@advml/core/internal';
import {
  cnn,
  lazy,
  lowRank,
  mlp,
  networkOf,
  piecewiseLinear,
  polynomial,
  randomFeatures,
  resnet,
  symmetricTwoLayer,
  tangent,
  withFixed,
} from '../src/index.ts';
import '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { abs, add, elu, mul, relu, sigmoid, type Tensor, tanh, tensor, tidy } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { kindNames } from '../src/described/kinds.ts';
import { layered } from './layered-networks.ts';

beforeAll(async () => {
  await useWasm();
});

const size = (max = 6) => fc.integer({ min: 1, max });
const sizes = (maxLength: number, max = 6) => fc.array(size(max), { maxLength });
const outputs = fc.oneof(fc.constant('score' as const), fc.integer({ min: 2, max: 5 }));
const activation = fc.constantFrom(
  undefined,
  relu,
  tanh,
  sigmoid,
  elu,
  abs,
  piecewiseLinear({ knots: [0, 1], slopes: [0, 1, 0.5], value: 0.25 }),
);
const norm = fc.constantFrom('none' as const, 'batch' as const, 'group' as const);
const image = fc.tuple(fc.integer({ min: 4, max: 7 }), fc.integer({ min: 4, max: 7 }), size(2));

const symmetric = fc
  .record({
    inputs: fc.integer({ min: 2, max: 6 }),
    neurons: size(),
    initialDeviation: fc.constantFrom(1, 0.3),
    noise: fc.constantFrom(0, 0.2),
    evaluation: fc.constantFrom('smoothed' as const, 'plain' as const),
  })
  .map(symmetricTwoLayer);
const perceptron = fc
  .record({ inputs: fc.oneof(size(), sizes(3)), hidden: sizes(2), outputs, activation })
  .map((options) => mlp(options));

/** Networks of every kind, of any size. */
const NETWORKS: Readonly<Record<string, fc.Arbitrary<Network>>> = {
  mlp: perceptron,
  cnn: fc
    .record({
      inputs: image,
      filters: sizes(1, 4),
      hidden: sizes(1),
      outputs,
      norm,
      pooling: fc.constantFrom('max' as const, 'average' as const, 'none' as const),
      strides: size(2).map((stride) => [stride]),
      activation,
    })
    .map(({ strides, ...options }) =>
      cnn({ ...options, sizes: undefined, strides: options.filters.map(() => strides[0]) }),
    ),
  resnet: fc
    .record({
      inputs: image,
      filters: fc.array(size(3), { minLength: 1, maxLength: 2 }),
      stride: size(2),
      outputs,
      norm,
      activation,
    })
    .map((options) => resnet(options)),
  layered,
  'symmetric-two-layer': symmetric,
  polynomial: fc
    .record({
      inputs: size(),
      degree: fc.constantFrom(1 as const, 2 as const, 3 as const),
      cubes: size(),
      odd: fc.boolean(),
    })
    .map(polynomial),
  'random-features': fc.record({ inputs: size(), features: size() }).map(randomFeatures),
  tangent: symmetric.map(tangent),
  lazy: fc.tuple(perceptron, fc.constantFrom(0.5, 10)).map(([network, scale]) => lazy(network, { scale })),
};

const throughJson = (network: Network, options = {}): Network => {
  const metadata = networkMetadata(network);
  expect(Object.values(metadata)).toHaveLength(1);
  return networkOf(metadata, options);
};

/** Parameters of which none is what another network would start with. */
function paramsOf(network: Network): Params {
  const start = network.init(key('described', 'init'));
  const moved = tidy(() =>
    Object.fromEntries(
      Object.entries(start).map(([name, values]) => {
        const noise = tensor(key('described', name).uniform(values.size, 0.1, 0.9), values.shape);
        return [name, name.endsWith('running_var') ? noise : add(values, noise)];
      }),
    ),
  );
  disposeParams(start);
  return moved as Params;
}

function inputsOf({ inputShape }: Network): Tensor {
  const count = inputShape.reduce((product, length) => product * length, 2);
  return tensor(key('described', 'x').normal(count), [2, ...inputShape]);
}

function expectSame(again: Network, network: Network): void {
  const [params, x] = [paramsOf(network), inputsOf(network)];
  tidy(() => {
    expect(again.apply(params, x)).toHaveSameBits(network.apply(params, x));
  });
  x.dispose();
  disposeParams(params);
  expect(JSON.stringify(again)).toBe(JSON.stringify(network)); // all that is no function
  expect(again.describe?.()).toEqual(network.describe?.());
}

describe('networks as plain data', () => {
  it('every kind is among those tested here', () => {
    expect([...Object.keys(NETWORKS), 'low-rank'].sort()).toEqual([...kindNames].sort());
  });

  it.each(Object.entries(NETWORKS))('%s is the same network again, bit for bit', (kind, networks) => {
    fc.assert(
      fc.property(networks, (network) => {
        expect(network.describe?.()?.kind).toBe(kind);
        const params = network.init(key('described', 'shapes'));
        const again = throughJson(network, { weights: params });
        disposeParams(params);
        expectSame(again, network);
      }),
      { numRuns: 15 },
    );
  });

  it('an update of low rank is the same on the same base, and says that it needs one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3 }), fc.boolean(), (rank, biases) => {
        const network = mlp({ inputs: 4, hidden: [5], outputs: 3 });
        const base = network.init(key('described', 'base'));
        const update = biases
          ? lowRank(network, base, { rank, only: ['layer1.weight'], train: ['layer2.weight', 'layer1.bias'] })
          : lowRank(network, base, { rank: { 'layer2.weight': 1, 'layer1.weight': rank } });
        const again = throughJson(update, { base });
        expectSame(again, update);
        expect(() => throughJson(update)).toThrow(
          /only an update of rank \d(, 1)? for MLP 4-5-3; give networkOf the base that it is added to/,
        );
        disposeParams(base);
      }),
      { numRuns: 6 },
    );
  });

  it('leaves nothing out: defaults of another day make no other network', () => {
    expect(cnn().describe?.()).toEqual({
      kind: 'cnn',
      inputs: [28, 28, 1],
      filters: [16, 32],
      sizes: [5, 3],
      strides: [1, 1],
      hidden: [128],
      outputs: 10,
      norm: 'none',
      pooling: 'max',
      activation: 'relu',
    });
  });

  it('does not describe what is no plain data', () => {
    const custom = mlp({ inputs: 2, hidden: [3], outputs: 2, activation: (t) => mul(t, 2) });
    expect(custom.describe?.()).toBeUndefined();
    expect(lazy(custom, { scale: 2 }).describe?.()).toBeUndefined();
    expect(networkMetadata(custom)).toEqual({});
    const small = mlp({ inputs: 4, hidden: [5], outputs: 3 });
    const once = lowRank(small, small.init(key('described', 'base')), { rank: 1 });
    const twice = lowRank(once, once.init(key('described', 'once')), { rank: 1, only: ['layer1.weight.left'] });
    expect(twice.describe?.()).toBeUndefined();
    expect(networkMetadata(withFixed(mlp({ inputs: 2, hidden: [], outputs: 2 }), {}))).toEqual({});
  });
});

describe('networkOf refuses', () => {
  const read = (text: string, weights?: Readonly<Record<string, { shape: number[] }>>) => () =>
    networkOf({ [NETWORK_METADATA]: text }, { weights });
  const described = (network: Network, changes: object) =>
    read(JSON.stringify({ ...network.describe?.(), ...changes }));
  const small = mlp({ inputs: 2, hidden: [3], outputs: 2 });
  const nested = (depth: number): unknown =>
    depth === 0 ? small.describe?.() : { kind: 'lazy', scale: 1, network: nested(depth - 1) };

  it.each<[string, () => unknown, RegExp]>([
    ['metadata without one', () => networkOf({ run: 'x' }), /^the metadata have no 'advml.network'/],
    ['what is no JSON', read('mlp({})'), /^'advml.network' must be JSON/],
    ['a text that is far too long', read(' '.repeat(2 ** 18 + 1)), /at most 262144 characters, got 262145/],
    ['a list', read('[1]'), /must be a record with a kind, got an array of 1/],
    ['null', read('null'), /must be a record with a kind, got null/],
    ['an unknown kind', read('{"kind":"transformer"}'), /of a kind mlp, cnn, .*, got 'transformer'/],
    ['a kind that every object has', read('{"kind":"constructor"}'), /got 'constructor'/],
    [
      'a field too few',
      read('{"kind":"mlp","inputs":[2],"hidden":[]}'),
      /outputs of the described network \(mlp\) must be an integer .*, got undefined/,
    ],
    [
      'a field too many',
      described(small, { script: 'x' }),
      /a network of kind 'mlp' has kind, inputs, .*, and no 'script'/,
    ],
    ['a text for sizes', described(small, { hidden: '3' }), /hidden .* must be a list, got '3'/],
    [
      'a size of no whole number',
      described(small, { hidden: [2.5] }),
      /hidden\[0\] .* an integer from 1 to 16777216, got number 2.5/,
    ],
    ['a huge size', described(small, { hidden: [1e9] }), /hidden\[0\] .* got number 1000000000/],
    [
      'a huge weight',
      described(small, { hidden: [2 ** 24, 2 ** 24] }),
      /'layer2.weight' of the described network must hold at most 268435456/,
    ],
    ['a huge input', described(resnet(), { inputs: [2 ** 20, 2 ** 20, 1] }), /'x' of the described network/],
    ['a very long list', described(small, { hidden: Array(5000).fill(1) }), /hidden .* a list of at most 4096/],
    ['very many blocks', described(resnet(), { blocks: 1e6 }), /blocks .* at most 1024/],
    ['one class', described(small, { outputs: 1 }), /outputs must be an integer >= 2/],
    [
      'an activation of another name',
      described(small, { activation: 'process.exit' }),
      /activation .* one of relu, .*, got 'process.exit'/,
    ],
    ['an activation that every object has', described(small, { activation: 'toString' }), /activation .* one of relu/],
    [
      'a scale of null',
      read(JSON.stringify({ kind: 'lazy', scale: null, network: small.describe?.() })),
      /scale .* a finite number/,
    ],
    [
      'a tangent of another kind',
      read(JSON.stringify({ kind: 'tangent', network: small.describe?.() })),
      /a tangent is that of .* 'mlp'/,
    ],
    ['too much within each other', read(JSON.stringify(nested(20))), /goes deeper/],
    [
      'a rank that the base has not',
      () =>
        networkOf(
          {
            [NETWORK_METADATA]: JSON.stringify({
              kind: 'low-rank',
              rank: 1,
              only: ['constructor'],
              train: [],
              network: small.describe?.(),
            }),
          },
          { base: {} },
        ),
      /no parameter is called 'constructor'/,
    ],
    [
      'sizes that are not those of the weights',
      read(JSON.stringify(small.describe?.()), { 'layer1.weight': { shape: [4, 2] } }),
      /'layer1.weight' of the weights must have shape \[3,2\], got \[4,2\]/,
    ],
    [
      'weights that it has no place for',
      read(JSON.stringify(small.describe?.()), {
        ...(small.parameters as object),
        constructor: { shape: [] },
      } as never),
      /'constructor' that nothing here/,
    ],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(message);
    expect(make).toThrow(expect.objectContaining({ name: 'InputError' }));
  });

  it('anything that is no description, by an InputError', () => {
    const fields = fc.dictionary(
      fc.constantFrom(
        'kind',
        'inputs',
        'hidden',
        'outputs',
        'network',
        'scale',
        'rank',
        'only',
        'train',
        'norm',
        'blocks',
        'filters',
      ),
      fc.oneof(fc.constantFrom(...kindNames), fc.jsonValue(), fc.array(fc.integer())),
    );
    fc.assert(
      fc.property(fields, (record) => {
        try {
          read(JSON.stringify(record))();
        } catch (error) {
          expect(error).toMatchObject({ name: 'InputError' });
        }
      }),
      { numRuns: 300 },
    );
  });
});
