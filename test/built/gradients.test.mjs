// tfjs-core registers no gradients in plain Node; `useWasm` must.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { useWasm } from '@advml/wasm';
import {
  getBackend,
  grad,
  matMul,
  memory,
  relu,
  square,
  sum,
  tensor2d,
  tidy,
  valueAndGrads,
} from '@tensorflow/tfjs-core';

before(() => useWasm());

test('the backend is wasm', () => assert.equal(getBackend(), 'wasm'));

test('the gradient of a sum of squares is twice the point', () => {
  const x = tensor2d([[1, -2, 3]]);
  const gradient = grad((point) => sum(square(point)))(x);
  assert.deepEqual([...gradient.dataSync()], [2, -4, 6]);
  x.dispose();
  gradient.dispose();
});

test('the gradients of a ReLU layer are those computed by hand', () => {
  const x = tensor2d([[1, 2]]);
  const w = tensor2d([
    [1, -1],
    [1, -1],
  ]);
  const before = memory().numTensors;
  const loss = (input, weights) => sum(relu(matMul(input, weights)));
  tidy(() => {
    const { value, grads } = valueAndGrads(loss)([x, w]);
    assert.equal(value.dataSync()[0], 3); // the second neuron is off
    assert.deepEqual([...grads[0].dataSync()], [1, 1]);
    assert.deepEqual([...grads[1].dataSync()], [1, 0, 2, 0]);
  });
  assert.equal(memory().numTensors, before);
  x.dispose();
  w.dispose();
});
