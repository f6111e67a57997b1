import { AbortedError, type Batch, ball, type Classifier, key, l1, l2, linf } from '@advml/core';
import { expectNoLeak, linearLogits, linearScore, reluNet } from '@advml/testkit';
import { abs, div, equal, max, ones, ready, slice, type Tensor1D, tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, test } from 'vitest';
import { robustAccuracy } from '../src/index.ts';
import { broken, flip, misshapen, noise, optimal, shift } from './simple-attacks.ts';

beforeAll(ready);

const count = 60;
const options = { key: key('evaluation', 7) };
const inputs = key('inputs').normal(count * 3);
const row = (at: number) => Array.from(inputs.subarray(3 * at, 3 * at + 3));
const batch: Batch = { x: tensor2d(inputs, [count, 3]), y: tensor1d(key('labels').signs(count)) };
const labels = batch.y.dataSync();

describe('robustAccuracy of a linear model', () => {
  const linear = linearScore([1, -2, 0.5], 0.2);
  const boxes = [undefined, { low: -4, high: 4 }];

  for (const norm of [l1, l2, linf])
    for (const box of boxes)
      test(`under its best ${norm.name} attack ${box ? 'in a box ' : ''}is known in closed form`, async () => {
        const threat = ball(norm, 0.3, box);
        const known = Array.from(labels, (label, at) => linear.worstLoss(row(at), label, threat) < 0);
        const clean = Array.from(labels, (label, at) => linear.loss(row(at), label) < 0);
        const found = await robustAccuracy(linear.model, batch, optimal(linear, threat), options);
        expect(found.robust).toEqual(known);
        expect(found.accuracy).toMatchObject({ successes: known.filter(Boolean).length, trials: count });
        expect(found.clean.successes).toBe(clean.filter(Boolean).length);
        expect(known).not.toEqual(clean);
        for (const [at, label] of labels.entries()) {
          const loss = clean[at] ? linear.worstLoss(row(at), label, threat) : linear.loss(row(at), label);
          expect(found.loss[at]).toBeCloseTo(loss, 4);
          expect(found.distance[at]).toBeCloseTo(clean[at] ? 0.3 : 0, 5);
          expect(found.gradients[at]).toBe(clean[at] ? 3 : 0);
        }
        expect(found.zeroGradients).toBe(clean.filter((right, at) => right && labels[at] > 0).length);
        expect(found).toMatchObject({
          warnings: ['a trial only'],
          attack: 'optimal',
          threat: `${norm.name} eps 0.3${box ? ' in [-4, 4]' : ''}`,
        });
      });

  test('with logits and class indices', async () => {
    const logits = linearLogits(
      [
        [1, 0, 0],
        [0, 1, 0],
        [-1, -1, 1],
      ],
      [0, 0, 0.25],
    );
    const classes = Int32Array.from(labels, (_, at) => at % 3);
    const threat = ball(l2, 0.2);
    const y = tensor1d(classes, 'int32');
    const { robust } = await robustAccuracy(logits.model, { x: batch.x, y }, optimal(logits, threat), options);
    expect(robust).toEqual(Array.from(classes, (label, at) => logits.worstLoss(row(at), label, threat) < 0));
  });
});

describe('robustAccuracy', () => {
  const model = reluNet(1, { inputs: 3 });
  const threat = ball(l2, 0.8);

  test('counts examples that were wrong as broken, even where the attack would mend them', async () => {
    const odd = linearScore([1, 0, 0]);
    const { robust, accuracy } = await robustAccuracy(odd.model, batch, flip(ball(linf, 100)), options);
    expect(accuracy.successes).toBe(0);
    expect(robust).not.toContain(true);
  });

  test('gives the same bits whatever the size of a slice', async () => {
    const whole = await robustAccuracy(model, batch, noise(threat), options);
    expect(whole.robust).toContain(true);
    expect(whole.accuracy.successes).toBeLessThan(whole.clean.successes);
    for (const batchSize of [1, 7, 59])
      expect(await robustAccuracy(model, batch, noise(threat), { ...options, batchSize })).toEqual(whole);
  });

  test('gives each example its own randomness, by index and key', async () => {
    const tail = { x: slice(batch.x, 20), y: slice(batch.y, 20) };
    const indices = Array.from({ length: 40 }, (_, at) => 20 + at);
    const whole = await robustAccuracy(model, batch, noise(threat), options);
    const same = await robustAccuracy(model, tail, noise(threat), { ...options, indices });
    expect(same.loss).toEqual(whole.loss.slice(20));
    const other = await robustAccuracy(model, batch, noise(threat), { key: key('evaluation', 8) });
    expect(other.loss).not.toEqual(whole.loss);
  });

  test('believes no attack: neither its verdict nor its distance', async () => {
    const far = robustAccuracy(model, batch, shift(threat, 0.5), options); // sqrt(3) / 2 > 0.8
    await expect(far).rejects.toThrow(/result of shift must stay within l2 eps 0.8, got distance 0.866\d* on example/);
    const boxed = ball(linf, 1, { low: -4, high: 4 });
    const outside = robustAccuracy(model, { x: tensor2d([[3.5, 0, 0]]), y: tensor1d([1]) }, shift(boxed, 1), options);
    const answer = await outside.catch(String);
    expect(answer).toContain('result of shift must lie in its box [-4, 4], got values from 1 to 4.5');
    await expect(robustAccuracy(model, batch, broken(threat), options)).rejects.toThrow(
      'result of broken must be finite',
    );
    await expect(robustAccuracy(model, batch, misshapen(threat), options)).rejects.toThrow(
      /result of misshapen must have shape \[\d+, 3\], got \[\d+\]/,
    );
  });

  test('refuses a model that breaks down under attack', async () => {
    const fragile: Classifier = (x) => div(linearScore([0, 0, 0], 1).model(x), equal(max(abs(x)), max(abs(batch.x))));
    const all = { x: batch.x, y: ones([count]) as Tensor1D };
    await expect(robustAccuracy(fragile, all, noise(threat), options)).rejects.toThrow(
      /output must be finite, got margin Infinity on example 0 \(noise\)/,
    );
  });

  test('refuses bad input before it attacks', async () => {
    const refused = (given: Batch, message: string, more = {}, attack = noise(threat)) =>
      expect(robustAccuracy(model, given, attack, { ...options, ...more })).rejects.toThrow(message);
    await refused({ x: tensor2d([], [0, 3]), y: tensor1d([]) }, 'x must hold at least one example');
    await refused({ x: tensor2d([[0, 0, Infinity]]), y: tensor1d([1]) }, 'x must be finite, got Infinity');
    await refused({ x: tensor2d([[0, 0, 0]]), y: tensor1d([2]) }, 'labels must be -1 or +1');
    await refused(batch, 'indices must be 60, one an example, got 2', { indices: [0, 1] });
    await refused(batch, 'confidence must be between 0 and 1', { confidence: 95 });
    const boxed = noise(ball(linf, 0.1, { low: 0, high: 1 }));
    await refused(batch, 'x must lie in its box [0, 1]', {}, boxed);
  });

  test('tells its progress in examples, those that were wrong first, and stops when told', async () => {
    const seen: number[] = [];
    const { clean } = await robustAccuracy(model, batch, noise(threat), {
      ...options,
      batchSize: 10,
      onProgress: (done, total) => {
        expect(total).toBe(count);
        seen.push(done);
      },
    });
    expect(seen[0]).toBe(count - clean.successes + 10);
    expect(seen.at(-1)).toBe(count);

    const stop = new AbortController();
    const more = { ...options, batchSize: 10, signal: stop.signal, onProgress: () => stop.abort() };
    await expect(robustAccuracy(model, batch, noise(threat), more)).rejects.toThrow(AbortedError);
  });

  test('leaves no tensor behind, even where it refuses', async () => {
    await expectNoLeak(() => robustAccuracy(model, batch, noise(threat), { ...options, batchSize: 16 }));
    await expectNoLeak(() => robustAccuracy(model, batch, shift(threat, 0.5), options).catch(() => {}));
    await expectNoLeak(() => robustAccuracy(model, batch, broken(threat), options).catch(() => {}));
  });
});
