import { type Box, ball, type Classifier, type Goal, key, l2, linf, margin, type Norm, withMask } from '@advml/core';
import { now } from '@advml/core/internal';
import { linearScore, numbersOf, reluNet } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import {
  argMax,
  exp,
  oneHot,
  sign,
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
import { decisionsOf } from '../src/gradient-free/decisions.ts';
import { hopSkipJump } from '../src/index.ts';
import type { SearchTask } from '../src/search/search.ts';

beforeAll(() => useWasm());

const BOX: Box = { low: 0, high: 1 };
const [COUNT, WIDTH] = [6, 8];
const options = { key: key('hop', 0) };
const inputs = Array.from({ length: COUNT }, (_, row) => Array.from(key('hop', 'x', row).uniform(WIDTH, 0.2, 0.8)));
const w = Array.from(key('hop', 'w').normal(WIDTH));
const score = linearScore(w, -0.5 * w.reduce((total, value) => total + value, 0));
const signs = inputs.map((x) => (score.loss(x, 1) < 0 ? 1 : -1));

/** The smallest radius at which the worst case is wrong, by bisection of the closed form. */
function distance(x: readonly number[], y: number, norm: Norm, box?: Box): number {
  let [low, high] = [0, 2];
  for (let round = 0; round < 50; round++) {
    const middle = (low + high) / 2;
    if (score.worstLoss(x, y, ball(norm, middle, box)) > 0) high = middle;
    else low = middle;
  }
  return high;
}

describe.each([l2, linf])('hopSkipJump in $name', (norm) => {
  it.each([undefined, BOX])('comes within 1% of the boundary of a score, with box %o', (box) => {
    const attack = hopSkipJump({ threat: ball(norm, Infinity, box) });
    const {
      success,
      distance: found,
      gradients,
      queries,
    } = attack(score.model, tensor2d(inputs), tensor1d(signs), options);
    const known = inputs.map((x, at) => distance(x, signs[at], norm, box));
    expect(success).toEqual(inputs.map(() => true));
    for (const [at, size] of found.entries()) {
      expect(size / known[at]).toBeGreaterThan(1 - 1e-5);
      expect(size / known[at]).toBeLessThan(1.01);
    }
    expect(gradients.every((spent) => spent === 0)).toBe(true);
    expect(Math.min(...(queries ?? []))).toBeGreaterThan(1000);
  });

  it('decides whether the boundary is within a radius, and stops as soon as it is', () => {
    const known = inputs.map((x, at) => distance(x, signs[at], norm));
    const far = Math.max(...known);
    const attack = hopSkipJump({ threat: ball(norm, far) });
    const run = (share: number) =>
      attack(score.model, tensor2d(inputs), tensor1d(signs), { ...options, eps: known.map((eps) => share * eps) });
    expect(run(0.99).success).not.toContain(true);
    const near = run(0.8);
    expect(near.success).not.toContain(true);
    const roomy = attack(score.model, tensor2d(inputs), tensor1d(signs), {
      ...options,
      eps: known.map((eps) => Math.min(1.5 * eps, far)),
    });
    const spent = (result: { queries?: Int32Array }) => Array.from(result.queries ?? []);
    for (const [at, reached] of roomy.success.entries()) {
      if (known[at] * 1.02 > far) continue;
      expect(reached).toBe(true);
      expect(spent(roomy)[at]).toBeLessThan(spent(near)[at]);
    }
  });

  it('sees nothing of the model but what it decides', () => {
    const soft = reluNet(4, { inputs: WIDTH, output: 'logits' });
    const hard: Classifier = (x) => tidy(() => oneHot(argMax(soft(x), 1), 3, 1, 0, 'float32'));
    const x = tensor2d(inputs);
    const y = tidy(() => argMax(soft(x), 1)) as Tensor1D;
    const attack = hopSkipJump({ threat: ball(norm, Infinity), steps: 6 });
    const [a, b] = [soft, hard].map((model) => attack(model, x, y, options));
    expect(b.x).toHaveSameBits(numbersOf(a.x));
    expect(b.success).toEqual(inputs.map(() => true));
    const signed: Classifier = (input) => tidy(() => sign(score.model(input)));
    const [c, d] = [score.model, signed].map((model) => attack(model, x, tensor1d(signs), options));
    expect(d.x).toHaveSameBits(numbersOf(c.x));
  });
});

it('finds the closest point of a sphere from inside, the same in every direction', () => {
  const model: Classifier = (x) => tidy(() => sub(1, sum(square(x), 1))) as Tensor1D; // right inside the unit ball
  const x = tensor2d([
    [0.3, 0, 0],
    [0, -0.6, 0.2],
  ]);
  const { distance: found } = hopSkipJump({ threat: ball(l2, Infinity) })(model, x, tensor1d([1, 1]), options);
  expect(found[0] / 0.7).toBeLessThan(1.01);
  expect(found[1] / (1 - Math.hypot(0.6, 0.2))).toBeLessThan(1.01);
});

it('turns back where the model overflows, though a goal is not a number there', () => {
  const model: Classifier = (x) => tidy(() => sub(2, exp(sum(x, 1)))) as Tensor1D;
  const attack = hopSkipJump({ threat: ball(l2, Infinity), steps: 3, probes: 10 });
  const goal: Goal = (output, y) => sub(margin(output, y), 0.5) as Tensor1D; // at exp(x) = 2.5
  const { distance: found } = attack(model, tensor2d([[0], [-3]]), tensor1d([1, 1]), { ...options, goal });
  expect(found).toBeAllClose([Math.log(2.5), Math.log(2.5) + 3], { relative: 0.01 });
});

it('asks for many points in parts that memory holds', () => {
  const width = 2 ** 22;
  const seen: number[] = [];
  const task = {
    // biome-ignore lint/correctness/useYield: it answers at once
    ask: function* (at: Tensor) {
      seen.push(at.shape[0]);
      return tensor1d(Array(at.shape[0]).fill(-1));
    },
    threat: { ...ball(l2, 1), radii: [1] },
    x: zeros([1, width]),
    labels: tensor1d([1]),
    keys: [options.key],
  } as unknown as SearchTask;
  const decided = now(decisionsOf(task).ask(Array(5).fill(0), new Float32Array(5 * width)));
  expect(decided.map(({ fooled }) => fooled)).toEqual(Array(5).fill(true));
  expect(seen).toEqual([4, 1]);
});

it('changes only what a mask lets change', () => {
  const { model } = linearScore([1, 2], 0);
  const threat = withMask(ball(l2, Infinity), [true, false]);
  const { distance: found } = hopSkipJump({ threat })(model, tensor2d([[0.5, 0.25]]), tensor1d([1]), options);
  expect(found[0]).toBeAllClose(1, { relative: 0.01 });
});

it('leaves alone what cannot be fooled', () => {
  const { model } = linearScore([0, 0], 1);
  const { success, distance: found } = hopSkipJump({ threat: ball(l2, 1) })(
    model,
    tensor2d([[1, 2]]),
    tensor1d([1]),
    options,
  );
  expect([success, Array.from(found)]).toEqual([[false], [0]]);
});

it.each([
  ['down', 1],
  ['up', -1],
])('finds what is wrong only where all entries go %s, in a box with an open side', (_, label) => {
  const [count, width] = [40, 20];
  const x = Array.from({ length: count }, (_, row) => Array.from(key('hop', 'counts', row).uniform(width, 0, 2)));
  const { model } = linearScore(Array(width).fill(1), label > 0 ? -0.5 * width : -5 * width); // sums are about the width
  const attack = hopSkipJump({ threat: ball(linf, Infinity, { low: 0, high: Infinity }), steps: 1, probes: 2 });
  const { success } = attack(model, tensor2d(x), tensor1d(Array(count).fill(label)), options);
  expect(success).toEqual(Array(count).fill(true));
});
