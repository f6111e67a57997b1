import { type Box, ball, key, l1, l2, linf } from '@advml/core';
import { useWasm } from '@advml/wasm';
import { exp, type Scalar, sin, sum, type Tensor, tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  closestInPlane,
  expectNoLeak,
  finiteDifference,
  linearLogits,
  linearScore,
  linearWorstCase,
  numbersOf,
  reluNet,
} from '../src/index.ts';

beforeAll(() => useWasm());

const box: Box = { low: 0, high: 1 };
const sizes = {
  l1: (delta: readonly number[]) => delta.reduce((total, value) => total + Math.abs(value), 0),
  l2: (delta: readonly number[]) => Math.hypot(...delta),
  linf: (delta: readonly number[]) => Math.max(...delta.map(Math.abs)),
};
const dot = (a: readonly number[], b: readonly number[]) => a.reduce((total, value, at) => total + value * b[at], 0);

describe.each([l1, l2, linf])('linearWorstCase in $name', (norm) => {
  const size = sizes[norm.name];

  it.each([undefined, box])('is allowed, and no allowed point of a fine grid gains more, with box %o', (bounds) => {
    const eps = 0.35;
    const ticks = Array.from({ length: 141 }, (_, at) => eps * (at / 70 - 1));
    for (let trial = 0; trial < 20; trial++) {
      const push = Array.from(key('push', trial).normal(2));
      const x = Array.from(key('x', trial).uniform(2));
      const allowed = (delta: readonly number[], slack = 0) =>
        size(delta) <= eps + slack &&
        (!bounds || delta.every((value, at) => x[at] + value >= 0 - slack && x[at] + value <= 1 + slack));
      const worst = linearWorstCase(push, x, ball(norm, eps, bounds));
      expect(allowed(worst, 1e-9)).toBe(true);
      const best = Math.max(...ticks.flatMap((a) => ticks.map((b) => (allowed([a, b]) ? dot(push, [a, b]) : 0))));
      expect(dot(push, worst)).toBeGreaterThanOrEqual(best - 1e-9);
      expect(dot(push, worst)).toBeLessThan(best + 0.02 * Math.hypot(...push));
    }
  });

  it('gains eps times the dual norm where there is no box', () => {
    const push = [3, -4, 1];
    const gain = dot(push, linearWorstCase(push, [0, 0, 0], ball(norm, 0.5)));
    expect(gain).toBeAllClose(0.5 * sizes[norm.dual.name](push), { relative: 1e-9 });
  });

  it('stays where nothing is gained', () => {
    expect(linearWorstCase([0, 0], [0.5, 0.5], ball(norm, 1, box))).toEqual([0, 0]);
  });
});

describe('closestInPlane', () => {
  const beyond = (points: Float32Array) =>
    Array.from({ length: points.length / 2 }, (_, at) => 3 * points[2 * at] + 4 * points[2 * at + 1] > 2);

  it.each([
    [l1, 0.5],
    [l2, 0.4],
    [linf, 2 / 7],
  ] as const)('meets a line where the dual norm says, in $0.name', (norm, distance) => {
    const found = closestInPlane(beyond, [0, 0], { norm, reach: 1 });
    expect(found).toBeAllClose(distance, { relative: 5e-3 });
    expect(found).toBeGreaterThan(distance * (1 - 1e-5));
  });

  it('keeps to the box, and says when nothing is in reach', () => {
    const found = closestInPlane(beyond, [0, 0], { norm: l1, box: { low: 0, high: 0.4 }, reach: 1 });
    expect(found).toBeAllClose(0.4 + 0.4 / 3, { relative: 5e-3 });
    expect(closestInPlane(beyond, [0, 0], { norm: l2, reach: 0.3 })).toBe(Infinity);
  });
});

describe('models', () => {
  it('linear scores and logits say their loss and worst loss', () => {
    const score = linearScore([1, -2], 0.5);
    expect(tidy(() => numbersOf(score.model(tensor2d([[3, 1]]))))).toBeAllClose([1.5]);
    expect(score.loss([3, 1], 1)).toBe(-1.5);
    expect(score.worstLoss([3, 1], 1, ball(linf, 0.1))).toBeCloseTo(-1.2);
    const logits = linearLogits(
      [
        [1, 0],
        [0, 1],
        [-1, -1],
      ],
      [0, 0, 0.1],
    );
    expect(tidy(() => numbersOf(logits.model(tensor2d([[2, 1]]))))).toBeAllClose([2, 1, -2.9]);
    expect(logits.loss([2, 1], 0)).toBe(-1);
    expect(logits.worstLoss([2, 1], 0, ball(linf, 0.1))).toBeCloseTo(-0.8);
  });

  it('ReLU networks are decided by their seed, and neither linear nor constant', async () => {
    const x = tensor2d([
      [1, 2],
      [-1, 0.5],
      [0, 0.75],
    ]);
    const run = (seed: number) => tidy(() => numbersOf(reluNet(seed, { inputs: 2 })(x)));
    expect(run(1)).toEqual(run(1));
    expect(run(1)).not.toEqual(run(2));
    const [a, b, middle] = run(1);
    expect(Math.abs((a + b) / 2 - middle)).toBeGreaterThan(1e-3);
    await expectNoLeak(() => reluNet(1, { inputs: 2, output: 'logits' })(x).dispose());
  });
});

describe('checks', () => {
  it('finiteDifference is the gradient', () => {
    const x = tensor1d([0.3, -1, 2]);
    const slopes = finiteDifference((at: Tensor) => sum(sin(at)) as Scalar, x, 0.05);
    expect(slopes).toBeAllClose([0.3, -1, 2].map(Math.cos), { absolute: 1e-4 });
    expect(finiteDifference((at: Tensor) => sum(exp(at)) as Scalar, tensor1d([0]), 0.05)).toBeAllClose([1], {
      absolute: 1e-4,
    });
  });

  it('toBeAllClose and toHaveSameBits see what they should', () => {
    expect([1, 2]).toBeAllClose([1 + 1e-7, 2]);
    expect([1, 2]).not.toBeAllClose([1.001, 2]);
    expect([100]).toBeAllClose([101], { relative: 0.01 });
    expect([1]).not.toBeAllClose([1, 1]);
    expect([Number.NaN]).not.toBeAllClose([Number.NaN]);
    expect([Infinity]).toBeAllClose([Infinity]);
    for (const [actual, expected] of [
      [5, Infinity],
      [Infinity, 5],
      [-Infinity, Infinity],
    ])
      expect([actual]).not.toBeAllClose([expected], { relative: 2e-3 });
    expect(tensor1d([1, 2])).toHaveSameBits([1, 2]);
    expect([0]).not.toHaveSameBits([-0]);
    expect([1]).not.toHaveSameBits([1, 2]);
    expect([Number.NaN]).toHaveSameBits([Number.NaN]);
  });

  it('expectNoLeak fails for work that keeps a tensor', async () => {
    await expectNoLeak(() => tensor1d([1]).dispose());
    await expect(expectNoLeak(() => tensor1d([1]))).rejects.toThrow('tensors alive after the work');
  });
});
