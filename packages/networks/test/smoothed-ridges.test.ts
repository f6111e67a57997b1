// The network averaged over noise, as nearly a sum of ridge functions.

import { key, ridgeScores } from '@advml/core';
import { useWasm } from '@advml/wasm';
import { scalar, tensor2d } from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { symmetricTwoLayer } from '../src/index.ts';

beforeAll(async () => {
  await useWasm();
});

it.each([
  [0.3, 0.1],
  [0.3, 1],
  [0, 0.5],
  [-0.2, 0.1],
  [1, 5e-5],
])('is as near as it says: threshold %d, deviation %d', (threshold, noise) => {
  const network = symmetricTwoLayer({ inputs: 1, neurons: 1, initialDeviation: 1, noise });
  const params = { weight: tensor2d([[1]]), bias: scalar(threshold) };
  const near = network.nearRidges?.(params);
  if (!near) throw new Error('a network with noise');
  const reach = 2 * (Math.abs(threshold) + 6 * noise);
  const x = tensor2d(
    Array.from(key('points').uniform(4000), (share) => reach * (2 * share - 1)),
    [4000, 1],
  );
  const [exact, chords] = [network.apply(params, x).dataSync<'float32'>(), ridgeScores(x, near.ridges).dataSync()];
  const off = exact.reduce((most, value, at) => Math.max(most, Math.abs(value - chords[at])), 0);
  expect(off).toBeLessThanOrEqual(near.error);
  expect(near.error).toBeLessThan(0.01 * (noise + Math.abs(threshold)));
});
