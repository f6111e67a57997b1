import { useWasm } from '@advml/wasm';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { backend, matMul, memory, ones, randomUniform, tensor2d, tidy, zeros } from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { heapOf } from '../../src/kernels/memory.ts';

beforeAll(() => useWasm());

it('goes on right after the memory has grown', () => {
  const heap = heapOf(backend() as BackendWasm);
  const size = () => heap.HEAPU8.length;
  const left = randomUniform([50, 300], -1, 1, 'float32', 1);
  const right = randomUniform([300, 70], -1, 1, 'float32', 2);
  const expected = tidy(() => matMul(left, right).dataSync());
  const before = size();
  const large = Array.from({ length: 5 }, () => zeros([before / 16])); // more than as much again
  expect(size()).toBeGreaterThan(before);
  expect(tidy(() => matMul(left, right).dataSync())).toEqual(expected);
  for (const tensor of [left, right, ...large]) tensor.dispose();
});

it('gives all scratch back: a thousand products do not make the memory grow', () => {
  const heap = heapOf(backend() as BackendWasm);
  const [a, b] = [ones([64, 200]), ones([200, 64])];
  matMul(a, b).dispose();
  const before = heap.HEAPU8.length;
  for (let round = 0; round < 1000; round++) matMul(a, b).dispose();
  expect(heap.HEAPU8.length).toBe(before);
  a.dispose();
  b.dispose();
});

it.each([32_700, 40_000])('says when the memory has no room for a product of %i rows and columns', (length) => {
  const before = tensor2d([1, 2, 3, 4], [2, 2]);
  const [a, b] = [ones([length, 1]), ones([1, length])];
  const [tensors, data] = [memory().numTensors, (backend() as BackendWasm).numDataIds()];
  expect(() => matMul(a, b)).toThrow(/WASM memory \(\d+ MiB\) has no room for \d+ MiB more: dispose tensors or take/);
  expect([memory().numTensors, (backend() as BackendWasm).numDataIds()]).toEqual([tensors, data]);
  expect(Array.from(matMul(before, before).dataSync())).toEqual([7, 10, 15, 22]);
  expect(Array.from(before.dataSync())).toEqual([1, 2, 3, 4]);
  for (const tensor of [before, a, b]) tensor.dispose();
});
