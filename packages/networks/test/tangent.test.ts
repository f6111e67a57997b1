import { disposeParams, InputError, key, type Params } from '@advml/core';
import { describeNetwork, expectNoLeak, finiteDifference, numbersOf } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import {
  add,
  grad,
  mul,
  ones,
  type Scalar,
  scalar,
  sub,
  sum,
  type Tensor,
  type Tensor2D,
  tensor2d,
  tidy,
} from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { symmetricTwoLayer, tangent } from '../src/index.ts';

beforeAll(async () => {
  await useWasm();
});

const network = symmetricTwoLayer({ inputs: 6, neurons: 40, initialDeviation: 0.5, initialThreshold: 0.8 });
const model = tangent(network);

describeNetwork(model);

const normal = (name: string, rows: number) => tensor2d(key('tangent', name).normal(rows * 6), [rows, 6]);

/** Parameters with a tangent that is not zero. */
const paramsOf = (): Params & { readonly tangent: Tensor2D } => ({
  ...network.init(key('init', 0)),
  tangent: normal('v', 40),
});

const inner = (a: readonly number[], b: readonly number[]) => a.reduce((total, value, at) => total + value * b[at], 0);

describe('tangent', () => {
  it('starts at zero, with the gates of the network', () =>
    tidy(() => {
      const [params, own] = [model, network].map((of) => of.init(key('init', 3)));
      expect(params.weight).toHaveSameBits(own.weight);
      expect(params.bias).toHaveSameBits(own.bias);
      expect(model.apply(params, normal('x', 3))).toBeAllClose([0, 0, 0], { absolute: 0 });
      expect(model.fixed).toEqual(['weight', 'bias']);
    }));

  it('is the formula', () => {
    const two = tangent(symmetricTwoLayer({ inputs: 1, neurons: 2, initialDeviation: 1 }));
    const params = { weight: tensor2d([[2], [-1]]), bias: scalar(1), tangent: tensor2d([[10], [1]]) };
    const x = tensor2d([[0.4], [0.6], [-0.6], [3], [-3]]);
    expect(two.apply(params, x)).toBeAllClose([0, 6, -6, 33, -33]);
  });

  it('is the slope of the network along the tangent, wherever that has one', () =>
    tidy(() => {
      const [params, x, step] = [paramsOf(), normal('x', 60), 1e-2];
      const moved = (by: number) => ({ weight: add(params.weight, mul(params.tangent, by)), bias: params.bias });
      const slope = numbersOf(mul(sub(network.apply(moved(step), x), network.apply(moved(-step), x)), 1 / (2 * step)));
      const scores = numbersOf(model.apply(params, x));
      const [w, v] = [params.weight, params.tangent].map((tensor) => (tensor as Tensor2D).arraySync());
      const steady = x.arraySync().flatMap((row, at) => {
        const room = w.map(
          (weight, i) => Math.abs(Math.abs(inner(weight, row)) - 0.8) - step * Math.abs(inner(v[i], row)),
        );
        return Math.min(...room) > 1e-4 ? [at] : [];
      });
      expect(steady.length).toBeGreaterThan(15);
      expect(steady.map((at) => scores[at])).toBeAllClose(
        steady.map((at) => slope[at]),
        { absolute: 5e-3 },
      );
    }));

  it('is linear where the threshold is zero', () =>
    tidy(() => {
      const [params, x] = [{ ...paramsOf(), bias: scalar(0) }, normal('x', 10)];
      const expected = numbersOf(sum(mul(x, sum(params.tangent, 0)), 1));
      expect(model.apply(params, x)).toBeAllClose(expected, { absolute: 1e-4 });
    }));

  it('takes its gates for constants in x', () =>
    tidy(() => {
      const [params, x] = [paramsOf(), normal('x', 5)];
      const slopes = grad((at: Tensor) => sum(model.apply(params, at)))(x) as Tensor2D;
      const [w, v] = [params.weight, params.tangent].map((tensor) => (tensor as Tensor2D).arraySync());
      const expected = x
        .arraySync()
        .map((row) =>
          row.map((_, j) =>
            w.reduce((total, weight, i) => total + (Math.abs(inner(weight, row)) > 0.8 ? v[i][j] : 0), 0),
          ),
        );
      expect(slopes).toBeAllClose(expected.flat(), { absolute: 1e-5 });
      // Nothing flows to the weights of the gates.
      const through = (weight: Tensor) => sum(add(model.apply({ ...params, weight }, x), mul(0, sum(weight))));
      expect(grad(through)(params.weight)).toBeAllClose(new Float32Array(240), { absolute: 0 });
    }));

  it('has a surrogate, the mean over logistic noise on the pre-activations', () =>
    tidy(() => {
      const [params, x, smoothing] = [paramsOf(), normal('x', 4), 0.3];
      const surrogate = model.surrogate(params, smoothing);
      // The noise at the middle of 2000 equally likely cells; the threshold moves in its place.
      const cells = 2000;
      const mean = new Float64Array(4);
      const [w, v] = [params.weight, params.tangent].map((tensor) => (tensor as Tensor2D).arraySync());
      for (let cell = 0; cell < cells; cell++) {
        const share = (cell + 0.5) / cells;
        const noise = smoothing * Math.log(share / (1 - share));
        for (const [at, row] of x.arraySync().entries())
          for (const [i, weight] of w.entries()) {
            const u = inner(weight, row);
            const open = Number(u + noise > 0.8) + Number(-u + noise > 0.8);
            mean[at] += (open * inner(v[i], row)) / cells;
          }
      }
      expect(surrogate(x)).toBeAllClose(mean, { absolute: 2e-2 });
      const f = (at: Tensor) => sum(surrogate(at)) as Scalar;
      expect(grad(f)(x)).toBeAllClose(finiteDifference(f, x, 1e-2), { absolute: 2e-2 });
      const sharp = model.surrogate(params, 1e-4);
      expect(sharp(x)).toBeAllClose(numbersOf(model.apply(params, x)), { absolute: 1e-3 });
    }));

  it('keeps no tensor', () =>
    expectNoLeak(() => {
      const [params, x] = [paramsOf(), normal('x', 2)];
      const slope = grad((at: Tensor) => sum(model.apply(params, at)))(x);
      const made = [model.apply(params, x), model.surrogate(params, 0.1)(x), slope, x];
      for (const tensor of made) tensor.dispose();
      disposeParams(params);
    }));

  it('refuses what does not fit', () => {
    const params = paramsOf();
    expect(() => model.surrogate(params, 0)).toThrow(InputError);
    expect(() => model.surrogate(params, 0)).toThrow(/smoothing must be finite and > 0 .* got 0/);
    expect(() => model.apply({ ...params, tangent: ones([3, 6]) }, normal('x', 1))).toThrow(
      /'tangent' of parameters must have shape \[40,6\]/,
    );
    expect(() => model.apply(params, ones([1, 5]))).toThrow(/x must have shape \[any, 6\], got \[1, 5\]/);
  });
});
