import { ball, type Classifier, key, l1, l2, linf, withMask } from '@advml/core';
import { expectNoLeak, linearScore, reluNet } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { mul, sqrt, square, sub, sum, type Tensor1D, tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { findUniversal, universal } from '../src/index.ts';

beforeAll(() => useWasm());

const options = { key: key('universal', 0) };
const [count, width] = [40, 6];
const inputs = key('universal', 'x').normal(count * width);
const w = Array.from(key('universal', 'w').normal(width));
const dual = {
  l1: Math.max(...w.map(Math.abs)),
  l2: Math.hypot(...w),
  linf: w.reduce((sum, v) => sum + Math.abs(v), 0),
};

describe.each([l1, l2, linf])('in $name', (norm) => {
  it('of a score with labels of one sign is the worst case of each example', async () => {
    const scores = Array.from({ length: count }, (_, at) =>
      w.reduce((sum, value, j) => sum + value * inputs[at * width + j], 0),
    );
    const bias = 0.5 - Math.min(...scores);
    const { model } = linearScore(w, bias);
    const batch = { x: tensor2d(inputs, [count, width]), y: tensor1d(Array(count).fill(1)) };
    const sorted = scores.map((score) => score + bias).sort((a, b) => a - b);
    const reach = (sorted[19] + sorted[20]) / 2; // half of the examples
    const threat = ball(norm, reach / dual[norm.name]);
    const { delta, fooled } = await findUniversal(model, batch, { ...options, threat, steps: 100 });
    expect(w.reduce((sum, value, j) => sum + value * delta[j], 0)).toBeAllClose(-reach, { relative: 0.01 });
    expect(fooled).toBe(0.5);
    const { success, gradients } = universal({ threat, delta })(model, batch.x, batch.y, options);
    expect(success.filter(Boolean).length).toBe(20);
    expect(gradients.every((spent) => spent === 0)).toBe(true);
  });
});

it('keeps to ball, box and mask', async () => {
  const { model } = linearScore([1, 1, 1], 9);
  const batch = { x: tensor2d([[0.5, 0.5, 0.5]]), y: tensor1d([1]) };
  const threat = withMask(ball(linf, 0.4, { low: 0, high: 1 }), [true, false, true]);
  const { delta } = await findUniversal(model, batch, { ...options, threat });
  expect(delta).toBeAllClose([-0.4, 0, -0.4]);
  const { x } = universal({ threat, delta: [3, 3, -0.25] })(model, batch.x, batch.y, options);
  expect(x).toBeAllClose([0.9, 0.5, 0.25]);
});

it('gives the same bits for any size of a slice, and keeps no tensor', async () => {
  const model = reluNet(2, { inputs: width, hidden: 20 });
  const batch = { x: tensor2d(inputs, [count, width]), y: tensor1d(key('universal', 'y').signs(count)) };
  const threat = ball(linf, 0.5, { low: -4, high: 4 });
  const whole = await findUniversal(model, batch, { ...options, threat, steps: 10 });
  for (const batchSize of [1, 7]) {
    expect(await findUniversal(model, batch, { ...options, threat, steps: 10, batchSize })).toEqual(whole);
  }
  await expectNoLeak(() => findUniversal(model, batch, { ...options, threat, steps: 3, batchSize: 16 }));
});

it.each<[string, Classifier]>([
  ['NaN', (x) => tidy(() => mul(sum(x, 1), Number.NaN) as Tensor1D)],
  [
    'an error',
    () => {
      throw new Error('no network');
    },
  ],
])('keeps no tensor where the model gives %s in the end', async (_, spoilt) => {
  await expectNoLeak(async () => {
    const { model } = linearScore([1, 1], 9);
    const batch = { x: tensor2d([[1, 2]]), y: tensor1d([1]) };
    let calls = 0;
    const late: Classifier = (x) => (++calls > 2 ? spoilt : model)(x);
    await expect(findUniversal(late, batch, { ...options, threat: ball(l2, 1), steps: 5 })).rejects.toThrow();
    for (const tensor of [batch.x, batch.y]) tensor.dispose();
  });
});

it('goes at random where there is no gradient, tells its progress, and refuses bad input', async () => {
  const { model } = linearScore([0, 0], 1);
  const batch = { x: tensor2d([[1, 2]]), y: tensor1d([1]) };
  const seen: number[] = [];
  const threat = ball(l2, 1);
  const found = await findUniversal(model, batch, {
    ...options,
    threat,
    steps: 3,
    onProgress: (done) => seen.push(done),
  });
  expect(found).toMatchObject({ fooled: 0, gradients: 4 });
  expect(Math.hypot(...found.delta)).toBeGreaterThan(0.1);
  expect(seen).toEqual([0, 1, 2, 3]);
  await expect(findUniversal(model, batch, { ...options, threat, steps: 0 })).rejects.toThrow('steps must be');
  await expect(findUniversal(model, batch, { ...options, threat: ball(l2, Infinity) })).rejects.toThrow('finite eps');
  const misfit = universal({ threat, delta: [0.5] });
  expect(() => misfit(model, batch.x, batch.y, options)).toThrow('delta must hold 2 numbers');
});

it('follows the other examples where the gradient of one is not finite', async () => {
  const { model: score } = linearScore([0.2, 0.1], 1);
  const model: Classifier = (x) => tidy(() => sub(score(x), mul(1e-6, sqrt(sum(square(x), 1)))) as Tensor1D); // no gradient at 0
  const batch = {
    x: tensor2d([
      [0, 0],
      [1, 1],
      [2, 1],
    ]),
    y: tensor1d([1, 1, 1]),
  }; // prettier-ignore
  const { delta } = await findUniversal(model, batch, { ...options, threat: ball(l2, 0.5), steps: 1 });
  expect(delta).toBeAllClose([-0.4472, -0.2236], { absolute: 1e-4 });
});

it('leaves a balanced set, whose gradients cancel, by chance', async () => {
  const { model } = linearScore([1]);
  const batch = { x: tensor2d([[1], [-1]]), y: tensor1d([1, -1]) };
  const { fooled } = await findUniversal(model, batch, { ...options, threat: ball(linf, 1.5), steps: 10 });
  expect(fooled).toBe(0.5);
});
