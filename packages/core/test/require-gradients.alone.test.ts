import '@tensorflow/tfjs-backend-cpu';
import { InputError, inputGradient, margin } from '@advml/core';
import { requireGradients } from '@advml/core/internal';
import { useWasm } from '@advml/wasm';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';

const WAY_OUT = 'there are no gradients to rely on yet: call `await useWasm()` of @advml/wasm once before';

it('names useWasm() to those who differentiate without it, on any backend', async () => {
  for (const backend of ['cpu', 'wasm']) {
    await tf.setBackend(backend);
    const [x, y] = [tf.tensor2d([[1, 2]]), tf.tensor1d([1])];
    const attempt = () => inputGradient((input) => tf.sum(input, 1), x, y, margin);
    expect(attempt).toThrow(InputError);
    expect(attempt).toThrow(WAY_OUT);
    tf.dispose([x, y]);
  }
  await useWasm();
  expect(requireGradients()).toBeUndefined();
});
