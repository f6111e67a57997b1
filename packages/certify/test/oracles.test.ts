// Models that are not piecewise linear, or whose distance is known: oracles against chance, attacks and smoothing.
import { ddn, fab, pgd } from '@advml/attacks';
import { ball, key, l2, linf } from '@advml/core';
import { nearestNeighbour, quadraticScore } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { sign, type Tensor1D, tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';

beforeAll(async () => {
  await useWasm();
});
const numbers = (name: string, seed: number, count: number) => Array.from(key('oracles', name, seed).normal(count));

describe('a quadratic model', () => {
  test.each([l2, linf])('has a least margin in $name that no point of the ball passes, and PGD comes near', (norm) => {
    for (let seed = 0; seed < 6; seed++) {
      const [a, b] = [numbers('a', seed, 3), numbers('b', seed, 3)];
      const quadratic = quadraticScore(a, b, 0.2);
      const rows = Array.from({ length: 10 }, (_, at) => numbers(`x${at}`, seed, 3).map(Math.fround));
      const x = tensor2d(rows);
      const y = sign(quadratic.model(x)) as Tensor1D;
      const threat = ball(norm, 0.5);
      const { loss, x: found } = pgd({ threat, steps: 40, earlyStop: false })(quadratic.model, x, y, {
        key: key('oracles', seed),
      });
      for (const [at, label] of y.dataSync().entries()) {
        const least = quadratic.leastMargin(rows[at], label, threat);
        expect(-loss[at]).toBeGreaterThanOrEqual(least - 1e-4 * (1 + Math.abs(least)));
        const draws = numbers(`delta${at}`, seed, 300);
        for (let draw = 0; draw < 100; draw++) {
          const delta = draws.slice(3 * draw, 3 * draw + 3);
          const size = norm === l2 ? Math.hypot(...delta) : Math.max(...delta.map(Math.abs));
          const moved = rows[at].map((value, j) => value + (0.5 * delta[j]) / size);
          expect(quadratic.margin(moved, label)).toBeGreaterThanOrEqual(least - 1e-9 * (1 + Math.abs(least)));
        }
      }
      const near = Array.from(y.dataSync(), (label, at) => -loss[at] - quadratic.leastMargin(rows[at], label, threat));
      expect(near.filter((gap) => gap < 0.05).length).toBeGreaterThanOrEqual(6);
      for (const tensor of [x, y, found]) tensor.dispose();
    }
  });

  test('by hand: x^2 - 1 at 2 falls to 5/4 within 1/2; a saddle at its middle falls along its axis', () => {
    expect(quadraticScore([1], [0], -1).leastMargin([2], 1, ball(l2, 0.5))).toBeCloseTo(1.25, 12);
    expect(quadraticScore([1, -2], [0, 0], 3).leastMargin([0, 0], 1, ball(l2, 0.5))).toBeCloseTo(2.5, 12);
    expect(quadraticScore([1, -2], [0, 0], 3).leastMargin([0, 0], -1, ball(linf, 0.5))).toBeCloseTo(-3.25, 12);
  });
});

describe('a nearest-neighbour model', () => {
  test('by hand: half way to a point of the other class', () => {
    const { distance } = nearestNeighbour([[2, 0]], [[0, 0]]);
    expect(distance([0, 0])).toBeCloseTo(1, 12);
    expect(distance([0.25, 5])).toBeCloseTo(0.75, 12);
    expect(distance([1.5, 0])).toBe(0);
  });

  test('has a distance to its errors that no attack passes, and the best of two comes near', () => {
    for (let seed = 0; seed < 4; seed++) {
      const points = (name: string) =>
        Array.from({ length: 4 }, (_, at) => numbers(name + at, seed, 2) as unknown as [number, number]);
      const { model, distance } = nearestNeighbour(points('negative'), points('positive'));
      const rows = Array.from(
        { length: 12 },
        (_, at) => numbers(`x${at}`, seed, 2).map(Math.fround) as [number, number],
      );
      const right = rows.filter((row) => distance(row) > 1e-3);
      if (right.length === 0) continue;
      const x = tensor2d(right);
      const y = tensor1d(right.map(() => 1));
      const threat = ball(l2, Infinity);
      const options = { key: key('oracles', 'attack', seed) };
      const found = [fab({ threat, steps: 25 }), ddn({ threat, steps: 60 })].map((attack) =>
        attack(model, x, y, options),
      );
      let near = 0;
      for (const [at, row] of right.entries()) {
        const exact = distance(row);
        const sizes = found.map(({ success, distance: size }) => (success[at] ? size[at] : Infinity));
        for (const size of sizes) expect(size).toBeGreaterThanOrEqual(exact * (1 - 1e-4) - 1e-6);
        if (Math.min(...sizes) < 1.1 * exact + 1e-3) near++;
      }
      expect(near).toBeGreaterThanOrEqual(0.5 * right.length);
      for (const tensor of [x, y, ...found.map((own) => own.x)]) tensor.dispose();
    }
  });
});
