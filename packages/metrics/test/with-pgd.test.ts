// The same evaluations with a real attack on the real backend, whose kernels and early stops may not let examples touch.
import { pgd } from '@advml/attacks';
import { type Batch, ball, key, l1, l2, linf } from '@advml/core';
import { expectNoLeak, linearScore, reluNet } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { robustAccuracy, robustnessCurve } from '../src/index.ts';

const [count, inputs] = [90, 60];
const values = key('pgd inputs').normal(count * inputs);
const model = reluNet(5, { inputs, hidden: 40 });
const options = { key: key('evaluation', 1) };
let batch: Batch;

beforeAll(async () => {
  await useWasm();
  batch = { x: tensor2d(values, [count, inputs]), y: tensor1d(key('pgd labels').signs(count)) };
});

describe('with PGD on the WASM backend', () => {
  for (const [norm, eps] of [
    [l1, 1.5],
    [l2, 0.3],
    [linf, 0.04],
  ] as const) {
    const attack = pgd({ threat: ball(norm, eps), steps: 12, restarts: 2 });

    test(`robustAccuracy in ${norm.name} gives the same bits whatever the size of a slice`, async () => {
      const whole = await robustAccuracy(model, batch, attack, options);
      expect(whole.accuracy.successes).toBeLessThan(whole.clean.successes);
      for (const batchSize of [1, 7, 64])
        expect(await robustAccuracy(model, batch, attack, { ...options, batchSize })).toEqual(whole);
    });

    test(`robustnessCurve of a linear model in ${norm.name} is known in closed form`, async () => {
      const weights = Array.from(key('pgd weights').normal(inputs));
      const linear = linearScore(weights, 0.1);
      const radii = [0, eps, 2 * eps, 4 * eps];
      const { points } = await robustnessCurve(linear.model, batch, {
        ...options,
        norm,
        eps: radii,
        attack: (threat) => pgd({ threat, steps: 20 }),
      });
      const labels = batch.y.dataSync();
      const row = (at: number) => Array.from(values.subarray(at * inputs, (at + 1) * inputs));
      const known = (radius: number) =>
        labels.filter((y, at) => linear.worstLoss(row(at), y, ball(norm, radius)) < 0).length;
      for (const [at, radius] of radii.entries()) {
        expect(points[at].accuracy.successes).toBeGreaterThanOrEqual(known(radius));
        expect(points[at].accuracy.successes).toBeLessThanOrEqual(known(0.98 * radius)); // 20 steps come that close
      }
      expect(points[3].accuracy.successes).toBeLessThan(points[0].accuracy.successes);
    });
  }

  test('leaves no tensor behind', () => {
    const attack = pgd({ threat: ball(l2, 0.3), steps: 5 });
    return expectNoLeak(() => robustAccuracy(model, batch, attack, { ...options, batchSize: 20 }));
  });
});
