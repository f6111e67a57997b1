import '@tensorflow/tfjs-backend-cpu';
import { measureSpeed } from '@advml/wasm';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { backend, getBackend, memory, setBackend } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { nativeKernels } from './native/variants.ts';

it('measures a product and a peak that is not far above it, and leaves nothing behind', async () => {
  await measureSpeed(0);
  const [tensors, data] = [memory().numTensors, (backend() as BackendWasm).numDataIds()];
  const { product, peak } = await measureSpeed(50);
  expect([memory().numTensors, (backend() as BackendWasm).numDataIds()]).toEqual([tensors, data]);
  expect(product).toBeGreaterThan(0.1);
  expect(peak).toBeGreaterThan(product / 2);
  expect(peak).toBeLessThan(product * 20);
});

it('leaves the backend at work as it is', async () => {
  await setBackend('cpu');
  await measureSpeed(0);
  expect(getBackend()).toBe('cpu');
  await setBackend('wasm');
});

it('does all the operations of the peak', async () => {
  // All twelve sums tend to the fixed point of s -> 1 + s / 2, from 1/2 and from 1 alike.
  const errors = [1, 2, 5].map((rounds) => 2 ** -rounds * (6 * 1.5 + 6 * 1));
  for (const { exports } of await nativeKernels())
    expect([1, 2, 5].map((rounds) => exports.peak(rounds))).toEqual(errors.map((error) => 24 - error));
});
