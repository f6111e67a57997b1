import '@tensorflow/tfjs-backend-cpu';
import { InputError, inputGradient, margin } from '@advml/core';
import { requireGradients } from '@advml/core/internal';
import { useBackend, useWasm } from '@advml/wasm';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';

const wayOut = (call: string) =>
  `there are no gradients to rely on yet: call \`await ${call}\` of @advml/wasm once before`;

it('names the call that brings gradients to those who differentiate without it, on any backend', async () => {
  const calls = { cpu: "useBackend('cpu')", wasm: 'useWasm()' };
  for (const [backend, call] of Object.entries(calls)) {
    await tf.setBackend(backend);
    const [x, y] = [tf.tensor2d([[1, 2]]), tf.tensor1d([1])];
    const attempt = () => inputGradient((input) => tf.sum(input, 1), x, y, margin);
    expect(attempt).toThrow(InputError);
    expect(attempt).toThrow(wayOut(call));
    tf.dispose([x, y]);
  }
  await useBackend('cpu');
  expect(requireGradients()).toBeUndefined();
  await tf.setBackend('wasm'); // its kernels are as tfjs has them
  expect(requireGradients).toThrow(wayOut('useWasm()'));
  await useWasm();
  expect(requireGradients()).toBeUndefined();
});
