import { ball, type Classifier, key, l1, l2, linf, withMask } from '@advml/core';
import { linearLogits, linearScore, numbersOf } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { abs, reshape, sub, tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { carliniWagner, ddn, denseMixture, fab, fgm, fmn, hopSkipJump, mixtureStart, pgd } from '../src/index.ts';

beforeAll(() => useWasm());

const options = { key: key('paths', 0) };

/** A model that remembers all inputs it was given, one list of numbers a pass. */
function watched(model: Classifier) {
  const seen: number[][] = [];
  const watching: Classifier = (x) => {
    seen.push(numbersOf(x));
    return model(x);
  };
  return { model: watching, seen };
}

describe('a tie', () => {
  it('is an error of a score, whatever the label, and reaches no target', () => {
    const { model } = linearScore([0], 0);
    const run = (goal?: { target: number[] }) =>
      fgm({ threat: ball(l2, 0.1) })(model, tensor2d([[0], [0]]), tensor1d([1, -1]), { ...options, goal }).success;
    expect(run()).toEqual([true, true]);
    expect(run({ target: [-1, 1] })).toEqual([false, false]);
  });

  it('is an error of logits, whatever the label, and reaches no target', () => {
    const { model } = linearLogits([[0], [0]], [0.5, 0.5]);
    const run = (goal?: { target: number[] }) =>
      fgm({ threat: ball(l2, 0.1) })(model, tensor2d([[0], [0]]), tensor1d([0, 1], 'int32'), { ...options, goal })
        .success;
    expect(run()).toEqual([true, true]);
    expect(run({ target: [1, 0] })).toEqual([false, false]);
  });
});

it('fab weighs the projections of iterate and input by their sizes', () => {
  const { model, seen } = watched(linearScore([1]).model);
  fab({ threat: ball(l2, Infinity), steps: 3, restarts: 1 })(model, tensor2d([[1]]), tensor1d([1]), options);
  // The first step ends at 1.05, beyond the boundary, and is taken back to .945, which is .055 before it, as the input is 1.
  const alpha = 0.055 / 1.055;
  const next = (1 - alpha) * (0.945 + 1.05 * 0.055) + alpha * 1.05;
  const moved = seen.map(([value]) => 1 - value);
  expect(moved.some((size) => Math.abs(size - 0.945) < 1e-5)).toBe(true);
  expect(moved.some((size) => Math.abs(size - next) < 1e-5)).toBe(true);
});

it('ddn grows as fast as it shrinks', () => {
  const { model, seen } = watched(linearScore([1, 0]).model);
  ddn({ threat: ball(l2, Infinity), steps: 30, rate: 0.1, restarts: 1, lineSearch: 0, polish: 0 })(
    model,
    tensor2d([[1, 0]]),
    tensor1d([1]),
    options,
  );
  const path = seen.map(([a, b]) => ({ size: Math.hypot(a - 1, b), fooled: a <= 0 })).filter(({ size }) => size > 0);
  const ratios = path.slice(1, 28).map(({ size }, at) => ({ ratio: size / path[at].size, fooled: path[at].fooled }));
  expect(new Set(ratios.map(({ fooled }) => fooled)).size).toBe(2);
  for (const { ratio, fooled } of ratios) expect(ratio).toBeCloseTo(fooled ? 0.9 : 1.1, 4);
});

it('carliniWagner bisects the weight of the margin', () => {
  const { model, seen } = watched(linearScore([1]).model);
  const once = { steps: 150, rate: 0.05, descents: 6, lineSearch: 0, polish: 0 };
  const attack = carliniWagner({ threat: ball(l2, Infinity), ...once });
  attack(model, tensor2d([[1]]), tensor1d([1]), options);
  // Weights below 2 end at half of themselves, larger ones at the boundary: 1, 10, 5.5, 3.25, 2.125 and last 1.5625.
  const last = seen.slice(0, -1).findLast(([value]) => Math.abs(1 - value) > 0 && value !== 0) as number[];
  expect(1 - last[0]).toBeCloseTo(1.5625 / 2, 1);
});

it('fmn never leaves the ball of its closest find again, nor of its start where that is adversarial', () => {
  // A search of one step ends at .525, beyond the boundary at .5, so some random starts of the second are adversarial.
  const { model, seen } = watched((x) => tidy(() => sub(1, abs(reshape(x, [x.shape[0]])))));
  const count = 200;
  const x = tensor2d(Array(count).fill([0.5]));
  fmn({ threat: ball(l2, Infinity), steps: 1, restarts: 2, lineSearch: 0, polish: 0 })(
    model,
    x,
    tensor1d(Array(count).fill(1)),
    options,
  );
  const passes = seen.filter((values) => values.length === count);
  const begun = passes.findIndex((values) => new Set(values).size > count / 2);
  const starts = passes[begun];
  const next = passes.slice(begun).find((values) => values.some((value, at) => value !== starts[at])) as number[];
  const adversarial = [...starts.keys()].filter((at) => Math.abs(starts[at]) >= 1);
  expect(adversarial.length).toBeGreaterThan(0);
  // They would climb on, away from the input, but for that ball.
  for (const at of adversarial) expect(next[at]).toBeCloseTo(starts[at], 5);
});

describe('where a mask holds entries with steep gradients', () => {
  const w = [1, -2, 30, 40];
  const { model } = linearScore(w);
  const mask = [true, true, false, false];
  const x = () => tensor2d([[1, 0.2, 0, 0]]); // .6 before the boundary, .6 / sqrt(5) away in l2 and .2 in linf

  it.each([l1, l2, linf])('the dense mixture uses up its radius in $name', (norm) => {
    const threat = withMask(ball(norm, 0.1), mask);
    const { distance } = denseMixture({ threat, direction: w })(model, x(), tensor1d([1]), options);
    expect(distance[0]).toBeCloseTo(0.1, 5);
    const started = pgd({ threat, steps: 1, stepSize: 1e-6, start: mixtureStart({ threat, direction: w }) });
    expect(started(model, x(), tensor1d([1]), options).distance[0]).toBeCloseTo(0.1, 4);
  });

  it('hopSkipJump probes as far as without it: half its distance away, where two entries are free', () => {
    const { model: watching, seen } = watched(model);
    const attack = hopSkipJump({ threat: withMask(ball(l2, Infinity), mask), steps: 1, probes: 40 });
    attack(watching, x(), tensor1d([1]), options);
    const probes = seen.find((values) => values.length === 4 * 40) as number[];
    const points = Array.from({ length: 40 }, (_, at) => [probes[4 * at] - 1, probes[4 * at + 1] - 0.2]);
    // The circle of radius |c| / 2 around c: |p|^2 - 2 <p, c> + 3/4 |c|^2 = 0. Differences of points give c, and all lie on it.
    const [[a, b], [c, d], [e, f]] = points;
    const [right, left] = [(c * c + d * d - a * a - b * b) / 2, (e * e + f * f - a * a - b * b) / 2];
    const scale = (c - a) * (f - b) - (e - a) * (d - b);
    const centre = [(right * (f - b) - left * (d - b)) / scale, ((c - a) * left - (e - a) * right) / scale];
    for (const [p, q] of points) {
      expect(Math.hypot(p - centre[0], q - centre[1])).toBeCloseTo(Math.hypot(...centre) / 2, 3);
    }
  });

  it.each([[l2, 0.6 / Math.sqrt(5)] as const, [linf, 0.2] as const])(
    'hopSkipJump walks among the others in $name',
    (norm, closest) => {
      const attack = hopSkipJump({ threat: withMask(ball(norm, Infinity), mask), steps: 10 });
      const { distance, success } = attack(model, x(), tensor1d([1]), options);
      expect(success).toEqual([true]);
      expect(distance[0]).toBeLessThan(closest * 1.02);
    },
  );
});
