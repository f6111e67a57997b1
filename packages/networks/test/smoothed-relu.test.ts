import { expectNoLeak, finiteDifference, numbersOf } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { grad, sum, type Tensor, tensor1d } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { smoothedRelu } from '../src/index.ts';

beforeAll(async () => {
  await useWasm();
});

const density = (e: number) => Math.exp((-e * e) / 2) / Math.sqrt(2 * Math.PI);

/** Simpson's rule in double precision. */
function integral(f: (at: number) => number, low: number, high: number, steps = 4000): number {
  const width = (high - low) / steps;
  let total = f(low) + f(high);
  for (let at = 1; at < steps; at++) total += (at % 2 ? 4 : 2) * f(low + at * width);
  return (total * width) / 3;
}

/** E relu(t + s e): the integral over the e for which the rectifier is on. */
const meanOfRelu = (t: number, s: number) =>
  integral((e) => (t + s * e) * density(e), -t / s, Math.max(-t / s, 0) + 14);

/** Phi(t / s). */
const chanceOn = (t: number, s: number) => integral(density, -t / s, Math.max(-t / s, 0) + 14);

const grid = Array.from({ length: 65 }, (_, at) => (at - 32) / 4); // -8 to 8 deviations

describe('smoothedRelu', () => {
  it.each([1, 0.025, 40])('is the mean of the rectifier under noise of deviation %f, and its slope', (s) => {
    const points = Float32Array.from(grid, (u) => u * s);
    const t = tensor1d(points);
    const values = numbersOf(smoothedRelu(t, s));
    const slopes = numbersOf(grad((x: Tensor) => sum(smoothedRelu(x, s)))(t));
    for (const [at, point] of points.entries()) {
      const [value, slope] = [meanOfRelu(point, s), chanceOn(point, s)];
      expect(Math.abs(values[at] - value), `value at ${point}`).toBeLessThan(1e-6 * Math.max(Math.abs(point), s));
      expect(Math.abs(slopes[at] - slope), `slope at ${point}`).toBeLessThan(4e-7);
      // Far below zero the slope is tiny but right: an attack can follow it.
      expect(Math.abs(slopes[at] / slope - 1), `relative slope at ${point}`).toBeLessThan(1e-5);
    }
  });

  it('has the slope that finite differences show', () => {
    const t = tensor1d([-1.3, -0.4, 0, 0.2, 1.1]);
    const slopes = grad((x: Tensor) => sum(smoothedRelu(x, 0.6)))(t);
    const differences = finiteDifference((x) => sum(smoothedRelu(x, 0.6)), t);
    expect(slopes).toBeAllClose(differences, { absolute: 1e-4 });
  });

  it('is the rectifier itself far from zero', () => {
    const points = [-1e30, -1e9, -20, 20, 1e9, 1e30];
    expect(smoothedRelu(tensor1d(points), 0.5)).toBeAllClose(
      Float32Array.from(points, (point) => Math.max(point, 0)),
      { absolute: 0 },
    );
  });

  it('keeps no tensor', () =>
    expectNoLeak(() => {
      const t = tensor1d([1, -1]);
      for (const made of [smoothedRelu(t, 1), grad((x: Tensor) => sum(smoothedRelu(x, 1)))(t), t]) made.dispose();
    }));
});
