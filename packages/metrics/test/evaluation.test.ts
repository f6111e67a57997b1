import { AbortedError, type Batch, type Classifier, key } from '@advml/core';
import { expectNoLeak, linearLogits, linearScore } from '@advml/testkit';
import { dispose, fill, ready, sum, tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, test } from 'vitest';
import { cleanAccuracy, margins } from '../src/index.ts';

beforeAll(ready);

const { model } = linearScore([1, -2], 0.5);
const scores: Batch = {
  x: tensor2d([
    [1, 0],
    [0, 1],
    [0.5, 0.5],
    [-0.5, 0],
  ]),
  y: tensor1d([1, 1, -1, 1]),
};

describe('margins', () => {
  test('of scores', async () => {
    const { values, summary } = await margins(model, scores); // y f = 1.5, -1.5, 0, 0
    expect([...values]).toEqual([1.5, -1.5, -0, 0]);
    expect(summary).toMatchObject({ count: 4, mean: 0, min: -1.5, median: 0, max: 1.5 });
  });

  test('of logits', async () => {
    const { model } = linearLogits(
      [
        [1, 0],
        [0, 1],
        [-1, -1],
      ],
      [0, 0, 0.25],
    );
    const batch = {
      x: tensor2d([
        [2, 1],
        [2, 1],
      ]),
      y: tensor1d([0, 2], 'int32'),
    }; // logits 2, 1, -2.75
    expect([...(await margins(model, batch)).values]).toEqual([1, -4.75]);
  });

  test('of inputs with more axes', async () => {
    const x = fill([5, 2, 3, 1], 1);
    const total: Classifier = (input) => sum(input, [1, 2, 3]);
    const { values } = await margins(total, { x, y: tensor1d([1, -1, 1, 1, 1]) }, { batchSize: 2 });
    expect([...values]).toEqual([6, -6, 6, 6, 6]);
  });

  test('tell their progress and stop when told', async () => {
    const seen: number[][] = [];
    await margins(model, scores, { batchSize: 3, onProgress: (done, total) => seen.push([done, total]) });
    expect(seen).toEqual([
      [3, 4],
      [4, 4],
    ]);

    const stop = new AbortController();
    const stopped = margins(model, scores, { batchSize: 1, signal: stop.signal, onProgress: () => stop.abort() });
    await expect(stopped).rejects.toThrow(AbortedError);
  });

  test('refuse what cannot be measured, and leave no tensor behind', async () => {
    const refused = async (batch: Batch, message: string, options = {}, by: Classifier = model) => {
      await expect(margins(by, batch, options)).rejects.toThrow(message);
      dispose(batch as unknown as Record<string, Batch['x']>);
    };
    await expectNoLeak(async () => {
      await refused({ x: tensor2d([], [0, 2]), y: tensor1d([]) }, 'x must hold at least one example');
      await refused({ x: tensor2d([[1, Number.NaN]]), y: tensor1d([1]) }, 'x must be finite, got NaN');
      await refused({ x: tensor2d([[1, 1]]), y: tensor1d([1, 1]) }, 'labels must have shape [1], got [2]');
      await refused({ x: tensor2d([[1, 1]]), y: tensor1d([0]) }, 'labels must be -1 or +1');
      await refused({ x: tensor2d([[1, 1]]), y: tensor1d([1]) }, 'batchSize must be an integer >= 1', { batchSize: 0 });
    });
    const nan: Classifier = (x) => linearScore([Number.NaN, 0]).model(x);
    await expectNoLeak(async () =>
      refused({ x: tensor2d([[1, 1]]), y: tensor1d([1]) }, 'got margin NaN on example 0 (clean evaluation)', {}, nan),
    );
  });
});

describe('cleanAccuracy', () => {
  test('counts the right side only, ties not', async () => {
    expect(await cleanAccuracy(model, scores)).toMatchObject({
      successes: 1,
      trials: 4,
      value: 0.25,
      confidence: 0.95,
    });
  });

  test('gives the same bits whatever the size of a slice, at the confidence asked for', async () => {
    const x = tensor2d(key('clean').normal(40), [20, 2]);
    const batch = { x, y: tensor1d(key('labels').signs(20)) };
    const whole = await cleanAccuracy(model, batch, { confidence: 0.99 });
    for (const batchSize of [1, 7, 20, 1000])
      expect(await cleanAccuracy(model, batch, { batchSize, confidence: 0.99 })).toEqual(whole);
    expect(whole.confidence).toBe(0.99);
  });

  test('refuses a confidence before it runs the model', async () => {
    const never: Classifier = () => expect.unreachable();
    await expect(cleanAccuracy(never, scores, { confidence: 0 })).rejects.toThrow('confidence must be between 0 and 1');
  });

  test('leaves no tensor behind', () => expectNoLeak(() => cleanAccuracy(model, scores, { batchSize: 3 })));
});
