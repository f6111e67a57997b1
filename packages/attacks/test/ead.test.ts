import { ball, key, l1 } from '@advml/core';
import { linearScore, numbersOf } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { sub, tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { ead } from '../src/index.ts';

beforeAll(() => useWasm());

const [COUNT, WIDTH] = [5, 6];
const w = [2, -1.5, 1, 0.5, -0.2, 0.1];
const { model } = linearScore(w, 4);
const points = Array.from({ length: COUNT }, (_, at) => Array.from(key('ead', 'x', at).uniform(WIDTH)));
const gaps = points.map((row) => row.reduce((sum, value, at) => sum + value * w[at], 4));
const root = { key: key('ead', 0) };
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** Perturbations and distances that an attack finds. */
function found(options: Omit<Parameters<typeof ead>[0], 'threat'>, bounds?: { low: number; high: number }) {
  const [x, y] = [tensor2d(points), tensor1d(Array(COUNT).fill(1))];
  const { x: worst, distance, success } = ead({ threat: ball(l1, Infinity, bounds), ...options })(model, x, y, root);
  expect(success).toEqual(Array(COUNT).fill(true));
  const delta = numbersOf(tidy(() => sub(worst, x)));
  for (const tensor of [x, y, worst]) tensor.dispose();
  return { distance, delta: points.map((_, at) => delta.slice(at * WIDTH, (at + 1) * WIDTH)) };
}

/**
 * The error that is nearest by both distances: entries `-s_2^2 / 2 (mu |w_j| - beta / s_1)_+`, whose `mu` just closes the gap, by bisection.
 */
function nearestByBoth(gap: number, beta: number): number[] {
  const [s1, s2] = [gap / Math.max(...w.map(Math.abs)), gap / Math.hypot(...w)];
  const at = (mu: number) =>
    w.map((value) => (-Math.sign(value) * s2 ** 2 * Math.max(mu * Math.abs(value) - beta / s1, 0)) / 2);
  let [low, high] = [0, 1e3];
  for (let round = 0; round < 60; round++) {
    const mu = (low + high) / 2;
    if (sum(at(mu).map((value, j) => -value * w[j])) < gap) low = mu;
    else high = mu;
  }
  return at(high);
}

it.each([0.3, 1, 3])('by both distances with beta %d finds the point in closed form on a linear score', (sparsity) => {
  const { delta } = found({ rule: 'elastic-net', sparsity, steps: 100 });
  for (const [at, gap] of gaps.entries()) {
    const truth = nearestByBoth(gap, sparsity);
    const error = Math.hypot(...truth.map((value, j) => value - delta[at][j]));
    expect(error / Math.hypot(...truth)).toBeLessThan(0.03);
  }
});

it('keeps a closer error in l1 by the rule of l1 than by that of both distances, also without polish', () => {
  const [alone, both] = (['l1', 'elastic-net'] as const).map(
    (rule) => found({ rule, sparsity: 1, polish: 0 }).distance,
  );
  for (const [at, gap] of gaps.entries()) {
    expect(alone[at]).toBeLessThan(both[at]);
    expect(alone[at]).toBeGreaterThan((gap / 2) * (1 - 1e-5));
  }
});

it.each([
  ['without a box', undefined],
  ['in a box that ends before the boundary does', { low: -1, high: 1 }],
] as const)('finds the closest error of a linear score in l1 %s', (_, bounds) => {
  const { distance } = found({}, bounds);
  for (const [at, gap] of gaps.entries()) {
    let [left, size] = [gap, 0];
    for (const [j, value] of w.entries()) {
      const room = bounds ? (value > 0 ? points[at][j] - bounds.low : bounds.high - points[at][j]) : Infinity;
      const step = Math.min(room, left / Math.abs(value)); // steepest entries first, as w falls
      left -= step * Math.abs(value);
      size += step;
    }
    expect(left).toBeLessThan(1e-9);
    expect(distance[at] / size).toBeGreaterThan(1 - 1e-5);
    expect(distance[at] / size).toBeLessThan(1.01);
  }
});
