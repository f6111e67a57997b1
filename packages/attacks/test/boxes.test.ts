import { type Attack, type Box, ball, key, l1, l2, linf, type Norm, type Threat } from '@advml/core';
import { linearScore, numbersOf } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { div, sub, tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  apgd,
  bim,
  carliniWagner,
  ddn,
  deepFool,
  fab,
  fgm,
  fmn,
  hopSkipJump,
  miFgsm,
  pgd,
  slide,
  smallestEps,
  square,
} from '../src/index.ts';

beforeAll(() => useWasm());

const options = { key: key('boxes', 0) };
const w = [1, -2, 0.5, 1.5];
const inputs = [
  [1, 1.25, 0.5, 0],
  [0.25, 2, 1, 1.5],
];
/** Both examples are right by some margin; the second with the other label. */
const model = linearScore(w, 3);
const signs = inputs.map((x) => (model.loss(x, 1) < 0 ? 1 : -1));

/** The smallest radius at which the worst case is wrong, by bisection of the closed form. */
function distance(row: number, norm: Norm, box?: Box): number {
  let [low, high] = [0, 100];
  for (let round = 0; round < 60; round++) {
    const middle = (low + high) / 2;
    if (model.worstLoss(inputs[row], signs[row], ball(norm, middle, box)) > 0) high = middle;
    else low = middle;
  }
  return high;
}

const run = (attack: Attack, eps?: number[]) => {
  const [x, y] = [tensor2d(inputs), tensor1d(signs)];
  const result = attack(model.model, x, y, { ...options, eps });
  for (const tensor of [x, y, result.x]) tensor.dispose();
  return result;
};

const BOXES: readonly Box[] = [
  { low: 0, high: 1e9 },
  { low: 0, high: Infinity },
  { low: -Infinity, high: 2 },
];

const WITHIN: readonly [string, readonly Norm[], (threat: Threat) => Attack][] = [
  ['fgm', [l2, linf], (threat) => fgm({ threat })],
  ['pgd', [l1, l2, linf], (threat) => pgd({ threat, steps: 40 })],
  ['bim', [l1, l2, linf], (threat) => bim({ threat, steps: 40 })],
  ['miFgsm', [linf], (threat) => miFgsm({ threat })],
  ['slide', [l1], (threat) => slide({ threat, steps: 40 })],
  ['apgd', [l1, l2, linf], (threat) => apgd({ threat, steps: 40 })],
  ['square', [linf], (threat) => square({ threat, queries: 300 })],
];

const CLOSEST: readonly [string, readonly Norm[], number, (threat: Threat) => Attack][] = [
  ['deepFool', [l1, l2, linf], 1.01, (threat) => deepFool({ threat })],
  ['fab', [l1, l2, linf], 1.01, (threat) => fab({ threat, steps: 30 })],
  ['fmn', [l1, l2, linf], 1.01, (threat) => fmn({ threat, steps: 60 })],
  ['ddn', [l2], 1.01, (threat) => ddn({ threat })],
  ['carliniWagner', [l2], 1.01, (threat) => carliniWagner({ threat, steps: 100, descents: 3, rate: 0.05 })],
  ['hopSkipJump', [l2, linf], 1.05, (threat) => hopSkipJump({ threat, steps: 10 })],
  ['smallestEps', [l2], 1.01, (threat) => smallestEps((own) => apgd({ threat: own, steps: 10 }), { threat })],
];

describe.each(BOXES)('in the box %o', (box) => {
  it.each(WITHIN)('%s spends its radius as the closed form does', (_, norms, make) => {
    for (const norm of norms) {
      const enough = inputs.map((_, row) => 1.05 * distance(row, norm, box));
      const attack = make(ball(norm, Math.max(...enough), box));
      expect(run(attack, enough).success).toEqual([true, true]);
      expect(
        run(
          attack,
          enough.map((eps) => 0.9 * eps),
        ).success,
      ).toEqual([false, false]);
    }
  });

  it.each(CLOSEST)('%s comes to the boundary', (_, norms, most, make) => {
    for (const norm of norms) {
      const found = run(make(ball(norm, Infinity, box)));
      expect(found.success).toEqual([true, true]);
      for (const [row, size] of found.distance.entries()) {
        expect(size / distance(row, norm, box)).toBeGreaterThan(1 - 1e-4);
        expect(size / distance(row, norm, box)).toBeLessThan(most);
      }
    }
  });
});

describe('bounds that are no float32', () => {
  it.each([
    ['MNIST', 0.1307, 0.3081],
    ['ImageNet', 0.485, 0.229],
    ['ImageNet', 0.406, 0.225],
    ['CIFAR-10', 0.4914, 0.247],
    ['CIFAR-10', 0.4465, 0.2616],
  ])('take standardized pixels of %s, black and white', (_, mean, deviation) => {
    const box = { low: (0 - mean) / deviation, high: (1 - mean) / deviation };
    const pixels = Array.from({ length: 256 }, (_, level) => level / 255);
    const x = tidy(() => div(sub(tensor2d([pixels]), mean), deviation));
    const plain = linearScore(pixels.map((_, at) => (at % 2 ? 1 : -1)));
    for (const norm of [l1, l2, linf]) {
      const attack = pgd({ threat: ball(norm, 0.1, box), steps: 3 });
      const first = attack(plain.model, x, tensor1d([1]), options);
      const again = attack(plain.model, first.x, tensor1d([1]), { ...options, eps: [...first.distance] });
      for (const { x: worst } of [first, again])
        for (const value of numbersOf(worst)) {
          expect(value).toBeGreaterThanOrEqual(Math.fround(box.low));
          expect(value).toBeLessThanOrEqual(Math.fround(box.high));
        }
    }
  });

  it('still refuse what is outside', () => {
    const attack = fgm({ threat: ball(l2, 1, { low: 0, high: 1e9 }) });
    expect(() => attack(model.model, tensor2d([[1, 1, 1, -1e-3]]), tensor1d([1]), options)).toThrow(
      'x must lie in its box [0, 1000000000], got values from -0.00100',
    );
  });
});
