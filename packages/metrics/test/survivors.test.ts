// With survivors alone, each attack breaks what it breaks of those that are left: the evaluation of every example tells which.
import { pgd, square, transfer } from '@advml/attacks';
import { type Battery, ball, type Classifier, key, l2 } from '@advml/core';
import { linearScore, reluNet } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { div, mul, round, tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { evaluate } from '../src/index.ts';

const [count, width] = [60, 6];
const values = key('survivors', 'x').normal(count * width);
const options = { key: key('survivors', 0), diagnosed: 0 };
const linear = linearScore([1, -2, 0.5, 1, 0.3, -1]);
const batch = (model: Classifier = linear.model) => {
  const x = tensor2d(values, [count, width]);
  const scores = model(x).dataSync();
  return { x, y: tensor1d(Float32Array.from(scores, (score, at) => ((at % 10 === 0 ? -1 : 1) * score > 0 ? 1 : -1))) };
};
const from = (seed: number): Battery[number] => ({
  kind: 'transfer',
  attack: (threat) =>
    transfer(pgd({ threat, steps: 10, stepSize: 0.25, earlyStop: false }), reluNet(seed, { inputs: width })),
});
const whiteBox: Battery[number] = { kind: 'white-box', attack: (threat) => pgd({ threat, steps: 5 }) };
const blackBox: Battery[number] = { kind: 'black-box', attack: (threat) => square({ threat, queries: 200 }) };

beforeAll(async () => {
  await useWasm();
});

test('each attack gets what is left, and the worst case is that of all attacks on all examples', async () => {
  const [model, threat, members] = [reluNet(5, { inputs: width }), ball(l2, 1), [from(6), from(8), whiteBox]];
  const every = await evaluate(model, batch(model), threat, members, options);
  const left = await evaluate(model, batch(model), threat, members, { ...options, survivors: true });
  let open = every.records.filter(({ correct }) => correct);
  for (const [at, { accuracy, alone }] of left.attacks.entries()) {
    const broken = open.filter(({ distances }) => distances[at] !== null);
    open = open.filter((record) => !broken.includes(record));
    expect([at, accuracy.successes, alone]).toEqual([at, open.length, broken.length]);
    expect(broken.length).toBeGreaterThan(0);
  }
  expect(left.accuracy).toEqual(every.accuracy);
  expect(left.cost.gradients).toBeLessThan(every.cost.gradients);
  expect(left.records.map(({ robust }) => robust)).toEqual(every.records.map(({ robust }) => robust));
});

test('a masked gradient is still seen by what comes after, a plain one is not accused', async () => {
  const members = [whiteBox, blackBox];
  const settings = { ...options, survivors: true };
  const steps = (x: Parameters<typeof linear.model>[0]) => linear.model(div(round(mul(x, 4)), 4));
  const masked = await evaluate(steps, batch(), ball(l2, 0.6), members, settings);
  expect(masked.masking.map(({ id }) => id)).toContain('black-box-better');
  const plain = await evaluate(linear.model, batch(), ball(l2, 0.6), members, settings);
  expect(plain.masking).toEqual([]);
  expect(plain.checked).toEqual(['zero-gradients', 'black-box-better']);
  const before = await evaluate(linear.model, batch(), ball(l2, 0.6), [blackBox, whiteBox], settings);
  expect(before.checked).toEqual(['zero-gradients']); // what was left to the white-box attack says nothing of the other
});

test('curves of each attack need every example', async () => {
  const both = { ...options, survivors: true, eachCurve: true };
  await expect(evaluate(linear.model, batch(), ball(l2, 0.6), [whiteBox], both)).rejects.toThrow('choose one');
});
