import {
  ball,
  describeThreat,
  exampleKeys,
  InputError,
  key,
  l1,
  l2,
  linf,
  type Norm,
  perturb,
  projectDelta,
  randomDelta,
} from '@advml/core';
import { expectNoLeak, numbersOf } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { tensor2d, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';

beforeAll(() => useWasm());

const box = { low: 0, high: 1 };

describe('ball', () => {
  it('is a frozen record', () => {
    expect(ball(l2, 0.5)).toEqual({ norm: l2, eps: 0.5 });
    expect(ball(l2, 0.5, box)).toEqual({ norm: l2, eps: 0.5, box });
    expect(Object.isFrozen(ball(l2, 0.5, box))).toBe(true);
  });

  it('refuses radii and boxes that mean nothing', () => {
    expect(() => ball(l2, -0.1)).toThrow('eps must be finite and >= 0 (input units), got -0.1');
    for (const eps of [Number.NaN, Infinity]) expect(() => ball(l2, eps)).toThrow(InputError);
    for (const bad of [
      { low: 1, high: 0 },
      { low: 1, high: 1 },
      { low: Number.NaN, high: 1 },
    ]) {
      expect(() => ball(l2, 1, bad)).toThrow('box must have low < high');
    }
  });

  it('is described in one line', () => {
    expect(describeThreat(ball(l2, 0.11))).toBe('l2 eps 0.11');
    expect(describeThreat(ball(linf, 0.03, box))).toBe('linf eps 0.03 in [0, 1]');
  });
});

describe('projectDelta', () => {
  const size: Record<Norm['name'], (a: number, b: number) => number> = {
    l1: (a, b) => Math.abs(a) + Math.abs(b),
    l2: Math.hypot,
    linf: (a, b) => Math.max(Math.abs(a), Math.abs(b)),
  };

  it.each([l1, l2, linf])('gives the nearest allowed point of a fine grid in $name', (norm) => {
    const x = [0.9, 0.2];
    const eps = 0.4;
    const ticks = Array.from({ length: 401 }, (_, at) => eps * (at / 200 - 1));
    const allowed = ticks
      .flatMap((a) => ticks.map((b) => [a, b]))
      .filter(([a, b]) => size[norm.name](a, b) <= eps && x[0] + a <= 1 && x[1] + b >= 0);
    for (const wish of [
      [1, 1],
      [0.3, -0.9],
      [-0.5, -0.1],
      [-2, 0.05],
      [0.05, 0.05],
    ]) {
      const delta = numbersOf(tidy(() => projectDelta(ball(norm, eps, box), tensor2d([x]), tensor2d([wish]))));
      const distance = ([a, b]: number[]) => Math.hypot(a - wish[0], b - wish[1]);
      const nearest = allowed.reduce((best, point) => (distance(point) < distance(best) ? point : best));
      expect(distance(delta)).toBeLessThanOrEqual(distance(nearest) + 1e-6);
      expect(size[norm.name](delta[0], delta[1])).toBeLessThanOrEqual(eps * (1 + 1e-6));
      expect(x.every((value, at) => value + delta[at] >= -1e-7 && value + delta[at] <= 1 + 1e-7)).toBe(true);
    }
  });

  it.each([l1, l2, linf])('is exact in $name where entries differ by many orders of magnitude', (norm) => {
    const wish = [1e20, 1e-20, -3, 0];
    const delta = numbersOf(tidy(() => projectDelta(ball(norm, 0.5), tensor2d([[0, 0, 0, 0]]), tensor2d([wish]))));
    const expected = { l1: [0.5, 0, 0, 0], l2: [0.5, 0, 0, 0], linf: [0.5, 1e-20, -0.5, 0] }[norm.name];
    expect(delta).toBeAllClose(expected, { absolute: 1e-6 });
  });
});

describe('randomDelta and perturb', () => {
  it.each([l1, l2, linf])('stay inside ball and box in $name', async (norm) => {
    const threat = ball(norm, 0.5, box);
    const x = tensor2d(key('threat', 'x').uniform(400), [100, 4]);
    const keys = exampleKeys(key('threat', 'start'), 100);
    const delta = randomDelta(threat, x, keys);
    expect(Math.max(...numbersOf(tidy(() => norm.size(delta))))).toBeLessThanOrEqual(0.5 * (1 + 1e-6));
    const moved = numbersOf(tidy(() => perturb(threat, x, delta)));
    expect(moved.every((value) => value >= 0 && value <= 1)).toBe(true);
    const [inputs, changes] = [numbersOf(x), numbersOf(delta)];
    expect(moved).toBeAllClose(
      inputs.map((value, at) => value + changes[at]),
      { absolute: 1e-6 },
    );
    await expectNoLeak(() => {
      const start = randomDelta(threat, x, keys);
      const projected = projectDelta(threat, x, start);
      for (const made of [start, projected, perturb(threat, x, projected)]) made.dispose();
    });
  });
});
