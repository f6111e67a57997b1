import { type Attack, ball, type Classifier, key, l0, withMask } from '@advml/core';
import { ask } from '@advml/core/internal';
import { linearLogits, linearScore, numbersOf, reluNet } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import {
  concat,
  mul,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  tensor1d,
  tensor2d,
  tidy,
  zeros,
} from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { sigmaZero, smallestEps, sparsePgd } from '../src/index.ts';
import { chaseAfter } from '../src/minimal/chase.ts';
import { thin } from '../src/minimal/thin.ts';
import type { SearchTask } from '../src/search/search.ts';

beforeAll(() => useWasm());

const [COUNT, WIDTH] = [12, 40];
const box = { low: -1, high: 1 };
const weights = ['a', 'b', 'c'].map((name) => Array.from(key('l0', 'w', name).normal(WIDTH)));
/** Inputs deep in a class, so that one entry is never enough. */
const inputs = Array.from({ length: COUNT }, (_, at) => {
  const [own, other] = [weights[at % 3], weights[(at + 1) % 3]];
  const noise = key('l0', 'x', at).uniform(WIDTH, -0.6, 0.6);
  return own.map((value, j) => 0.3 * Math.sign(value - other[j]) + noise[j]);
});
const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, at) => sum + value * b[at], 0);

/** What the entries of an input can add to a linear function within the box, the most first. */
const gains = (w: readonly number[], x: readonly number[], free = (_: number) => true) =>
  w
    .map((slope, at) => (free(at) ? Math.abs(slope) * (slope > 0 ? box.high - x[at] : x[at] - box.low) : 0))
    .sort((a, b) => b - a);

/** The fewest entries that raise a linear function by an amount: those that gain most. */
function fewest(w: readonly number[], x: readonly number[], rise: number, free?: (at: number) => boolean): number {
  let [left, count] = [rise, 0];
  for (const gain of gains(w, x, free)) {
    if (left <= 0) return count;
    left -= gain;
    count++;
  }
  return left <= 0 ? count : Infinity;
}

const threat = ball(l0, Infinity, box);
const at = (attack: Attack, model: Classifier, labels: Tensor1D) => {
  const x = tensor2d(inputs);
  const result = attack(model, x, labels, { key: key('l0', 0) });
  for (const tensor of [x, labels, result.x]) tensor.dispose();
  return result;
};

describe('on a linear score, where the truth is a sum of sorted gains', () => {
  const { model } = linearScore(weights[0]);
  const scores = inputs.map((x) => dot(weights[0], x));
  const truth = (free?: (at: number) => boolean) =>
    inputs.map((x, row) =>
      fewest(
        weights[0].map((w) => -Math.sign(scores[row]) * w),
        x,
        Math.abs(scores[row]),
        free,
      ),
    );
  const labels = () => tensor1d(scores.map(Math.sign));

  it('sigmaZero finds the fewest entries', () => {
    const { distance, success } = at(sigmaZero({ threat, steps: 20 }), model, labels());
    expect(success.every(Boolean)).toBe(true);
    expect(Math.max(...truth())).toBeGreaterThan(3);
    expect([...distance]).toEqual(truth());
  });

  it('sigmaZero finds the fewest of those that a mask lets change, if they are enough', () => {
    const mask = Array.from({ length: WIDTH }, (_, entry) => entry % 8 === 0);
    const wanted = truth((entry) => mask[entry]);
    const { distance, success } = at(sigmaZero({ threat: withMask(threat, mask), steps: 20 }), model, labels());
    expect(new Set(wanted.map(Number.isFinite)).size).toBe(2);
    expect(success).toEqual(wanted.map(Number.isFinite));
    expect([...distance]).toEqual(wanted.map((count) => (count < Infinity ? count : 0)));
  });

  it('sparsePgd gains all that so many entries can', () => {
    for (const eps of [1, 3.5, WIDTH + 1]) {
      const attack = sparsePgd({ threat: ball(l0, eps, box), steps: 5, earlyStop: false });
      const { loss } = at(attack, model, tensor1d(inputs.map(() => 1)));
      const down = weights[0].map((value) => -value);
      const most = inputs.map(
        (x) =>
          gains(down, x)
            .slice(0, Math.floor(eps))
            .reduce((a, b) => a + b, 0) - dot(weights[0], x), // prettier-ignore
      );
      expect(loss).toBeAllClose(most, { absolute: 1e-5 });
    }
  });
});

it('on linear logits, sigmaZero never finds fewer than there are, and mostly as few', () => {
  const { model } = linearLogits(weights, [0, 0, 0]);
  const outputs = inputs.map((x) => weights.map((w) => dot(w, x)));
  const labels = outputs.map((own) => own.indexOf(Math.max(...own)));
  const truth = inputs.map((x, row) => {
    const others = [0, 1, 2].filter((k) => k !== labels[row]);
    const way = (k: number) => weights[k].map((value, entry) => value - weights[labels[row]][entry]);
    return Math.min(...others.map((k) => fewest(way(k), x, outputs[row][labels[row]] - outputs[row][k])));
  });
  const { distance } = at(sigmaZero({ threat, steps: 40 }), model, tensor1d(labels, 'int32'));
  for (const [row, count] of truth.entries()) expect(distance[row]).toBeGreaterThanOrEqual(count);
  expect(truth.filter((count, row) => count === distance[row]).length).toBeGreaterThanOrEqual(COUNT - 1);
});

/** The fewest entries, one or two, with an error on a grid of nine values an entry; 3 if there is none. */
function fewestOnGrid(isWrong: (points: number[][]) => boolean, x: readonly number[]): number {
  const grid = Array.from({ length: 9 }, (_, tick) => tick / 8);
  const singles = x.flatMap((_, a) => grid.map((value) => x.with(a, value)));
  if (isWrong(singles)) return 1;
  return isWrong(singles.flatMap((point) => x.flatMap((_, b) => grid.map((value) => point.with(b, value))))) ? 2 : 3;
}

it('on a ReLU network of six entries, sigmaZero and sparsePgd need no more than the best on a grid', () => {
  const model = reluNet(5, { inputs: 6 });
  const unit = { low: 0, high: 1 };
  const x = Array.from({ length: 8 }, (_, row) => Array.from(key('l0', 'small', row).uniform(6)));
  const scoresOf = (points: number[][]) => numbersOf(tidy(() => model(tensor2d(points))));
  const labels = Array.from(scoresOf(x), Math.sign);
  const onGrid = x.map((row, nth) =>
    fewestOnGrid((points) => scoresOf(points).some((score) => score * labels[nth] <= 0), row),
  );
  expect(new Set(onGrid).size).toBeGreaterThan(1);
  for (const attack of [
    sigmaZero({ threat: ball(l0, Infinity, unit), steps: 100, restarts: 2 }),
    smallestEps((own) => sparsePgd({ threat: own, steps: 20, restarts: 2 }), { threat: ball(l0, 6, unit) }),
  ]) {
    const [inputsOf, y] = [tensor2d(x), tensor1d(labels)];
    const { distance, success, x: worst } = attack(model, inputsOf, y, { key: key('l0', 2) });
    for (const [row, count] of onGrid.entries())
      if (count < 3) expect(success[row] && distance[row] <= count).toBe(true);
    for (const tensor of [inputsOf, y, worst]) tensor.dispose();
  }
});

it('sigmaZero measures in the units of the input wherever a search starts', () => {
  const { model } = linearScore([1, 0.5]);
  const seen: Float32Array[] = [];
  const spy: Classifier = (x) => {
    seen.push(x.dataSync<'float32'>().slice());
    return model(x);
  };
  const attack = sigmaZero({ threat: ball(l0, Infinity), steps: 4, polish: 0, restarts: 2 });
  attack(spy, tensor2d([[2, 0]]), tensor1d([1]), { key: key('l0', 'units') });
  const [start, next] = seen.slice(8); // behind those of the first search, which starts at the input, and the input again
  expect(seen[7]).toEqual(Float32Array.of(2, 0));
  expect(start.map((value, at) => value - next[at])).toBeAllClose([2, 2], { relative: 1e-3 }); // one change of 2 alone is enough
});

describe('thin', () => {
  /** How many entries of a find of two are left, from an input of zeros with label 0. */
  const thinned = (model: Classifier, find: number[], more: object = {}): number => {
    const task = {
      model,
      ask: (at: Tensor) => ask(model, at),
      threat: { norm: l0, eps: Infinity, radii: [Infinity] },
      x: zeros([1, 2]),
      labels: tensor1d([0], 'int32'),
      keys: [key('thin')],
      ...more,
    } as unknown as SearchTask;
    const chase = chaseAfter(task);
    const delta = tensor2d([find]);
    chase.note(delta, model(delta));
    expect(chase.closest(0)).toBe(2);
    thin(chase, 1);
    return chase.closest(0);
  };

  it('lets an entry go to the end of the box where the linearized model says less, however small the box is', () => {
    const unit = 2 ** -24;
    // At halves the linearized model takes 0.9 for enough, of which it needs 0.97.
    const model: Classifier = (x) =>
      tidy(() => {
        const u = mul(x, 1 / unit);
        const risen = sum(sub(mul(u, 2.35), mul(square(u), 0.3)), 1, true);
        return concat([mul(risen, 0), sub(risen, 2)], 1);
      });
    const box = { low: 0, high: unit };
    const threat = { norm: l0, eps: Infinity, radii: [Infinity], box };
    expect(thinned(model, [unit / 2, unit / 2], { threat })).toBe(1);
  });

  it('goes to the boundary of the rival whose gradient it follows', () => {
    const { model } = linearLogits(
      [
        [0, 0],
        [0.2, 2],
        [1.25, 1],
      ],
      [0, -0.9, -1],
    ); // prettier-ignore
    expect(thinned(model, [0.5, 0.5], { rivals: [2] })).toBe(1); // 0.8 of the first entry
  });
});
