import { type Attack, type Batch, ball, key, l1, l2, linf, type Threat } from '@advml/core';
import { expectNoLeak, linearScore, reluNet } from '@advml/testkit';
import { ready, tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, test } from 'vitest';
import { cleanAccuracy, robustAccuracy, robustnessCurve } from '../src/index.ts';
import { noise, optimal } from './simple-attacks.ts';

beforeAll(ready);

const count = 50;
const inputs = key('curve inputs').normal(count * 3);
const row = (at: number) => Array.from(inputs.subarray(3 * at, 3 * at + 3));
const batch: Batch = { x: tensor2d(inputs, [count, 3]), y: tensor1d(key('curve labels').signs(count)) };
const labels = batch.y.dataSync();
const radii = [0, 0.1, 0.3, 0.6, 1, 2, 20];

describe('robustnessCurve', () => {
  const linear = linearScore([1, -2, 0.5], 0.2);
  const shared = { norm: l2, eps: radii, key: key('curve', 7) };

  for (const norm of [l1, l2, linf])
    test(`of a linear model in ${norm.name} is known in closed form`, async () => {
      const attack = (threat: Threat) => optimal(linear, threat);
      const {
        points,
        brokenAt,
        norm: name,
        warnings,
      } = await robustnessCurve(linear.model, batch, { ...shared, norm, attack });
      const dual = { l1: 2, l2: Math.hypot(1, 2, 0.5), linf: 3.5 }[norm.name];
      const needed = Array.from(labels, (label, at) => Math.max(-linear.loss(row(at), label) / dual, 0));
      expect(name).toBe(norm.name);
      expect(warnings).toEqual(['a trial only']);
      for (const [at, { eps, accuracy }] of points.entries()) {
        expect(eps).toBe(radii[at]);
        expect(accuracy.successes).toBe(needed.filter((radius) => radius > eps).length);
      }
      for (const [at, radius] of needed.entries())
        expect(brokenAt[at]).toBe(radii.find((eps) => eps >= radius) ?? Infinity);
      expect(points.at(-1)?.accuracy.value).toBe(0);
    });

  const model = reluNet(2, { inputs: 3 });

  test('never rises, although the attack at a larger radius may fail where a smaller one succeeded', async () => {
    const { points } = await robustnessCurve(model, batch, { ...shared, attack: noise });
    let before = Array.from({ length: count }, () => true);
    let rises = false;
    for (const { eps, accuracy } of points) {
      const { robust } = await robustAccuracy(model, batch, noise(ball(l2, eps)), { key: shared.key });
      rises ||= robust.some((holds, at) => holds && !before[at]);
      before = before.map((held, at) => held && robust[at]);
      expect(accuracy.successes).toBe(before.filter(Boolean).length);
    }
    expect(rises).toBe(true);
  });

  test('starts at the clean accuracy, without an attack', async () => {
    const attack = (): Attack => expect.unreachable();
    const { points } = await robustnessCurve(model, batch, { ...shared, eps: [0], attack });
    expect(points).toEqual([{ eps: 0, accuracy: await cleanAccuracy(model, batch), attack: 'none' }]);
  });

  test('takes radii in any order and each once, and gives the same bits whatever the size of a slice', async () => {
    const whole = await robustnessCurve(model, batch, { ...shared, attack: noise });
    const eps = [...radii, 0.3, 0].reverse();
    for (const batchSize of [1, 9])
      expect(await robustnessCurve(model, batch, { ...shared, eps, batchSize, attack: noise })).toEqual(whole);
  });

  test('tells a progress that rises to its end', async () => {
    const seen: number[] = [];
    const onProgress = (done: number, total: number) => {
      expect(total).toBe(count * 3);
      seen.push(done);
    };
    await robustnessCurve(model, batch, { ...shared, eps: [0, 0.1, 0.2], batchSize: 10, attack: noise, onProgress });
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(count * 3);
  });

  test('refuses no radii, negative ones, inputs outside the box, and an attack that goes its own way', async () => {
    const refused = (options: object, message: string) =>
      expect(robustnessCurve(model, batch, { ...shared, attack: noise, ...options })).rejects.toThrow(message);
    await refused({ eps: [] }, 'eps must hold at least one radius, got none');
    await refused({ eps: [0.1, -0.1] }, 'eps must be finite and >= 0 (input units), got -0.1');
    await refused({ eps: [0.1, Infinity] }, 'eps must be finite and >= 0 (input units), got Infinity');
    await refused({ eps: [Number.NaN] }, 'eps must be finite and >= 0 (input units), got NaN');
    await refused({ box: { low: 0, high: 1 } }, 'x must lie in its box [0, 1]');
    const stubborn = () => noise(ball(linf, 0.5));
    await refused({ eps: [0.1], attack: stubborn }, 'threat it is given, l2 eps 0.1, got linf eps 0.5');
  });

  test('leaves no tensor behind', () =>
    expectNoLeak(() => robustnessCurve(model, batch, { ...shared, attack: noise })));
});
