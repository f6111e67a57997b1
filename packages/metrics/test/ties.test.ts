// A margin of exactly zero is an error of the model, whoever counts: the label does not win.
import { type Batch, ball, key, linf, type Threat } from '@advml/core';
import '@tensorflow/tfjs-backend-cpu';
import { ready, sum, type Tensor, tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { cleanAccuracy, evaluate, robustAccuracy, robustnessCurve, transferMatrix } from '../src/index.ts';
import { shift } from './simple-attacks.ts';

beforeAll(ready);

const model = (x: Tensor) => sum(x, 1) as never;
const threat = ball(linf, 0.5);
const toTheTie = (own: Threat) => shift(own, -0.5);
const options = { key: key('ties', 0) };
// A tie as it stands; one half away from a tie; far away.
const batch = (): Batch => ({
  x: tensor2d([
    [1, -1],
    [0.5, 0.5],
    [2, 2],
  ]),
  y: tensor1d([1, 1, 1]),
});

test('without attack', async () => {
  expect((await cleanAccuracy(model, batch())).successes).toBe(2);
});

test('under one attack', async () => {
  const { clean, robust } = await robustAccuracy(model, batch(), toTheTie(threat), options);
  expect(clean.successes).toBe(2);
  expect(robust).toEqual([false, false, true]);
});

test('in a battery: accuracy, curve and records', async () => {
  const members = [{ kind: 'white-box', attack: toTheTie }] as const;
  const { accuracy, attacks, curve, records } = await evaluate(model, batch(), threat, members, options);
  expect(accuracy.successes).toBe(1);
  expect(attacks.map((own) => own.accuracy.successes)).toEqual([1]);
  expect(curve.map((point) => point.accuracy.successes)).toEqual([2, 1]);
  expect(records.map(({ robust, distance }) => [robust, distance])).toEqual([
    [false, 0],
    [false, 0.5],
    [true, null],
  ]);
});

test('on a curve', async () => {
  const { brokenAt } = await robustnessCurve(model, batch(), { norm: linf, eps: [0.5], attack: toTheTie, ...options });
  expect([...brokenAt]).toEqual([0, 0.5, Infinity]);
});

test('on another model', async () => {
  const { accuracy } = await transferMatrix({ model }, batch(), toTheTie(threat), options);
  expect(accuracy[0][0].successes).toBe(1);
});
