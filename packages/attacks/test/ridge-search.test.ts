import { ball, type Classifier, classifier, InputError, key, l2, margin } from '@advml/core';
import { symmetricTwoLayer } from '@advml/networks';
import { numbersOf } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { add, mul, reshape, scalar, type Tensor, type Tensor1D, tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { pgd, type RidgeSearchOptions, ridgeSearch } from '../src/index.ts';

beforeAll(() => useWasm());

/** A random network, and examples that it gets right. */
function problem(seed: number, { inputs = 2, neurons = 7, bias = 0.4, count = 12 } = {}) {
  const root = key('ridge search', seed);
  const network = symmetricTwoLayer({ inputs, neurons, initialDeviation: 1 });
  const params = {
    weight: tensor2d(root.child('w').normal(neurons * inputs, 1), [neurons, inputs]),
    bias: scalar(bias),
  };
  const model = classifier(network, params);
  const points = root.child('x').normal(count * inputs, 1);
  const x = tensor2d(points, [count, inputs]);
  const y = tensor1d(numbersOf(tidy(() => model(x))).map((score) => (score < 0 ? -1 : 1)));
  return { network, params, model, points, x, y };
}

/** What an attack leaves of each margin, in the margins' own units, with minus: the larger, the worse. */
function lossOf(attack: ReturnType<typeof pgd>, { model, x, y }: ReturnType<typeof problem>) {
  const result = attack(model, x, y, { key: key('ridge search', 'attack') });
  result.x.dispose();
  return result;
}

/** The largest loss within a disc by looking everywhere on a grid of radii and angles, in double precision. */
function everywhere({ params, points, y }: ReturnType<typeof problem>, eps: number, bias = 0.4): number[] {
  const weight = numbersOf(params.weight);
  const signs = numbersOf(y);
  const score = (at: readonly number[]) => {
    let sum = 0;
    for (let i = 0; i < weight.length; i += 2) {
      const u = weight[i] * at[0] + weight[i + 1] * at[1];
      sum += Math.max(u - bias, 0) - Math.max(-u - bias, 0);
    }
    return sum;
  };
  return Array.from(signs, (sign, row) => {
    let worst = Number.NEGATIVE_INFINITY;
    for (let ring = 0; ring <= 20; ring++)
      for (let step = 0; step < 720; step++) {
        const [radius, angle] = [(eps * ring) / 20, (Math.PI * step) / 360];
        const at = [points[2 * row] + radius * Math.cos(angle), points[2 * row + 1] + radius * Math.sin(angle)];
        worst = Math.max(worst, -sign * score(at));
      }
    return worst;
  });
}

/** All ascents for all examples, to the end. */
const patient: Partial<RidgeSearchOptions> = { earlyStop: false, near: 1 };

describe('ridgeSearch', () => {
  it('finds the worst case of small networks, which a look everywhere knows', () => {
    for (const [seed, eps] of [
      [1, 0.3],
      [2, 1],
    ]) {
      const small = problem(seed, { count: 6 });
      const known = everywhere(small, eps);
      const { loss } = lossOf(ridgeSearch({ threat: ball(l2, eps), steps: 40, ...patient }), small);
      for (const [at, worst] of known.entries()) {
        expect(loss[at], `seed ${seed}, example ${at}`).toBeGreaterThan(worst - 1e-3);
        expect(loss[at]).toBeLessThan(worst + 0.1 * eps); // the grid is not everywhere
      }
    }
  });

  it('is never weaker than pgd from the same point, and mostly stronger', () => {
    let [all, further] = [0, 0];
    for (let seed = 0; seed < 10; seed++) {
      const large = problem(seed, { inputs: 40, neurons: 60, bias: 2, count: 20 });
      const threat = ball(l2, 0.8);
      const ours = lossOf(ridgeSearch({ threat, ...patient, restarts: 0 }), large).loss;
      const theirs = lossOf(pgd({ threat, steps: 100, start: 'none', earlyStop: false }), large).loss;
      for (const [at, loss] of ours.entries()) {
        expect(loss).toBeGreaterThan(theirs[at] - 1e-4); // the margins are some tens, in single precision
        all++;
        if (loss > theirs[at] + 1e-3) further++;
      }
    }
    expect(further / all).toBeGreaterThan(0.5);
  });

  it('goes on from other points only where little of the margin is left', () => {
    const small = problem(4, { inputs: 20, neurons: 40, bias: 1, count: 30 });
    const spent = (near: number) =>
      lossOf(ridgeSearch({ threat: ball(l2, 0.2), steps: 10, restarts: 3, near, earlyStop: false }), small);
    const [first, some, every] = [0, 0.5, 1].map(spent);
    expect(new Set(first.gradients)).toEqual(new Set([10, 50])); // 50 where the first ascent broke it
    expect(new Set(every.gradients)).toEqual(new Set([50]));
    expect(new Set(some.gradients)).toEqual(new Set([10, 50]));
    const clean = numbersOf(tidy(() => small.model(small.x))).map(Math.abs);
    for (const [at, loss] of first.loss.entries())
      expect(some.gradients[at], `example ${at}`).toBe(loss >= -0.5 * clean[at] ? 50 : 10);
  });

  it('starts where it is told: the first point for all, the others for those that came near', () => {
    const one = problem(5, { inputs: 20, neurons: 40, bias: 1, count: 10 });
    const threat = ball(l2, 0.5);
    const batches: number[][] = [];
    const at = (place: number) => (x: Tensor, labels: Tensor1D) => {
      batches.push([place, x.shape[0]]);
      const pattern = tensor2d(key('ridge search', 'start', place).normal(20, 0.1), [1, 20]);
      return tidy(() => mul(pattern, reshape(labels, [-1, 1])));
    };
    const attack = ridgeSearch({ threat, steps: 10, restarts: 0, near: 0.3, starts: [at(0), at(1)], earlyStop: false });
    const { loss } = lossOf(attack, one);
    const begun = tidy(() => margin(one.model(add(one.x, at(0)(one.x, one.y))), one.y)).dataSync();
    for (const [row, value] of loss.entries()) expect(value).toBeGreaterThan(begun[row] - 1e-4);
    const sizeOf = (place: number) => batches.find(([which]) => which === place)?.[1] ?? 0;
    expect(sizeOf(0)).toBe(10);
    expect(sizeOf(1)).toBeGreaterThan(0);
    expect(sizeOf(1)).toBeLessThan(10);
  });

  it('refuses starts that are none and shares that are none', () => {
    const threat = ball(l2, 0.1);
    const refused = (options: object, message: string) =>
      expect(() => ridgeSearch({ threat, ...options } as never)).toThrow(message);
    refused({ starts: () => 0 }, 'starts must be an array of functions, such as [mixtureStart({ threat, direction })]');
    refused({ starts: 'random' }, 'got string random');
    refused({ starts: [Promise.resolve()] }, 'got a promise at 0');
    refused({ starts: [() => 0, 'random'] }, 'got string random at 1');
    refused({ near: 2 }, 'near must be between 0 and 1, got 2');
    const { model, x, y } = problem(6);
    const run = (start: unknown) => () =>
      ridgeSearch({ threat, starts: [start] } as never)(model, x, y, { key: key('ridge search', 0) });
    expect(run(() => undefined)).toThrow('what start gives must be a tensor, got undefined');
    expect(run(async () => x)).toThrow('what start gives must be a tensor, got a promise');
    const odd = pgd({ threat, steps: 2, start: 'randm' } as never);
    expect(() => odd(model, x, y, { key: key('ridge search', 0) })).toThrow(
      "start must be 'random', 'none' or a function",
    );
  });

  it('refuses models that do not say that they are sums of ridge functions', () => {
    const { model, x, y } = problem(6);
    const attack = ridgeSearch({ threat: ball(l2, 0.1) });
    const silent: Classifier = (at: Tensor) => model(at);
    expect(() => attack(silent, x, y, { key: key('ridge search', 0) })).toThrow(InputError);
    expect(() => attack(silent, x, y, { key: key('ridge search', 0) })).toThrow(/symmetricTwoLayer.*use pgd/);
  });
});
