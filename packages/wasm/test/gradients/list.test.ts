import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { useWasm } from '@advml/wasm';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectDerivatives, smooth } from './derivatives.ts';

beforeAll(() => useWasm());

describe('the list of gradients', () => {
  it('covers what tfjs-core has itself, but for complex numbers', async () => {
    const { gradients } = await useWasm();
    const core = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-core/package.json'));
    const theirs = readdirSync(join(core, 'dist/gradients'))
      .filter((name) => name.endsWith('_grad.js'))
      .map((name) => name.slice(0, -'_grad.js'.length));
    expect(theirs.length).toBeGreaterThan(90);
    expect(theirs.filter((name) => !gradients.includes(name))).toEqual(['ComplexAbs']);
    expect(new Set(gradients).size).toBe(gradients.length);
  });

  it('is differentiable again, also where it goes by the output', async () => {
    const again: [f: (x: tf.Tensor) => tf.Tensor, low: number, high: number][] = [
      [tf.sin, -2, 2],
      [tf.sqrt, 0.5, 2],
      [tf.rsqrt, 0.5, 2],
      [tf.exp, -1, 1],
      [tf.expm1, -1, 1],
      [tf.tan, -1, 1],
      [tf.tanh, -2, 2],
      [tf.sigmoid, -2, 2],
      [tf.elu, -2, 2],
      [tf.selu, -2, 2],
      [tf.relu, -2, 2],
      [(x) => tf.pow(x, 3), 0.5, 2],
      [(x) => tf.pow(3, x), -1, 1],
      [(x) => tf.square(tf.softmax(x)), -1, 1],
      [(x) => tf.square(tf.logSumExp(x, 1)), -1, 1],
      [(x) => tf.square(tf.matMul(x, x, false, true)), -1, 1],
      [(x) => tf.norm(x, 'euclidean', 1), 0.5, 2],
    ];
    for (const [f, low, high] of again) {
      await expectDerivatives((x) => tf.grad(f)(x), [smooth(4, [2, 3], low, high)], { tolerance: 1e-2 });
    }
  });
});
