import '@tensorflow/tfjs-backend-cpu';
import { classifier, disposeParams, InputError, key, normalTensor, type Params, ridgeScores } from '@advml/core';
import { normalQuantile } from '@advml/core/internal';
import { describeNetwork, expectNoLeak, finiteDifference, numbersOf } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import {
  abs,
  addN,
  getKernel,
  grad,
  grads,
  matMul,
  min,
  mul,
  type Scalar,
  scalar,
  setBackend,
  slice,
  sub,
  sum,
  type Tensor,
  type Tensor2D,
  tensor1d,
  tensor2d,
  tidy,
  transpose,
} from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type SymmetricTwoLayerOptions, symmetricRidges, symmetricScores, symmetricTwoLayer } from '../src/index.ts';

beforeAll(async () => {
  await useWasm();
});

const network = (changes: Partial<SymmetricTwoLayerOptions> = {}) =>
  symmetricTwoLayer({ inputs: 6, neurons: 10, initialDeviation: 0.5, initialThreshold: 0.3, ...changes });

describeNetwork(network());
describeNetwork(network({ noise: 0.4 }));

const inputs = (count: number, width = 6) => tensor2d(key('inputs', 0).normal(count * width), [count, width]);

describe('symmetricTwoLayer', () => {
  it('starts as N(0, sigma_0^2) with the threshold sqrt(ln d) sigma_0', () => {
    const { weight, bias } = symmetricTwoLayer({ inputs: 300, neurons: 200, initialDeviation: 1e-4 }).init(
      key('init', 0),
    );
    expect(weight.shape).toEqual([200, 300]);
    expect(bias.shape).toEqual([]);
    const values = numbersOf(weight).map((value) => value / 1e-4);
    const mean = (power: number) => values.reduce((total, value) => total + value ** power, 0) / values.length;
    const deviation = (variance: number) => Math.sqrt(variance / values.length);
    expect(Math.abs(mean(1))).toBeLessThan(4 * deviation(1));
    expect(Math.abs(mean(2) - 1)).toBeLessThan(4 * deviation(2));
    expect(Math.abs(mean(4) - 3)).toBeLessThan(4 * deviation(96));
    expect(bias).toBeAllClose([Math.sqrt(Math.log(300)) * 1e-4], { relative: 1e-6 });
  });

  it('gives the same scores and gradients by the kernel as by plain operations', () => {
    expect(getKernel('SymmetricTwoLayer', 'wasm')).toBeDefined();
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 70 }),
        fc.integer({ min: 1, max: 50 }),
        fc.double({ min: 0, max: 2, noNaN: true }),
        fc.boolean(),
        fc.constantFrom(0, 0.7),
        (examples, width, neurons, threshold, sparse, noise) =>
          tidy(() => {
            const dense = inputs(examples, width);
            const x = sparse
              ? mul(
                  dense,
                  tensor2d(
                    key('mask', 0)
                      .uniform(dense.size)
                      .map((u) => (u < 0.05 ? 1 : 0)),
                    dense.shape,
                  ),
                )
              : dense;
            const params = {
              weight: tensor2d(key('w', 0).normal(neurons * width), [neurons, width]),
              bias: scalar(threshold),
            };
            const upstream = tensor1d(key('up', 0).normal(examples));
            const own = symmetricTwoLayer({ inputs: width, neurons, initialDeviation: 1, noise });
            const mode = { training: true, key: key('noise', 0) };
            const rho = normalTensor(mode.key, [examples, neurons], noise);
            const values = (f: (x: Tensor, weight: Tensor, bias: Tensor) => Tensor) => [
              f(x, params.weight, params.bias),
              ...grads((...at: Tensor[]) => sum(mul(upstream, f(at[0], at[1], at[2]))))([
                x,
                params.weight,
                params.bias,
              ]),
            ];
            const byKernel = values((x, weight, bias) => own.apply({ weight, bias }, x, mode));
            const plain = values((x, weight, bias) =>
              symmetricScores(x as Tensor2D, weight as Tensor2D, noise > 0 ? sub(bias, rho) : bias),
            );
            const scale = Math.sqrt(neurons * width * examples);
            for (const [at, value] of byKernel.entries())
              expect(value).toBeAllClose(plain[at], { absolute: 1e-5 * scale });
          }),
      ),
      { numRuns: 40 },
    );
  });

  it('works without the kernel, on another backend', async () => {
    const [x, params] = [inputs(4), network().init(key('init', 1))];
    const expected = numbersOf(network().apply(params, x));
    await setBackend('cpu');
    expect(network().apply(params, x)).toBeAllClose(expected, { absolute: 1e-5 });
    await useWasm();
  });

  it('draws the noise of a training step from its key, example by example', () => {
    const own = network({ noise: 0.4 });
    const [x, params] = [inputs(4), own.init(key('init', 0))];
    const train = (seed: number, at: Tensor = x) => own.apply(params, at, { training: true, key: key('step', seed) });
    expect(train(0)).toHaveSameBits(train(0));
    expect(train(1)).not.toHaveSameBits(train(0));
    expect(train(0, slice(x, [0, 0], [2, 6]))).toHaveSameBits(numbersOf(train(0)).slice(0, 2));
    expect(() => own.apply(params, x, { training: true })).toThrow(/with noise 0.4 must be given a key/);
    expect(network().apply(params, x, { training: true })).toHaveSameBits(network().apply(params, x));
  });

  it('has the slopes of a noisy training step', () =>
    expectNoLeak(() =>
      tidy(() => {
        const own = network({ noise: 0.4 });
        const [x, params] = [inputs(3), own.init(key('init', 2))];
        const mode = { training: true, key: key('step', 0) };
        const loss = (at: Params) =>
          sum(mul(tensor1d([1, -2, 3]), own.apply({ weight: at.weight, bias: at.bias }, at.x, mode))) as Scalar;
        const all: Params = { ...params, x };
        // No corner is nearer than the step of the differences.
        const u = matMul(params.weight, x as Tensor2D, false, true);
        const t = sub(params.bias, transpose(normalTensor(mode.key, [3, 10], 0.4)));
        expect(min(abs(sub(abs(u), abs(t)))).dataSync()[0]).toBeGreaterThan(6e-3);
        for (const name of ['x', 'weight', 'bias']) {
          const f = (value: Tensor) => loss({ ...all, [name]: value });
          expect(grad(f)(all[name])).toBeAllClose(finiteDifference(f, all[name], 2e-3), { absolute: 3e-3 });
        }
      }),
    ));

  it('evaluates by the mean over the noise, or without noise', () => {
    const [own, plain] = [network({ noise: 0.4 }), network({ noise: 0.4, evaluation: 'plain' })];
    const params = own.init(key('init', 0));
    const one = slice(inputs(1), [0, 0], [1, 6]);
    const draws = tidy(() => {
      const copies = tensor2d(Array.from({ length: 20_000 }, () => numbersOf(one)));
      return numbersOf(own.apply(params, copies, { training: true, key: key('noise', 0) }));
    });
    const mean = draws.reduce((a, b) => a + b) / draws.length;
    const variance = draws.reduce((total, value) => total + (value - mean) ** 2, 0) / draws.length;
    const [smoothed] = numbersOf(own.apply(params, one));
    expect(Math.abs(mean - smoothed)).toBeLessThan(4 * Math.sqrt(variance / draws.length));
    expect(Math.abs(mean - numbersOf(plain.apply(params, one))[0])).toBeGreaterThan(
      4 * Math.sqrt(variance / draws.length),
    );
    expect(plain.apply(params, one)).toHaveSameBits(network().apply(params, one));
  });

  it('has a surrogate, the mean over eight values of normal noise', () => {
    const params: Params = { weight: tensor2d(key('w', 0).normal(60), [10, 6]), bias: scalar(1.5) };
    const x = inputs(5);
    const quantiles = [1, 3, 5, 7, 9, 11, 13, 15].map((odd) => normalQuantile(odd / 16));
    const means = tidy(() => {
      const scores = quantiles.map((q) => symmetricScores(x, params.weight as Tensor2D, scalar(1.5 - 2 * q)));
      return numbersOf(mul(addN(scores), 1 / 8));
    });
    const surrogate = network().surrogate(params, 2);
    expect(surrogate(x)).toBeAllClose(means, { absolute: 1e-5 });
    // Some of the noise is above the threshold, so the slope is not zero even where every neuron is off.
    const slope = (f: (x: Tensor) => Tensor) => grads((at: Tensor) => sum(f(at)))([mul(x, 1e-3)])[0];
    expect(slope((at) => network().apply(params, at))).toBeAllClose(new Float32Array(30), { absolute: 0 });
    const open = quantiles.filter((q) => 1.5 - 2 * q < 0).length;
    const expected = numbersOf(mul(sum(params.weight as Tensor2D, 0), (2 * open) / 8));
    expect((slope(surrogate) as Tensor2D).arraySync()[0]).toBeAllClose(expected, { absolute: 1e-5 });
  });

  it('says that it is a sum of ridge functions, for any threshold', () => {
    for (const bias of [0.7, 0, -0.4]) {
      const params = { weight: tensor2d(key('w', 0).normal(60), [10, 6]), bias: scalar(bias) };
      const ridges = classifier(network(), params).ridges?.();
      if (!ridges) throw new Error('a network without noise is a sum of ridge functions');
      expect(ridgeScores(inputs(20), ridges)).toBeAllClose(numbersOf(network().apply(params, inputs(20))), {
        absolute: 1e-5,
      });
    }
    const { knots, slopes } = symmetricRidges(tensor2d([[1]]), [0.5, -0.25]);
    expect([knots, slopes]).toEqual([
      [0.25, 0.5],
      [1, 0.5, 1],
    ]);
    const smooth = network({ noise: 0.4 });
    expect(classifier(smooth, smooth.init(key('init', 0))).ridges?.()).toBeUndefined();
  });

  it('keeps no tensor', () =>
    expectNoLeak(() => {
      const own = network({ noise: 0.4 });
      const [x, params] = [inputs(2), own.init(key('init', 0))];
      const made = [own.apply(params, x), own.surrogate(params, 0.1)(x), network().apply(params, x), x];
      const gradients = grads((w: Tensor, b: Tensor) => sum(network().apply({ weight: w, bias: b }, x)))([
        params.weight,
        params.bias,
      ]);
      for (const tensor of [...made, ...gradients]) tensor.dispose();
      disposeParams(params);
    }));

  it.each<[Partial<SymmetricTwoLayerOptions>, RegExp]>([
    [{ inputs: 0 }, /inputs must be an integer >= 1, got 0/],
    [{ neurons: 1.5 }, /neurons must be an integer >= 1, got 1.5/],
    [{ initialDeviation: 0 }, /initialDeviation must be finite and > 0, got 0/],
    [{ initialThreshold: -1 }, /initialThreshold must be finite and >= 0/],
    [{ noise: Number.NaN }, /noise must be finite and >= 0 \(units of a pre-activation\), got NaN/],
    [{ evaluation: 'drawn' as 'plain' }, /evaluation must be 'smoothed' or 'plain', got drawn/],
  ])('refuses %o', (changes, message) => {
    expect(() => network(changes)).toThrow(InputError);
    expect(() => network(changes)).toThrow(message);
  });

  it('refuses what does not fit', () => {
    const params = network().init(key('init', 0));
    expect(() => network().apply(params, inputs(2, 5))).toThrow(/x must have shape \[any, 6\], got \[2, 5\]/);
    expect(() => network({ neurons: 9 }).apply(params, inputs(2))).toThrow(
      /'weight' of parameters must have shape \[9,6\]/,
    );
    expect(() => network().apply({ weight: params.weight }, inputs(2))).toThrow(/parameters lacks 'bias'/);
    expect(() => network().surrogate(params, 0)).toThrow(/smoothing must be finite and > 0 .* got 0/);
  });
});
