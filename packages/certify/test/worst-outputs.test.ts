// Worst outputs for training: they are the bounds of the certifiers, and their gradients those of finite differences.
import {
  ball,
  classifier,
  type Key,
  key,
  l1,
  l2,
  linf,
  type Network,
  type Params,
  type Threat,
  type WorstOutputs,
  withMask,
} from '@advml/core';
import {
  activation,
  averagePooling,
  batchNormalization,
  convolution,
  dense,
  flatten,
  layeredNetwork,
  maxPooling,
  mlp,
  piecewiseLinear,
  residual,
  sequential,
} from '@advml/networks';
import { expectNoLeak, finiteDifference, numbersOf } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import {
  abs,
  add,
  grads,
  mul,
  type Scalar,
  slice,
  sum,
  type Tensor,
  tanh,
  tensor,
  tensor1d,
  tensor2d,
  tidy,
  zeros,
} from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { crown, crownIntervalOutputs, intervalBound, intervalOutputs, type LayeredCertifier } from '../src/index.ts';

beforeAll(async () => {
  await useWasm();
});

const sizeOf = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1);

function randomParams({ parameters = {} }: Network, source: Key): Params {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, { shape }]) => {
      const values = source.child(name).normal(sizeOf(shape), 0.6);
      return [name, tensor(name.endsWith('var') ? values.map((one) => 0.5 + one * one) : values, [...shape])];
    }),
  );
}

const zigzag = piecewiseLinear({ knots: [-0.5, 0.4], slopes: [0.3, -1, 2], value: 0.2 });

const layered = (inputShape: readonly number[], layers: Parameters<typeof sequential>[0]) =>
  layeredNetwork({ name: 'small', inputShape, layers: sequential(layers) });

const NETWORKS: Readonly<Record<string, Network>> = {
  perceptron: mlp({ inputs: 4, hidden: [6, 5], outputs: 3 }),
  'perceptron with a score': mlp({ inputs: 4, hidden: [6, 4], outputs: 'score' }),
  'perceptron of absolute values': mlp({ inputs: 4, hidden: [6], outputs: 3, activation: abs }),
  'perceptron with knots of its own': mlp({ inputs: 4, hidden: [6], outputs: 2, activation: zigzag }),
  'convolutional network': layered([4, 4, 1], {
    conv1: convolution({ filters: 2 }),
    norm1: batchNormalization(),
    act1: activation(),
    pool1: averagePooling(),
    flatten: flatten(),
    dense1: dense({ neurons: 3 }),
  }),
  'residual network': layered([3, 3, 1], {
    conv1: convolution({ filters: 2, size: 2 }),
    act1: activation(),
    block: residual({ body: sequential({ conv: convolution({ filters: 2, size: 2 }), act: activation() }) }),
    flatten: flatten(),
    dense1: dense({ neurons: 2 }),
  }),
};
const pooled = layered([4, 4, 1], {
  conv1: convolution({ filters: 2 }),
  act1: activation(),
  pool1: maxPooling(),
  flatten: flatten(),
  dense1: dense({ neurons: 3 }),
});

function examples({ inputShape, output }: Network, count = 3, classes = 2) {
  const x = tensor(key('x').uniform(count * sizeOf(inputShape)), [count, ...inputShape]);
  const labels = Array.from({ length: count }, (_, at) => (output === 'score' ? (at % 2) * 2 - 1 : at % classes));
  return { x, y: tensor1d(labels, output === 'score' ? 'float32' : 'int32') };
}

const THREATS: readonly Threat[] = [
  ball(linf, 0.15),
  ball(linf, 0.15, { low: 0, high: 1 }),
  ball(l2, 0.3),
  ball(l1, 0.3),
];

describe.each(Object.entries({ ...NETWORKS, 'network with max pooling': pooled }))(
  'worst outputs of a %s',
  (_name, network) => {
    const params = () => randomParams(network, key('params'));
    const certified = async (certifier: LayeredCertifier) => {
      const { x, y } = examples(network);
      const rows = await certifier.classes(classifier(network, params()), x, y);
      return rows.map((row, at) =>
        Array.from(row, (bound) =>
          network.output === 'score' ? bound * y.dataSync()[at] : bound === Infinity ? 0 : -bound,
        ),
      );
    };

    const threats = network === NETWORKS.perceptron ? THREATS : THREATS.slice(1, 3);

    it.each(threats)('are the bounds of intervals: %o', async (threat) => {
      const given = { network, params: params(), ...examples(network), eps: threat.eps, step: 0 };
      const expected = (await certified(intervalBound({ threat }))).flat();
      expect(intervalOutputs({ threat })(given)).toBeAllClose(expected, { absolute: 2e-4, relative: 2e-4 });
    });

    if (network !== pooled)
      it.each(threats)('are the bounds of CROWN on intervals, or less where those are better: %o', async (threat) => {
        const given = { network, params: params(), ...examples(network), eps: threat.eps, step: 0 };
        const [linear, plain] = [crownIntervalOutputs({ threat }), intervalOutputs({ threat })].map((worst) =>
          numbersOf(worst(given)),
        );
        const labels = given.y.dataSync();
        const each = linear.length / labels.length;
        const sign = (at: number) => (network.output === 'score' ? labels[Math.floor(at / each)] : -1);
        const best = linear.map((one, at) => sign(at) * Math.max(sign(at) * one, sign(at) * plain[at]));
        const expected = (await certified(crown({ threat, neurons: 0 }))).flat();
        expect(tensor1d(best)).toBeAllClose(expected, { absolute: 2e-4, relative: 2e-4 });
      });
  },
);

it('worst outputs through one bend are exact, also where it is flat at its least or its most', () => {
  for (let seed = 0; seed < 24; seed++) {
    const draw = key('valley', seed);
    const knots = Array.from(draw.child('knots').uniform(3, -1, 1)).sort((a, b) => a - b);
    const [side, sign] = draw.child('signs').signs(2);
    const slopes = [side, 0, -side, Math.round(draw.child('last').uniform(1, -1.5, 1.5)[0])];
    const at = (t: number) =>
      knots.reduce(
        (sum, knot, piece) => sum + (slopes[piece + 1] - slopes[piece]) * Math.max(t - knot, 0),
        slopes[0] * (t - knots[0]),
      );
    const [x, eps] = [draw.child('x').uniform(1, -1, 1)[0], 0.8];
    const points = [x - eps, x + eps, ...knots.filter((knot) => Math.abs(knot - x) < eps)];
    const network = layered([1], {
      first: dense({ neurons: 1, bias: false }),
      bend: activation(piecewiseLinear({ knots, slopes, value: 0 })),
      last: dense({ neurons: 1, bias: false }),
    });
    const params = { 'first.weight': tensor([[1]]), 'last.weight': tensor([[sign]]) };
    for (const worst of [intervalOutputs, crownIntervalOutputs]) {
      const given = { network, params, x: tensor([[x]]), y: tensor1d([1]), eps, step: 0 };
      const [output] = numbersOf(worst({ threat: ball(linf, eps) })(given));
      const least = Math.min(...points.map((point) => sign * at(point)));
      expect(output, `${worst.name} ${seed}`).toBeLessThanOrEqual(least + 1e-5);
      if (worst === intervalOutputs) expect(output, `${seed}`).toBeGreaterThan(least - 1e-5);
    }
  }
});

it('rows of zeros have gradients', () => {
  const network = mlp({ inputs: 3, hidden: [2], outputs: 'score' });
  const zero = Object.fromEntries(Object.entries(network.init(key('zero'))).map(([name, one]) => [name, mul(one, 0)]));
  const params = {
    ...network.init(key('zero')),
    'layer1.weight': tensor2d([
      [0, 0, 0],
      [1, 2, 3],
    ]),
  };
  const given = { network, x: tensor2d([[1, 2, 3]]), y: tensor1d([1]), eps: 0.1, step: 0 };
  for (const norm of [l1, l2, linf])
    for (const worst of [intervalOutputs, crownIntervalOutputs])
      for (const start of [params, zero]) {
        const names = Object.keys(start);
        const slopes = grads((...values: Tensor[]) => {
          const changed = Object.fromEntries(names.map((name, at) => [name, values[at]]));
          return sum(worst({ threat: ball(norm, 0.1) })({ ...given, params: changed })) as Scalar;
        })(names.map((name) => (start as Params)[name]));
        for (const slope of slopes)
          expect(numbersOf(slope).every(Number.isFinite), `${worst.name} ${norm.name}`).toBe(true);
      }
});

/** The gradients in each parameter along random directions, into which all its entries go. */
describe.each(Object.entries(NETWORKS))('gradients through a %s', (_name, network) => {
  const kinds: [string, WorstOutputs][] = [
    ['intervals in linf', intervalOutputs({ threat: ball(linf, 0.1, { low: 0, high: 1 }) })],
    ['intervals in l2', intervalOutputs({ threat: ball(l2, 0.1) })],
    ['lines in linf', crownIntervalOutputs({ threat: ball(linf, 0.1) })],
    [
      'lines in l1 and intervals',
      crownIntervalOutputs({ threat: withMaskOn(ball(l1, 0.2), network), beta: () => 0.3 }),
    ],
  ];
  it.each(network === NETWORKS.perceptron ? kinds : [kinds[0], kinds[3]])('%s', (_kind, worst) => {
    const params = randomParams(network, key('gradients'));
    const { x, y } = examples(network, 2);
    const names = Object.keys(params).filter((name) => !name.includes('running'));
    const weights = tensor(key('weights').normal(64), [64]).dataSync();
    const loss = (changed: Params) =>
      tidy(() => {
        const outputs = worst({ network, params: changed, x, y, eps: 0.1, step: 0 });
        return sum(mul(outputs, tensor(weights.slice(0, outputs.size), outputs.shape))) as Scalar;
      });
    const slopes = grads((...values: Tensor[]) =>
      loss({ ...params, ...Object.fromEntries(names.map((name, at) => [name, values[at]])) }),
    )(names.map((name) => params[name]));
    for (const [at, name] of names.entries()) {
      const signs = Array.from({ length: 4 }, (_, way) => key('ways', way, name).signs(params[name].size));
      const ways = tidy(() => signs.map((own) => tensor(own, params[name].shape)));
      const along = (shares: Tensor) =>
        loss({
          ...params,
          [name]: ways.reduce((sum, way, at) => add(sum, mul(way, slice(shares, at, 1))), params[name]),
        });
      const exact = finiteDifference(along, zeros([ways.length]), 4e-4 / Math.sqrt(params[name].size));
      const slope = numbersOf(slopes[at]);
      const given = signs.map((own) => own.reduce((sum, sign, entry) => sum + sign * slope[entry], 0));
      // Float32 leaves about 1e-3 of a difference over so short a way; a kink within it spoils a direction.
      const off = given.filter((one, way) => Math.abs(one - exact[way]) > 0.02 * (1 + Math.abs(one)));
      expect(off.length, `${name}: ${given} against ${exact}`).toBeLessThanOrEqual(1);
    }
  });
});

function withMaskOn(threat: Threat, { inputShape }: Network): Threat {
  return withMask(
    threat,
    Array.from({ length: sizeOf(inputShape) }, (_, at) => at % 3 !== 1),
  );
}

describe('worst outputs', () => {
  const { perceptron } = NETWORKS;
  const task = (eps = 0.1) => ({
    network: perceptron,
    params: randomParams(perceptron, key('p')),
    ...examples(perceptron),
    eps,
    step: 0,
  });

  it('leave no tensors', async () => {
    const given = task();
    await expectNoLeak(() => crownIntervalOutputs({ threat: ball(l2, 0.1), beta: () => 0.5 })(given).dispose());
  });

  it('are the same for labels of any type', () => {
    const given = task();
    const outputs = (dtype: 'int32' | 'float32' | 'bool') =>
      numbersOf(intervalOutputs({ threat: ball(linf, 0.1) })({ ...given, y: tensor1d([0, 1, 1], dtype) }));
    expect(outputs('float32')).toEqual(outputs('int32'));
    expect(outputs('bool')).toEqual(outputs('int32'));
  });

  it('refuse what they cannot do', () => {
    const threat = ball(linf, 0.1);
    expect(() => intervalOutputs({ threat: ball(linf, Infinity) })).toThrow(/intervalOutputs needs a finite eps/);
    expect(() => intervalOutputs({ threat, beta: () => 1 } as never)).toThrow(/no option 'beta'/);
    expect(() => intervalOutputs({ threat })(task(0.2))).toThrow(/eps must be from 0 to the threat's, 0.1, got 0.2/);
    expect(() => crownIntervalOutputs({ threat, beta: () => 2 })(task())).toThrow(
      /beta must be between 0 and 1, got 2/,
    );
    for (const count of [2, 5])
      for (const norm of [l1, l2, linf])
        expect(() => intervalOutputs({ threat: withMask(ball(norm, 0.1), Array(count).fill(true)) })(task())).toThrow(
          `mask must hold 4 booleans, one an entry of an input, got ${count}`,
        );
    const wide = mlp({ inputs: 2 ** 14 + 1, hidden: [2], outputs: 3 });
    const many = { ...task(), network: wide, params: wide.init(key('wide')), x: zeros([3, 2 ** 14 + 1]) };
    expect(() => intervalOutputs({ threat: ball(l2, 0.1) })(many)).toThrow(/at most 16384 entries, got 16385/);
    const smooth = mlp({ inputs: 4, hidden: [2], outputs: 3, activation: tanh });
    expect(() => intervalOutputs({ threat })({ ...task(), network: smooth, params: smooth.init(key('i')) })).toThrow(
      /'activation1'/,
    );
    const images = { ...task(), network: pooled, params: randomParams(pooled, key('p')), ...examples(pooled) };
    expect(() => crownIntervalOutputs({ threat })(images)).toThrow(/does not train max pooling \(layer 'pool1'\)/);
  });
});
