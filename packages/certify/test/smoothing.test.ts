// Randomized smoothing: of linear models the smoothed classifier, its probabilities and its radius are known.
import { AbortedError, type Classifier, key } from '@advml/core';
import { normalQuantile } from '@advml/core/internal';
import { expectNoLeak, linearLogits, linearScore, reluNet } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { fill, mul, reshape, step, sub, sum, type Tensor, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { certifySmoothed, smoothedPredict } from '../src/index.ts';

const w = [1, -2, 0.5, 1, 0.3, -1];
const size = Math.hypot(...w);
const linear = linearScore(w);
const noise = { sigma: 0.5, key: key('smoothing', 1) };
/** An input at a signed distance from the boundary of the linear model. */
const at = (distance: number) => w.map((value) => (distance * value) / size);
const inputs = (distances: readonly number[]) => tensor2d(distances.map(at));
beforeAll(async () => {
  await useWasm();
});

describe('certifySmoothed', () => {
  test('of a linear model gives its class, votes as probable as they are, and a radius below the true one', async () => {
    const distances = [0.2, 0.5, -0.3, 1, -0.05, 0.4];
    const samples = 4000;
    const found = await certifySmoothed(linear.model, inputs(distances), { ...noise, samples });
    for (const [example, distance] of distances.entries()) {
      const share = found.votes[example] / samples;
      expect(normalQuantile(share) * noise.sigma).toBeAllClose(Math.abs(distance), { absolute: 0.05 });
      expect([example, found.prediction[example]]).toEqual([example, Math.sign(distance)]);
      expect(found.radius[example]).toBeLessThan(Math.abs(distance));
      expect(found.radius[example]).toBeGreaterThan(0.75 * Math.abs(distance) - 0.03);
    }
    expect(found.label).toBe('smoothing, sigma 0.5, 4000 samples, alpha 0.001');
  });

  test('with all votes gives the radius of the article: 3.8 sigma for 100,000 draws', async () => {
    const sure: Classifier = (x) => tidy(() => fill([x.shape[0]], 1));
    const { prediction, radius, votes } = await certifySmoothed(sure, inputs([0]), { ...noise, samples: 5000 });
    expect([...prediction, ...votes]).toEqual([1, 5000]);
    expect(radius[0]).toBeCloseTo(0.5 * normalQuantile(0.001 ** (1 / 5000)), 5);
    expect(normalQuantile(0.001 ** (1 / 100_000))).toBeCloseTo(3.8115, 4);
  });

  test('is wrong as rarely as alpha says, and not much more rarely', async () => {
    const count = 600;
    const alpha = 0.1;
    const x = inputs(Array(count).fill(0.3));
    const { radius, prediction } = await certifySmoothed(linear.model, x, {
      ...noise,
      samples: 100,
      alpha,
      selection: 9,
    });
    const wrong = radius.filter((own, example) => own > 0.3 || prediction[example] === -1).length / count;
    expect(wrong).toBeLessThan(alpha + 3 * Math.sqrt((alpha * (1 - alpha)) / count));
    expect(wrong).toBeGreaterThan(alpha / 3);
  });

  test('abstains where votes are divided, and where a score is zero', async () => {
    const { prediction, radius } = await certifySmoothed(linear.model, inputs([0]), { ...noise, samples: 500 });
    expect([prediction[0], radius[0]]).toEqual([null, 0]);
    const none: Classifier = (x) => tidy(() => fill([x.shape[0]], 0));
    const silent = await certifySmoothed(none, inputs([1]), { ...noise, samples: 50 });
    expect([silent.prediction[0], silent.radius[0], silent.votes[0]]).toEqual([null, 0, 0]);
    const quiet: Classifier = (x) => tidy(() => fill([x.shape[0]], 1e-9)); // tfjs's own sign of it is 0 on the wasm backend
    const heard = await certifySmoothed(quiet, inputs([1]), { ...noise, samples: 50 });
    expect([heard.prediction[0], heard.votes[0]]).toEqual([1, 50]);
  });

  test('counts its votes on other draws than those that choose the class', async () => {
    const seen: number[] = [];
    const model: Classifier = (x) => {
      seen.push(...x.dataSync());
      return linear.model(x);
    };
    const { label } = await certifySmoothed(model, inputs([0.3]), { ...noise, samples: 40, selection: 40 });
    expect(new Set(seen).size).toBe(2 * 40 * w.length);
    expect(label).toMatch(/, 40 for selection$/);
  });

  test('certifies logits, where the radius is that of the nearest class', async () => {
    const logits = linearLogits([w, w.map((value) => -value), w.map((value) => 0 * value)], [0, 0, -10]);
    const { prediction, radius } = await certifySmoothed(logits.model, inputs([0.4, -0.4]), {
      ...noise,
      samples: 3000,
    });
    expect(prediction).toEqual([0, 1]);
    for (const own of radius) expect(own).toBeAllClose(0.37, { absolute: 0.04 });
  });

  test('gives the same bits whatever the size of a batch, by index, and images as they are', async () => {
    const model = reluNet(3, { inputs: 6, output: 'logits' });
    const x = inputs([0.1, 0.7, -0.2]);
    const options = { ...noise, samples: 150 };
    const whole = await certifySmoothed(model, x, options);
    expect(await certifySmoothed(model, x, { ...options, batchSize: 7 })).toEqual(whole);
    const one = await certifySmoothed(model, inputs([-0.2]), { ...options, indices: [2] });
    expect([one.votes[0], one.radius[0]]).toEqual([whole.votes[2], whole.radius[2]]);
    const image: Classifier = (batch) => {
      expect(batch.shape.slice(1)).toEqual([2, 3, 1]);
      return model(batch);
    };
    const shaped = reshape(x, [3, 2, 3, 1]);
    expect(await certifySmoothed(image, shaped, options)).toEqual(whole);
  });

  test('of a model that only a few draws change is no proof beyond what those allow', async () => {
    // One in ten votes against it: p = 0.9, whatever the model is.
    const odd: Classifier = (x) =>
      tidy(() => sub(0.5, step(sub(sum(x, 1), 1.2815516 * noise.sigma * Math.sqrt(6)))) as Tensor);
    const { radius } = await certifySmoothed(odd, tensor2d([Array(6).fill(0)]), { ...noise, samples: 4000 });
    expect(radius[0]).toBeLessThan(0.5 * 1.2815516);
    expect(radius[0]).toBeGreaterThan(0.5 * 1.15);
  });

  test('tells its progress, stops, and keeps no tensor', async () => {
    const x = inputs([0.1, 0.7]);
    const seen: number[] = [];
    const options = { ...noise, samples: 60, selection: 10, batchSize: 16 };
    await certifySmoothed(linear.model, x, { ...options, onProgress: (done) => seen.push(done) });
    expect(seen.at(-1)).toBe(140);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    await expect(certifySmoothed(linear.model, x, { ...options, signal: AbortSignal.abort() })).rejects.toThrow(
      AbortedError,
    );
    await expectNoLeak(() => certifySmoothed(linear.model, x, options));
    await expectNoLeak(() => smoothedPredict(linear.model, x, { ...noise, samples: 60 }));
  });
});

describe('smoothedPredict', () => {
  test('gives the class of the smoothed classifier, and abstains where the test does not tell it', async () => {
    const x = inputs([0.5, -0.5, 0, 0.02]);
    expect(await smoothedPredict(linear.model, x, { ...noise, samples: 400 })).toEqual([1, -1, null, null]);
    const faint: Classifier = (noisy) => tidy(() => mul(linear.model(noisy), 1e-20));
    expect(await smoothedPredict(faint, x, { ...noise, samples: 400 })).toEqual([1, -1, null, null]);
    expect(await smoothedPredict(linear.model, inputs([0.5]), { ...noise, samples: 5 })).toEqual([null]); // 5 of 5: 1/16
  });

  test('abstains on divided votes but for a share of alpha', async () => {
    const count = 300;
    const divided = await smoothedPredict(linear.model, inputs(Array(count).fill(0)), {
      ...noise,
      samples: 101,
      alpha: 0.1,
    });
    const told = divided.filter((label) => label !== null).length / count;
    expect(told).toBeLessThan(0.1 + 3 * Math.sqrt(0.09 / count));
    expect(told).toBeGreaterThan(0.03);
  });
});

test.each([
  [{ sigma: 0 }, 'sigma must be finite and > 0 (input units), got 0'],
  [{ sigma: -1 }, 'sigma must be finite and > 0'],
  [{ sigma: Number.NaN }, 'sigma must be finite and > 0'],
  [{ alpha: 0 }, 'alpha must be between 0 and 1, both excluded, such as 0.001, got 0'],
  [{ alpha: 1 }, 'alpha must be between 0 and 1'],
  [{ samples: 0 }, 'samples must be an integer >= 1, got 0'],
  [{ batchSize: 1.5 }, 'batchSize must be an integer >= 1'],
  [{ key: 7 }, "key must be a key, such as key('run', 7)"],
  [{ indices: [1, 2] }, 'indices must be 1, one an example, got 2'],
  [{ sigam: 1 }, "has no option 'sigam'"],
])('refuses %o', async (bad, message) => {
  const options = { ...noise, samples: 10, ...bad } as never;
  await expect(certifySmoothed(linear.model, inputs([1]), options)).rejects.toThrow(message);
  await expect(smoothedPredict(linear.model, inputs([1]), options)).rejects.toThrow(message);
});

test('refuses what is no input or no model', async () => {
  const refused = (model: unknown, x: unknown, message: string) =>
    expect(certifySmoothed(model as Classifier, x as Tensor, { ...noise, samples: 10 })).rejects.toThrow(message);
  await refused(linear.model, [1], 'x must be');
  await refused(linear.model, tensor2d([[Number.NaN, 1, 1, 1, 1, 1]]), 'x must be finite');
  await refused({}, inputs([1]), 'a model must be a function');
  await refused(
    (x: Tensor) => tidy(() => mul(linear.model(x), Number.NaN)),
    inputs([1]),
    'must be finite on inputs with noise',
  );
  await expect(certifySmoothed(linear.model, inputs([1]), undefined as never)).rejects.toThrow('certifySmoothed');
});
