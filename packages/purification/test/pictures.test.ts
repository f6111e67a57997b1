import { AbortedError, ball, crossEntropy, exampleKeys, key, l1, l2, linf, logistic, withMask } from '@advml/core';
import { expectNoLeak, finiteDifference, linearLogits, linearScore, reluNet } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import {
  fill,
  grad,
  log,
  matMul,
  memory,
  mul,
  neg,
  reshape,
  type Scalar,
  square,
  squeeze,
  sub,
  sum,
  type Tensor,
  tensor,
  tensor1d,
  tensor2d,
  tidy,
} from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { gradientMaps, neuron, ownLogit, visualize } from '../src/index.ts';

beforeAll(() => useWasm());

const weight = [3, -4, 0, 12]; // of size 13
const linear = (x: Tensor) => tidy(() => squeeze(matMul(reshape(x, [-1, 4]), tensor2d(weight, [4, 1])), [1]));
const images = () => tensor([0, 0, 0, 0, 0.5, 0.5, 0.5, 0.5], [2, 2, 2, 1]);

describe('visualize', () => {
  test('adds the budget along the weight of a linear neuron, from the inputs and from noise', async () => {
    for (const keys of [undefined, exampleKeys(key('noise'), 2)]) {
      const { x, before, after } = await visualize(linear, images(), { threat: ball(l2, 0.5), keys });
      for (const [at, value] of x.dataSync().entries())
        expect(value).toBeCloseTo((at < 4 ? 0 : 0.5) + (0.5 * weight[at % 4]) / 13, 4);
      expect([...before]).toEqual([0, 5.5]);
      expect(after[0]).toBeCloseTo(6.5, 4);
      expect(after[1]).toBeCloseTo(12, 4);
    }
  });

  test('has the closed forms of the other norms, and of a box and a mask', async () => {
    const gains = async (threat: Parameters<typeof visualize>[2]['threat']) => {
      const { before, after } = await visualize(linear, images(), { threat });
      return [...after].map((value, at) => value - before[at]);
    };
    for (const gain of await gains(ball(linf, 0.1))) expect(gain).toBeCloseTo(1.9, 4);
    for (const gain of await gains(ball(l1, 0.1))) expect(gain).toBeCloseTo(1.2, 4);
    const [atCorner, inside] = await gains(ball(linf, 0.1, { low: 0, high: 0.55 }));
    expect(atCorner).toBeCloseTo(1.5, 4); // -4 has no room below 0
    expect(inside).toBeCloseTo(0.05 * 15 + 0.4, 4);
    for (const gain of await gains(withMask(ball(l2, 0.1), [true, true, false, false])))
      expect(gain).toBeCloseTo(0.5, 4);
  });

  test('finds the top of a hill inside the budget, and keeps the best point of each', async () => {
    const top = tensor([0.3, 0, 0, 0.4], [1, 2, 2, 1]); // 0.5 from the origin
    const hill = (x: Tensor) => tidy(() => neg(sum(square(sub(x, top)), [1, 2, 3])));
    const { after } = await visualize(hill, images(), { threat: ball(l2, 2), steps: 60, stepSize: 0.05 });
    for (const value of after) expect(Math.abs(value)).toBeLessThan(0.01);
    const far = await visualize(hill, images(), { threat: ball(l2, 0.1) });
    expect(far.after[0]).toBeCloseTo(-(0.4 ** 2), 4);
  });

  test('is never worse with more steps, and does not depend on the batch', async () => {
    const model = reluNet(5, { inputs: 4 });
    const threat = ball(l2, 1);
    const keys = exampleKeys(key('noise'), 2);
    let last = [-Infinity, -Infinity];
    for (const steps of [1, 3, 10, 40]) {
      const { after } = await visualize(model, images(), { threat, keys, steps });
      for (const row of [0, 1]) expect(after[row]).toBeGreaterThanOrEqual(last[row]);
      last = [...after];
    }
    const alone = await visualize(model, tensor([0.5, 0.5, 0.5, 0.5], [1, 2, 2, 1]), {
      threat,
      keys: [keys[1]],
      steps: 40,
    });
    expect(alone.after[0]).toBe(last[1]);
    const { x } = await visualize(model, images(), { threat, keys, steps: 40 });
    expect(alone.x.dataSync()).toEqual(x.dataSync().slice(4));
    expect(model(x).dataSync()).toEqual(Float32Array.from(last));
  });

  test('leaves one tensor behind, none where it is stopped, and refuses what it cannot climb', async () => {
    const [x, threat] = [images(), ball(l2, 1)];
    const controller = new AbortController();
    const count = memory().numTensors;
    const found = await visualize(linear, x, { threat, steps: 5 });
    expect(memory().numTensors).toBe(count + 1);
    found.x.dispose();
    const stopped = visualize(linear, x, {
      threat,
      steps: 5,
      onProgress: () => controller.abort(),
      signal: controller.signal,
    });
    await expect(stopped).rejects.toThrow(AbortedError);
    expect(memory().numTensors).toBe(count);
    await expect(visualize(linear, x, { threat: ball(l2, Infinity) })).rejects.toThrow('eps must be finite and > 0');
    await expect(visualize(linear, x, { threat, keys: [key('one')] })).rejects.toThrow(
      'keys must be 2, one an input, got 1',
    );
    await expect(visualize(linear, x, { threat, steps: 0 })).rejects.toThrow('steps must be an integer >= 1, got 0');
    await expect(visualize(linear, mul(x, 9), { threat: ball(l2, 0.1, { low: 0, high: 1 }) })).rejects.toThrow(
      'x must lie in its box [0, 1]',
    );
    const nowhere = (at: Tensor) => log(linear(sub(at, 9)));
    await expect(visualize(nowhere, x, { threat })).rejects.toThrow('activation must be finite, got NaN');
    await expect(visualize((at) => square(at), x, { threat })).rejects.toThrow('activation must have shape [2]');
  });
});

describe('neuron', () => {
  test('is an entry of the last axis, averaged over places, with its gradient', () => {
    const flat = tensor2d([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect([...neuron((x) => x.clone(), 2)(flat).dataSync()]).toEqual([3, 6]);
    const image = tensor([1, 10, 2, 20, 3, 30, 4, 60], [1, 2, 2, 2]);
    const channel = neuron((x) => square(x), 1);
    expect(channel(image).dataSync()[0]).toBe((100 + 400 + 900 + 3600) / 4);
    const slopes = grad((x) => sum(channel(x)))(image);
    expect([...slopes.dataSync()]).toEqual([0, 5, 0, 10, 0, 15, 0, 30]);
    expect(() => neuron((x) => x.clone(), 3)(flat)).toThrow('index must be below 3, the neurons of the layer, got 3');
    expect(() => neuron((x) => x.clone(), -1)).toThrow('index must be an integer >= 0, got -1');
  });
});

describe('gradientMaps', () => {
  const classes = () => tensor1d([2, 0], 'int32');

  test('are gradients by finite differences, on a scale of their own', () => {
    const model = reluNet(3, { inputs: 4, output: 'logits' });
    const x = tensor([0.3, -0.2, 0.8, 0.1, 1, 0.4, -0.6, 0.2], [2, 2, 2, 1]);
    for (const loss of [crossEntropy, ownLogit]) {
      const maps = gradientMaps(model, x, classes(), { loss, deviations: 100 }).dataSync();
      const slopes = finiteDifference((at) => sum(loss(model(at), classes())) as Scalar, x, 1e-3);
      for (const row of [0, 1]) {
        const own = slopes.slice(4 * row, 4 * row + 4);
        const rms = Math.sqrt(own.reduce((total, value) => total + value * value, 0) / 4);
        for (const [at, value] of own.entries()) expect(maps[4 * row + at]).toBeCloseTo(value / (100 * rms), 4);
      }
    }
  });

  test('of linear models are their weights, cut at three root mean squares', () => {
    const w = [...Array(99).fill(0.1), -20];
    const { model } = linearScore(w, 0);
    const x = fill([2, 100], 0);
    const maps = gradientMaps(model, x, tensor1d([1, -1]), { loss: ownLogit }).dataSync();
    const rms = Math.sqrt((99 * 0.01 + 400) / 100);
    expect(maps[0]).toBeCloseTo(0.1 / (3 * rms), 5);
    expect([maps[99], maps[199]]).toEqual([-1, 1]);
    const loss = gradientMaps(model, x, tensor1d([1, -1]), { loss: logistic }).dataSync();
    for (const [at, value] of loss.entries()) expect(value).toBeCloseTo(-maps[at], 5);
  });

  test('show tiny gradients and leave zero alone', async () => {
    const { model } = linearLogits(
      [
        [1e-30, 0],
        [-1e-30, 0],
        [0, 0],
      ],
      [0, 0, 0],
    );
    const maps = gradientMaps(model, fill([2, 2], 0), classes(), { loss: ownLogit, deviations: 2 }).dataSync();
    expect([...maps]).toEqual([0, 0, expect.closeTo(Math.SQRT1_2, 5), 0]);
    const [x, y] = [fill([2, 2], 0), classes()];
    await expectNoLeak(() => gradientMaps(model, x, y).dispose());
    expect(() => gradientMaps(model, x, classes(), { deviations: 0 })).toThrow(
      'deviations must be finite and > 0, got 0',
    );
  });
});
