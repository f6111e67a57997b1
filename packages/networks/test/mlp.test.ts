import { InputError, key, type Params, paramsFromArrays, paramsToArrays } from '@advml/core';
import { decodeSafetensors, encodeSafetensors } from '@advml/formats';
import { describeNetwork, numbersOf } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { reshape, type Tensor2D, tanh, tensor, tensor2d } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { type MlpOptions, mlp, symmetricTwoLayer } from '../src/index.ts';

beforeAll(async () => {
  await useWasm();
});

describeNetwork(mlp({ inputs: 4, hidden: [5], outputs: 3 }), { classes: 3 });
describeNetwork(mlp({ inputs: [3, 2, 1], hidden: [7, 6], outputs: 'score', activation: tanh }));
describeNetwork(mlp({ inputs: 4, hidden: [], outputs: 2 }), { classes: 2 });

/** y = x A^T + b in double precision, as PyTorch's nn.Linear says. */
const linear = (x: number[], weight: number[][], bias: number[]) =>
  weight.map((row, out) => row.reduce((total, value, at) => total + value * x[at], bias[out]));

describe('mlp', () => {
  it('is the formula, with a bias in every layer', () => {
    const network = mlp({ inputs: 3, hidden: [5, 4], outputs: 2 });
    const params: Params = {
      ...network.init(key('init', 0)),
      'layer1.bias': tensor([0.1, -0.2, 0.3, 0.4, -0.5]),
      'layer3.bias': tensor([1, -1]),
    };
    const layers = [1, 2, 3].map((at) => ({
      weight: (params[`layer${at}.weight`] as Tensor2D).arraySync(),
      bias: numbersOf(params[`layer${at}.bias`]),
    }));
    const x = tensor2d(key('x', 0).normal(12), [4, 3]);
    const expected = x
      .arraySync()
      .flatMap((row) =>
        layers.reduce(
          (h, { weight, bias }, at) => linear(at === 0 ? h : h.map((value) => Math.max(value, 0)), weight, bias),
          row,
        ),
      );
    expect(network.apply(params, x)).toBeAllClose(expected, { absolute: 1e-5 });
  });

  it('names and shapes its parameters as nn.Linear does', () => {
    const params = mlp({ inputs: [28, 28, 1], hidden: [32], outputs: 10 }).init(key('init', 0));
    expect(Object.entries(params).map(([name, { shape }]) => [name, shape])).toEqual([
      ['layer1.weight', [32, 784]],
      ['layer1.bias', [32]],
      ['layer2.weight', [10, 32]],
      ['layer2.bias', [10]],
    ]);
  });

  it('starts as He et al. say', () => {
    const params = mlp({ inputs: 200, hidden: [300], outputs: 50 }).init(key('init', 0));
    const share = (name: string, variance: number) => {
      const values = numbersOf(params[name]);
      const square = values.reduce((total, value) => total + value * value, 0) / values.length / variance;
      expect(Math.abs(square - 1), name).toBeLessThan(4 * Math.sqrt(2 / values.length));
      expect(Math.abs(values.reduce((a, b) => a + b) / values.length)).toBeLessThan(
        4 * Math.sqrt(variance / values.length),
      );
    };
    share('layer1.weight', 2 / 200);
    share('layer2.weight', 1 / 300);
    expect(params['layer1.bias']).toHaveSameBits(new Float32Array(300));
  });

  it('takes images as it takes their pixels', () => {
    const [images, rows] = [
      mlp({ inputs: [2, 2, 1], hidden: [3], outputs: 2 }),
      mlp({ inputs: 4, hidden: [3], outputs: 2 }),
    ];
    const [x, params] = [tensor2d(key('x', 0).normal(8), [2, 4]), rows.init(key('init', 0))];
    expect(images.apply(params, reshape(x, [2, 2, 2, 1]))).toHaveSameBits(rows.apply(params, x));
    expect(() => images.apply(params, x)).toThrow(/x must have shape \[any, 2, 2, 1\], got \[2, 4\]/);
  });

  it('refuses parameters of another network', () => {
    const network = mlp({ inputs: 4, hidden: [3], outputs: 2 });
    const other = mlp({ inputs: 4, hidden: [5], outputs: 2 }).init(key('init', 0));
    expect(() => network.apply(other, tensor2d([[1, 2, 3, 4]]))).toThrow(
      /'layer1.weight' of parameters must have shape \[3,4\]/,
    );
  });

  it.each<[Partial<MlpOptions>, RegExp]>([
    [{ inputs: 0 }, /inputs must be an integer >= 1, got 0/],
    [{ inputs: [28, -1] }, /inputs must be an integer >= 1, got -1/],
    [{ hidden: [4, 0] }, /hidden must be an integer >= 1, got 0/],
    [{ outputs: 1 }, /outputs must be an integer >= 2, got 1/],
  ])('refuses %o', (changes, message) => {
    expect(() => mlp({ inputs: 4, hidden: [3], outputs: 2, ...changes })).toThrow(InputError);
    expect(() => mlp({ inputs: 4, hidden: [3], outputs: 2, ...changes })).toThrow(message);
  });
});

describe('parameters in safetensors files', () => {
  it.each([
    mlp({ inputs: 4, hidden: [3], outputs: 2 }),
    symmetricTwoLayer({ inputs: 4, neurons: 5, initialDeviation: 1 }),
  ])('come back to the same bits: $name', (network) => {
    const params = network.init(key('init', 0));
    const restored = paramsFromArrays(decodeSafetensors(encodeSafetensors(paramsToArrays(params))).tensors);
    expect(Object.keys(restored).sort()).toEqual(Object.keys(params).sort());
    for (const [name, values] of Object.entries(params)) {
      expect(restored[name].shape).toEqual(values.shape);
      expect(restored[name]).toHaveSameBits(values);
    }
    const x = tensor2d(key('x', 0).normal(8), [2, 4]);
    expect(network.apply(restored, x)).toHaveSameBits(network.apply(params, x));
  });
});
