import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { asResult, asTensor, expectClose, resultOf } from '../compare.ts';
import { type Data, numbers } from '../random.ts';

/** A function of tensors. */
export type Differentiable = (...inputs: tf.Tensor[]) => tf.Tensor;

/** Step of the differences: rounding and curvature are of the same order. */
const STEP = 2 ** -7;

interface Expectation {
  /** Largest error against 1 + the size of the derivative. */
  readonly tolerance?: number;
  /** Where the gradients are computed, if not on WASM. */
  readonly backend?: 'cpu' | 'wasm';
  /** Whether the cpu backend computes the function at all, and right. */
  readonly onCpu?: boolean;
}

/**
 * Compares the gradients of `<f(inputs), dy>` in all inputs with central differences, for a random dy. The values
 * themselves must be those of the cpu backend.
 */
export async function expectDerivatives(
  f: Differentiable,
  inputs: readonly Data[],
  { tolerance = 2e-3, backend = 'wasm', onCpu = true }: Expectation = {},
) {
  const before = tf.memory().numTensors;
  await tf.setBackend(onCpu ? 'cpu' : backend);
  const reference = resultOf(() => f(...inputs.map(asTensor)));
  await tf.setBackend(backend);
  tf.tidy(() => {
    const tensors = inputs.map(asTensor);
    expectClose(asResult(f(...tensors)), reference);
    const dy = numbers(99, reference.shape);
    const gradients = tf.grads(f)(tensors, asTensor(dy));
    const value = (moved: readonly Data[]) => {
      const y = resultOf(() => f(...moved.map(asTensor))).values;
      return Array.from(dy.values).reduce((sum, weight, at) => sum + weight * y[at], 0);
    };
    for (const [which, input] of inputs.entries()) {
      expect(gradients[which].shape).toEqual(input.shape);
      const actual = gradients[which].dataSync();
      for (let at = 0; at < input.values.length; at++) {
        const [up, down] = [STEP, -STEP].map((step) => {
          const values = Float32Array.from(input.values);
          values[at] += step;
          return { value: value(inputs.with(which, { ...input, values })), at: values[at] };
        });
        const expected = (up.value - down.value) / (up.at - down.at);
        const error = Math.abs(actual[at] - expected) / (1 + Math.abs(expected));
        if (!(error <= tolerance)) {
          expect.fail(`d/dx${which}[${at}] at ${input.values[at]} is ${actual[at]}, by differences ${expected}`);
        }
      }
    }
  });
  await tf.setBackend('wasm');
  expect(tf.memory().numTensors).toBe(before);
}

/** Numbers in a range, none within 0.02 of a multiple of `corner`, where functions may bend. */
export function smooth(seed: number, shape: readonly number[], low: number, high: number, corner = 0.5): Data {
  const { values } = numbers(seed, shape, { low, high });
  const away = values.map((value) => {
    const nearest = Math.round(value / corner) * corner;
    return Math.abs(value - nearest) < 0.02 ? nearest + 0.02 : value;
  });
  return { shape, values: away };
}

/** Different numbers, no two closer than 0.05, in random order. */
export function distinct(seed: number, shape: readonly number[]): Data {
  const { values } = numbers(seed, shape);
  const order = Array.from(values.keys()).sort((a, b) => values[a] - values[b]);
  const result = new Float32Array(values.length);
  for (const [rank, at] of order.entries()) result[at] = 0.05 * (rank - values.length / 2);
  return { shape, values: result };
}

/** Numbers around zero, away from corners. */
export const any = (shape: readonly number[], seed = 1) => smooth(seed, shape, -2, 2);
/** Numbers above zero, away from corners. */
export const positive = (shape: readonly number[], seed = 1) => smooth(seed, shape, 0.3, 2);
