import { type Box, ball, key, l1, l2, linf, type StrictNorm } from '@advml/core';
import { type LinearModel, linearLogits, linearScore, numbersOf, reluNet } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { sub, tensor, tensor1d, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { noise, pgd, square } from '../src/index.ts';

beforeAll(() => useWasm());

const BOX: Box = { low: 0, high: 1 };
const COUNT = 30;
const options = { key: key('square', 0) };
const rowsOf = (values: ArrayLike<number>, width: number) =>
  Array.from({ length: values.length / width }, (_, row) => Array.from(values).slice(row * width, (row + 1) * width));
const inputsOf = (width: number) => rowsOf(key('square', 'x').uniform(COUNT * width, 0.05, 0.95), width);
const weights = (name: string, width: number) => Array.from(key('square', name).normal(width));
const centring = (row: readonly number[]) => -0.5 * row.reduce((total, value) => total + value, 0);

const norms: readonly [StrictNorm, number][] = [
  [l1, 0.5],
  [l2, 0.3],
  [linf, 0.12],
];

/** Examples whose worst case is at least so far from a tie are decided as the closed form says. */
function expectExact(found: readonly boolean[], best: readonly number[], near: number): void {
  const clearly = [...best.keys()].filter((at) => Math.abs(best[at]) > near);
  expect(clearly.length).toBeGreaterThan(COUNT / 2);
  for (const at of clearly) expect([at, found[at]]).toEqual([at, best[at] > 0]);
  expect(new Set(found).size).toBe(2);
}

describe.each(norms)('square in $name', (norm, eps) => {
  describe.each([undefined, BOX])('with box %o', (box) => {
    const width = 8;
    const inputs = inputsOf(width);
    const w = weights('w', width);
    const pair = ['a', 'b'].map((name) => weights(name, width));
    const models: readonly [string, LinearModel, readonly number[], 'float32' | 'int32'][] = [
      ['a score', linearScore(w, centring(w)), [1, -1], 'float32'],
      ['two logits', linearLogits(pair, pair.map(centring)), [0, 1], 'int32'],
    ];
    it.each(models)(
      'has the exact robust accuracy of %s of a vector',
      (_, { model, loss, worstLoss }, labels, dtype) => {
        const y = inputs.map((x) => labels.find((label) => loss(x, label) < 0) as number);
        const threat = ball(norm, eps, box);
        const attack = square({ threat, queries: 1000 });
        const { x, success, gradients, queries } = attack(model, tensor(inputs), tensor1d(y, dtype), options);
        const best = inputs.map((row, at) => worstLoss(row, y[at], threat));
        expectExact(success, best, 2e-3);
        expect(Array.from(gradients)).toEqual(inputs.map(() => 0));
        for (const [at, spent] of (queries ?? []).entries()) expect(spent === 1000).toBe(!success[at]);
        x.dispose();
      },
    );
  });

  it('comes near the worst case of a linear model of images, where noise does not', () => {
    const width = 8 * 8 * 3;
    const inputs = inputsOf(width);
    const { model, loss, worstLoss } = linearScore(weights('image', width), 100); // out of reach: the whole budget is spent
    const x = tensor(inputs.flat(), [COUNT, 8, 8, 3]);
    const y = tensor1d(Array(COUNT).fill(1));
    const threat = ball(norm, eps, BOX);
    const clean = inputs.map((row) => loss(row, 1));
    const share = (losses: ArrayLike<number>) => {
      const [gained, most] = [losses, inputs.map((row) => worstLoss(row, 1, threat))].map((values) =>
        clean.reduce((sum, value, at) => sum + values[at] - value, 0),
      );
      return gained / most;
    };
    const found = share(square({ threat, queries: 2000 })(model, x, y, options).loss);
    const baseline = share(noise({ threat, draws: 200 })(model, x, y, options).loss);
    expect(found).toBeGreaterThan({ l1: 0.35, l2: 0.5, linf: 0.98 }[norm.name]);
    expect(baseline).toBeLessThan(found / 2);
  });

  it('finds nearly all that can be found on a small ReLU network', () => {
    const radius = norm === l1 ? eps : 2 * eps;
    const model = reluNet(3, { inputs: 4, hidden: 12, output: 'logits' });
    const inputs = inputsOf(4);
    const classOf = (row: readonly number[]) => row.indexOf(Math.max(...row));
    const classes = rowsOf(
      tidy(() => numbersOf(model(tensor(inputs)))),
      3,
    ).map(classOf);
    const threat = ball(norm, radius);
    const corners = Array.from({ length: 16 }, (_, at) => [1, 2, 4, 8].map((bit) => (at & bit ? radius : -radius)));
    const byCorners = inputs.map((row, at) => {
      const points = tensor(corners.map((corner) => row.map((value, j) => value + corner[j])));
      return rowsOf(
        tidy(() => numbersOf(model(points))),
        3,
      ).some((output) => classOf(output) !== classes[at]);
    });
    const [x, y] = [tensor(inputs), tensor1d(classes, 'int32')];
    const strong = norm === linf ? byCorners : pgd({ threat, steps: 60, restarts: 10 })(model, x, y, options).success;
    const found = square({ threat, queries: 1000 })(model, x, y, options).success;
    expect(new Set(found).size).toBe(2);
    const [most, many] = [strong, found].map((results) => results.filter(Boolean).length);
    expect(many).toBeGreaterThanOrEqual(0.9 * most);
  });
});

it('makes proposals of full size in every norm', () => {
  const x = tensor(inputsOf(75).flat(), [COUNT, 5, 5, 3]);
  const { model } = linearScore(Array(75).fill(0), 1);
  for (const [norm, eps] of norms) {
    const result = square({ threat: ball(norm, eps), queries: 1 })(model, x, tensor1d(Array(COUNT).fill(1)), options);
    const sizes = tidy(() => norm.size(sub(result.x, x)));
    expect(sizes).toBeAllClose(Array(COUNT).fill(eps), { relative: 1e-4 });
  }
});
