import { InputError, key } from '@advml/core';
import { describeNetwork, numbersOf } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { scalar, tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { randomFeatures } from '../src/index.ts';

beforeAll(async () => {
  await useWasm();
});

describeNetwork(randomFeatures({ inputs: 5, features: 8 }));

describe('randomFeatures', () => {
  it('is the formula', () => {
    const params = {
      weight: tensor1d([2, -1]),
      bias: scalar(0.5),
      'feature.weight': tensor2d([
        [1, 0],
        [1, 1],
      ]),
      'feature.bias': tensor1d([0.25, -1]),
    };
    const x = tensor2d([
      [1, 2],
      [-1, 3],
    ]);
    // 0.5 + 2 relu(1.25) - relu(2), then 0.5 + 2 relu(-0.75) - relu(1)
    expect(randomFeatures({ inputs: 2, features: 2 }).apply(params, x)).toBeAllClose([1, -0.5]);
  });

  it('draws features of the arc-cosine kernel', () =>
    tidy(() => {
      const features = 200_000;
      const params = randomFeatures({ inputs: 1, features }).init(key('init', 0));
      const [w, b] = [numbersOf(params['feature.weight']), numbersOf(params['feature.bias'])];
      const [x, y] = [1, -2];
      const terms = Array.from(w, (weight, n) => Math.max(weight * x + b[n], 0) * Math.max(weight * y + b[n], 0));
      const mean = terms.reduce((total, term) => total + term) / features;
      const deviation = Math.sqrt(terms.reduce((total, term) => total + (term - mean) ** 2, 0)) / features;
      // Cho, Saul 2009: |u| |v| (sin t + (pi - t) cos t) / (2 pi) for u = (x, 1), v = (y, 1) at the angle t
      const lengths = Math.hypot(x, 1) * Math.hypot(y, 1);
      const t = Math.acos((x * y + 1) / lengths);
      const kernel = (lengths * (Math.sin(t) + (Math.PI - t) * Math.cos(t))) / (2 * Math.PI);
      expect(Math.abs(mean - kernel)).toBeLessThan(4 * deviation);
    }));

  it('names the parameters of its features', () => {
    expect(randomFeatures({ inputs: 2, features: 3 }).fixed).toEqual(['feature.weight', 'feature.bias']);
  });

  it('refuses sizes that are not positive integers', () => {
    expect(() => randomFeatures({ inputs: 2, features: 0 })).toThrow(InputError);
    expect(() => randomFeatures({ inputs: 1.5, features: 2 })).toThrow(/inputs must be an integer >= 1, got 1.5/);
  });
});
