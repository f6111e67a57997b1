import { disposeParams, InputError, key, mapParams, type Network, normalTensor, type Params } from '@advml/core';
import { describeNetwork, expectNoLeak, finiteDifference, numbersOf } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import {
  grads,
  matMul,
  mul,
  ones,
  reshape,
  type Scalar,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor2D,
  tensor,
} from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  activation,
  convolution,
  globalAveragePooling,
  layeredNetwork,
  lazy,
  lowRank,
  mlp,
  randomDirections,
  randomSubspace,
  sequential,
  symmetricTwoLayer,
  type UpdatedNetwork,
} from '../src/index.ts';

beforeAll(async () => {
  await useWasm();
  for (const { network } of cases) bases.set(network, network.init(key('base')));
});

const perceptron = mlp({ inputs: 6, hidden: [5, 4], outputs: 3 });
const symmetric = symmetricTwoLayer({
  inputs: 7,
  neurons: 9,
  initialDeviation: 0.5,
  initialThreshold: 0.2,
  noise: 0.1,
});

/** One convolution and the mean square of what it gives, filters [4, 3, 2, 2]. */
const convolutional = layeredNetwork({
  name: 'one convolution',
  inputShape: [4, 4, 3],
  layers: sequential({
    conv: convolution({ filters: 4, size: 2, padding: 'valid', bias: false }),
    square: activation(square),
    pool: globalAveragePooling(),
  }),
});

const cases = [
  { network: perceptron, classes: 3, weights: ['layer1.weight', 'layer2.weight', 'layer3.weight'] },
  { network: symmetric, classes: undefined, weights: ['weight'] },
  { network: convolutional, classes: 4, weights: ['conv.weight'] },
];

const inputs = (network: Network, count = 5) =>
  tensor(key('x').normal(count * network.inputShape.reduce((a, b) => a * b, 1)), [count, ...network.inputShape]);

/** A tree with every entry moved by its own random number: a trained update. */
const moved = (params: Params): Params =>
  mapParams(params, (values, name) => normalTensor(key('moved', name), values.shape, 0.3));

/** Rank of a small matrix, by elimination with pivots. */
function rankOf(source: Tensor): number {
  const rows = reshape(source, [source.shape[0], -1]).arraySync() as number[][];
  let rank = 0;
  for (let j = 0; j < rows[0].length; j++) {
    const pivot = rows
      .slice(rank)
      .reduce((best, row, at) => (Math.abs(row[j]) > Math.abs(rows[best][j]) ? rank + at : best), rank);
    if (rank === rows.length || Math.abs(rows[pivot][j]) < 1e-4) continue;
    [rows[rank], rows[pivot]] = [rows[pivot], rows[rank]];
    for (let i = rank + 1; i < rows.length; i++) {
      const share = rows[i][j] / rows[rank][j];
      rows[i] = rows[i].map((value, at) => value - share * rows[rank][at]);
    }
    rank++;
  }
  return rank;
}

/** The parameters underneath, alive as long as the tests. */
const bases = new Map<Network, Params>();
const baseOf = (network: Network): Params => bases.get(network) ?? {};

/** Finite differences of a sum of outputs in every factor. */
function expectTrueGradients(updated: UpdatedNetwork): void {
  const params = moved(updated.init(key('update')));
  const names = Object.keys(params);
  const x = inputs(updated, 3);
  const votes = tensor(key('votes').normal(numbersOf(updated.apply(params, x)).length), updated.apply(params, x).shape);
  const value = (changed: Params) => sum(mul(updated.apply(changed, x), votes)) as Scalar;
  const slopes = grads((...values: Tensor[]) => value(Object.fromEntries(names.map((name, at) => [name, values[at]]))))(
    names.map((name) => params[name]),
  );
  for (const [at, name] of names.entries()) {
    const expected = finiteDifference((changed) => value({ ...params, [name]: changed }), params[name], 1e-3);
    const size = Math.hypot(...expected);
    const off = Math.hypot(...numbersOf(slopes[at]).map((slope, entry) => slope - expected[entry]));
    expect(size, name).toBeGreaterThan(0);
    expect(off / size, name).toBeLessThan(0.02);
  }
}

/** A low-rank network with a trained update, made when the parameters underneath are there. */
const trained = (network: Network): Network => {
  const updated = () => lowRank(network, baseOf(network), { rank: 2 });
  return {
    ...network,
    name: `${network.name} + rank 2`,
    parameters: undefined,
    describe: undefined,
    init: (from) => {
      const start = updated().init(from);
      const params = mapParams(start, (values, name) => normalTensor(from.child('moved', name), values.shape, 0.3));
      disposeParams(start);
      return params;
    },
    apply: (params, x, mode) => updated().apply(params, x, mode),
  };
};

for (const { network, classes } of cases) describeNetwork(trained(network), { classes });

describe('lowRank', () => {
  for (const { network, weights } of cases) {
    describe(`of ${network.name}`, () => {
      it('is the network itself at the start', () => {
        const base = baseOf(network);
        const updated = lowRank(network, base, { rank: 2 });
        const params = updated.init(key('update'));
        const merged = updated.merge(params);
        expect(Object.keys(merged)).toEqual(Object.keys(base));
        for (const name of Object.keys(base)) expect(merged[name]).toHaveSameBits(base[name]);
        const x = inputs(network);
        expect(updated.apply(params, x)).toHaveSameBits(network.apply(base, x));
      });

      it('trains A and B of every weight, whose product is the update, of the rank asked for', () => {
        const base = baseOf(network);
        for (const rank of [1, 2, 3]) {
          const updated = lowRank(network, base, { rank });
          const params = moved(updated.init(key('update')));
          expect(Object.keys(params)).toEqual(weights.flatMap((name) => [`${name}.left`, `${name}.right`]));
          const merged = updated.merge(params);
          for (const name of weights) {
            const update = sub(merged[name], base[name]);
            const product = matMul(params[`${name}.left`] as Tensor2D, params[`${name}.right`] as Tensor2D);
            expect(update).toBeAllClose(reshape(product, base[name].shape), { absolute: 1e-6 });
            expect(rankOf(update)).toBe(rank);
          }
          const x = inputs(network);
          expect(updated.apply(params, x)).toHaveSameBits(network.apply(merged, x));
        }
      });

      it('has true gradients in A and B', () => expectTrueGradients(lowRank(network, baseOf(network), { rank: 2 })));
    });
  }

  it('starts with A = 0 and B with rows of size one', () => {
    const network = symmetricTwoLayer({ inputs: 2000, neurons: 3, initialDeviation: 1 });
    const { 'weight.left': left, 'weight.right': right } = lowRank(network, network.init(key('base')), {
      rank: 2,
    }).init(key('b'));
    expect(numbersOf(left).every((value) => value === 0)).toBe(true);
    const squares = numbersOf(right).map((value) => value * value);
    expect(squares.reduce((a, b) => a + b, 0) / 2).toBeCloseTo(1, 1);
  });

  it('gives each weight the rank that is told by its name', () => {
    const base = baseOf(perceptron);
    const ranks = { 'layer1.weight': 1, 'layer2.weight': 3 };
    const updated = lowRank(perceptron, base, { rank: ranks, only: Object.keys(ranks) });
    const merged = updated.merge(moved(updated.init(key('update'))));
    for (const [name, rank] of Object.entries(ranks)) expect(rankOf(sub(merged[name], base[name]))).toBe(rank);
    const one = { rank: { 'layer1.weight': 1 }, only: Object.keys(ranks) };
    expect(() => lowRank(perceptron, base, one)).toThrow(
      "rank of 'layer2.weight' must be an integer >= 1, got undefined",
    );
    expect(() => lowRank(perceptron, base, { rank: ranks, only: ['layer1.weight'] })).toThrow(
      "rank names 'layer2.weight', which gets no update; those are for layer1.weight",
    );
  });

  it('leaves all but the chosen weights as they are, and trains those it is told to', () => {
    const base = baseOf(perceptron);
    const updated = lowRank(perceptron, base, { rank: 1, only: ['layer2.weight'], train: ['layer1.bias'] });
    const params = updated.init(key('update'));
    expect(Object.keys(params)).toEqual(['layer1.bias', 'layer2.weight.left', 'layer2.weight.right']);
    expect(params['layer1.bias']).toHaveSameBits(base['layer1.bias']);
    const changed = moved(params);
    const merged = updated.merge(changed);
    expect(merged['layer1.bias']).toHaveSameBits(changed['layer1.bias']);
    for (const name of ['layer1.weight', 'layer2.bias', 'layer3.weight', 'layer3.bias'])
      expect(merged[name]).toHaveSameBits(base[name]);
    expectTrueGradients(updated);
  });

  it('hands the mode down: a noisy training step draws', () => {
    const base = baseOf(symmetric);
    const updated = lowRank(symmetric, base, { rank: 1 });
    const [x, mode] = [inputs(symmetric), { training: true, key: key('noise') }];
    expect(updated.apply(updated.init(key('update')), x, mode)).toHaveSameBits(symmetric.apply(base, x, mode));
  });

  it('lets the state of the network underneath move', () => {
    const counting: Network = { ...perceptron, state: ['layer1.bias'] };
    const base = baseOf(perceptron);
    const updated = lowRank(counting, base, { rank: 1, only: ['layer2.weight'] });
    expect(updated.state).toEqual(['layer1.bias']);
    const params = updated.init(key('update'));
    expect(params['layer1.bias']).toHaveSameBits(base['layer1.bias']);
    expect(updated.merge({ ...params, 'layer1.bias': ones([5]) })['layer1.bias']).toHaveSameBits(ones([5]));
  });

  it('gives no update to state', () => {
    const slow = lazy(perceptron, { scale: 2 });
    const base = slow.init(key('base'));
    const parts = Object.keys(lowRank(slow, base, { rank: 1 }).parameters ?? {});
    expect(parts.filter((name) => name.startsWith('initial.'))).toEqual(slow.state);
    const first = { rank: 1, only: ['initial.layer1.weight'] };
    const refusal =
      "'initial.layer1.weight' is state of the network, which gradients do not train; leave it out of only";
    expect(() => lowRank(slow, base, first)).toThrow(refusal);
    expect(() => randomSubspace(slow, base, randomDirections(base, first, key('directions')))).toThrow(refusal);
  });

  it('keeps nothing', async () => {
    const base = baseOf(perceptron);
    const updated = lowRank(perceptron, base, { rank: 2, train: ['layer1.bias'] });
    const x = inputs(perceptron);
    await expectNoLeak(() => {
      const params = updated.init(key('update'));
      const merged = updated.merge(params);
      const output = updated.apply(params, x);
      disposeParams(params, merged, { output });
    });
    expect(numbersOf(base['layer1.bias'])).toHaveLength(5); // the caller's are alive
  });

  it('refuses ranks and names that do not fit', () => {
    const base = baseOf(perceptron);
    for (const rank of [0, 1.5, 4]) expect(() => lowRank(perceptron, base, { rank })).toThrow(/rank must be/);
    expect(() => lowRank(perceptron, base, { rank: 1, only: ['layer9.weight'] })).toThrow(
      /layer9.weight.*layer1.weight/,
    );
    expect(() => lowRank(perceptron, base, { rank: 1, only: ['layer1.bias'] })).toThrow(
      /'layer1.bias' must be a matrix/,
    );
    expect(() => lowRank(perceptron, base, { rank: 1, only: [] })).toThrow(InputError);
    expect(() => lowRank(perceptron, base, { rank: 1, train: ['layer1.weight'] })).toThrow(/train must name/);
    expect(() => lowRank(perceptron, base, { rank: 1, train: 'layer1.bias' as never })).toThrow(
      /train must be an array/,
    );
    expect(() => lowRank(perceptron, base, { rank: 1 }).apply(base, inputs(perceptron))).toThrow(InputError);
  });
});

describe('randomSubspace', () => {
  for (const { network, weights } of cases) {
    it(`moves the weights of ${network.name} within fixed random rows, from where they are`, () => {
      const base = baseOf(network);
      const directions = randomDirections(base, { rank: 1 }, key('directions'));
      const updated = randomSubspace(network, base, directions);
      const start = updated.init(key('update'));
      expect(Object.keys(start)).toEqual(weights.map((name) => `${name}.left`));
      for (const name of weights) expect(updated.merge(start)[name]).toHaveSameBits(base[name]);
      const merged = updated.merge(moved(start));
      for (const name of weights) {
        const [update, rows] = [sub(merged[name], base[name]), directions[`${name}.right`] as Tensor2D];
        const flat = reshape(update, [-1, rows.shape[1]]) as Tensor2D;
        const projected = matMul(matMul(flat, rows, false, true), rows);
        expect(flat).toBeAllClose(projected, { absolute: 1e-5 });
        expect(rankOf(update)).toBe(rows.shape[0]);
      }
      expectTrueGradients(updated);
    });
  }

  it('draws orthonormal rows, as many as make the parameters of the low-rank update', () => {
    const base = symmetricTwoLayer({ inputs: 60, neurons: 30, initialDeviation: 1 }).init(key('base'));
    const { 'weight.right': rows } = randomDirections(base, { rank: 4 }, key('directions'));
    expect(rows.shape).toEqual([12, 60]); // 30 x 12 = 4 x (30 + 60)
    const gram = matMul(rows as Tensor2D, rows as Tensor2D, false, true).arraySync() as number[][];
    for (const [i, row] of gram.entries())
      for (const [j, value] of row.entries()) expect(value).toBeCloseTo(i === j ? 1 : 0, 6);
    expect(randomDirections(base, { rank: 50 }, key('directions'))['weight.right'].shape).toEqual([60, 60]);
    expect(randomDirections(base, { rank: 4 }, key('other'))['weight.right']).not.toBeAllClose(rows);
  });

  it('refuses directions of another width', () => {
    const base = baseOf(perceptron);
    const directions = { 'layer2.weight.right': normalTensor(key('q'), [2, 6]) };
    expect(() => randomSubspace(perceptron, base, directions)).toThrow(/must have shape \[any, 5\], got \[2,6\]/);
    expect(() => randomSubspace(perceptron, base, { 'layer1.weight': normalTensor(key('q'), [2, 6]) })).toThrow(
      "directions are called NAME.right, as randomDirections gives them, got 'layer1.weight'",
    );
    expect(() => randomSubspace(perceptron, base, { 'nothing.right': normalTensor(key('q'), [2, 6]) })).toThrow(
      /nothing/,
    );
  });
});
