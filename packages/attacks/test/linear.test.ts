import { type Attack, type Box, ball, key, l1, l2, linf, type Norm, type Threat, withMask } from '@advml/core';
import { type LinearModel, linearLogits, linearScore, numbersOf } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { sub, tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { apgd, bim, denseMixture, fgm, fgsm, miFgsm, noise, pgd, slide } from '../src/index.ts';

beforeAll(() => useWasm());

const WIDTH = 8;
const COUNT = 40;
const BOX: Box = { low: 0, high: 1 };
const options = { key: key('linear', 0) };

const rowsOf = (values: ArrayLike<number>, width = WIDTH) =>
  Array.from({ length: values.length / width }, (_, row) => Array.from(values).slice(row * width, (row + 1) * width));
const inputs = rowsOf(key('linear', 'x').uniform(COUNT * WIDTH, 0.05, 0.95));
const weights = (name: string) => Array.from(key('linear', name).normal(WIDTH));
const centring = (row: readonly number[]) => -0.5 * row.reduce((total, value) => total + value, 0);

const w = weights('w');
const score = linearScore(w, centring(w));
const signs = inputs.map((x) => (score.loss(x, 1) < 0 ? 1 : -1));

const pair = ['a', 'b'].map(weights);
const logits = linearLogits(pair, pair.map(centring));
const classes = inputs.map((x) => (logits.loss(x, 0) < 0 ? 0 : 1));

const models: readonly [string, LinearModel, readonly number[], 'float32' | 'int32'][] = [
  ['a score', score, signs, 'float32'],
  ['two logits', logits, classes, 'int32'],
];
const norms: readonly [Norm, number][] = [
  [l1, 0.5],
  [l2, 0.3],
  [linf, 0.12],
];

/** Attacks that find the optimum of a linear model, given the steps. */
const climbers = (norm: Norm): [string, (threat: Threat) => Attack][] => {
  const plan = { earlyStop: false, steps: 150, stepSize: 0.1 };
  return [
    ['pgd', (threat) => pgd({ threat, ...plan })],
    ['bim', (threat) => bim({ threat, ...plan })],
    ['miFgsm', (threat) => miFgsm({ threat, ...plan })],
    ['apgd', (threat) => apgd({ threat, earlyStop: false, steps: norm === l1 ? 300 : 100 })],
    ...(norm === l1 ? [['slide', (threat: Threat) => slide({ threat, ...plan })] as const] : []),
  ] as [string, (threat: Threat) => Attack][];
};
const MASK = [true, true, false, true, false, true, true, false];

function expectWorstCase(attack: Attack, linear: LinearModel, y: readonly number[], dtype: 'float32' | 'int32'): void {
  const { x, loss, success } = attack(linear.model, tensor2d(inputs), tensor1d([...y], dtype), options);
  const best = inputs.map((row, at) => linear.worstLoss(row, y[at], attack.threat));
  expect(loss).toBeAllClose(best, { absolute: 2e-3 });
  expect(Math.max(...loss.map((value, at) => value - best[at]))).toBeLessThan(1e-5);
  const clearly = best.filter((value) => Math.abs(value) > 2e-3);
  expect(clearly.length).toBeGreaterThan(COUNT / 2);
  for (const [at, value] of best.entries()) if (Math.abs(value) > 2e-3) expect(success[at]).toBe(value > 0);
  expect(new Set(success).size).toBe(2);
  x.dispose();
}

describe.each(norms)('$name', (norm, eps) => {
  describe.each([undefined, BOX])('with box %o', (box) => {
    const threat = ball(norm, eps, box);
    describe.each(climbers(norm))('%s', (_name, make) => {
      it.each(models)('finds the worst case of %s, and none that is not there', (_, model, y, dtype) => {
        expectWorstCase(make(threat), model, y, dtype);
      });
      it('finds the worst case of a score where a mask holds some entries', () => {
        expectWorstCase(make(withMask(threat, MASK)), score, signs, 'float32');
      });
    });
  });

  it.each(models)('one step of fgm is the worst case of %s where there is no box', (_, { model, worst }, y, dtype) => {
    const attack = fgm({ threat: ball(norm, eps) });
    const x = tensor2d(inputs);
    const result = attack(model, x, tensor1d([...y], dtype), options);
    const delta = tidy(() => numbersOf(sub(result.x, x)));
    expect(delta).toBeAllClose(
      inputs.flatMap((row, at) => worst(row, y[at], attack.threat)),
      { absolute: 1e-6 },
    );
    expect(Array.from(result.gradients)).toEqual(inputs.map(() => 1));
    expect(result.distance).toBeAllClose(
      inputs.map(() => eps),
      { relative: 1e-5 },
    );
  });

  it('the dense mixture along the weights is the worst case of a score, and against them it is the best case', () => {
    const threat = ball(norm, eps);
    const x = tensor2d(inputs);
    const y = tensor1d(signs);
    const along = denseMixture({ threat, direction: w.map((value) => 3 * value) })(score.model, x, y, options);
    expect(along.loss).toBeAllClose(
      inputs.map((row, at) => score.worstLoss(row, signs[at], threat)),
      { absolute: 1e-5 },
    );
    const against = denseMixture({ threat, direction: w.map((value) => -value) })(score.model, x, y, options);
    const gain = inputs.map((row, at) => score.worstLoss(row, signs[at], threat) - score.loss(row, signs[at]));
    expect(against.loss).toBeAllClose(
      inputs.map((row, at) => score.loss(row, signs[at]) - gain[at]),
      { absolute: 1e-5 },
    );
  });
});

it('fgsm moves every entry by eps, cut at the box', () => {
  const x = tensor2d([[0.05, 0.5, 0.99]]);
  const { model } = linearScore([1, -1, -2]);
  const result = fgsm({ eps: 0.1, box: BOX })(model, x, tensor1d([1]), options);
  expect(result.x).toBeAllClose([0, 0.6, 1]);
});

it('noise in l-infinity fools a score of one entry as often as it should', () => {
  const [count, eps, margin] = [2000, 1, 0.4];
  const { model } = linearScore([2]);
  const x = tensor2d(Array(count).fill([margin]));
  const y = tensor1d(Array(count).fill(1));
  const { success, gradients } = noise({ threat: ball(linf, eps) })(model, x, y, options);
  const share = (eps - margin) / (2 * eps);
  const rate = (results: readonly boolean[]) => results.filter(Boolean).length / count;
  const fiveErrors = 5 * Math.sqrt((share * (1 - share)) / count);
  expect(rate(success)).toBeAllClose(share, { absolute: fiveErrors });
  const four = noise({ threat: ball(linf, eps), draws: 4 })(model, x, y, options);
  expect(rate(four.success)).toBeAllClose(1 - (1 - share) ** 4, { absolute: fiveErrors });
  expect(gradients.every((spent) => spent === 0)).toBe(true);
});

it('a targeted pgd reaches each of three classes whose region is in reach, and says which are not', () => {
  const rows = [
    [1, 0],
    [-0.5, 0.8],
    [-0.5, -0.8],
  ];
  const { model, worstLoss } = linearLogits(rows, [0, 0, 0]);
  const x = tensor2d(Array(3).fill([0.5, 0.1]));
  const y = tensor1d([0, 0, 0], 'int32');
  const threat = ball(l2, 0.62);
  const result = pgd({ threat, steps: 60 })(model, x, y, { ...options, goal: { target: [0, 1, 2] } });
  // Class 0 wins already; the boundary to class 1 is at distance 0.392 and that to class 2 at 0.483.
  expect(result.success).toEqual([true, true, true]);
  const near = pgd({ threat: ball(l2, 0.45), steps: 60 })(model, x, y, { ...options, goal: { target: [0, 1, 2] } });
  expect(near.success).toEqual([true, true, false]);
  expect(worstLoss([0.5, 0.1], 0, ball(l2, 0.45))).toBeGreaterThan(0);
});
