import { useWasm } from '@advml/wasm';
import { matMul, ones, reshape, tensor2d } from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';

beforeAll(() => useWasm());

it('multiplies by a column and by its transpose, which share their data', () => {
  const column = tensor2d([1, 10, 100], [3, 1]);
  expect(matMul(ones([2, 3]), column).dataSync()).toEqual(Float32Array.of(111, 111));
  expect(matMul(tensor2d([2, 3], [2, 1]), column, false, true).dataSync()).toEqual(
    Float32Array.of(2, 20, 200, 3, 30, 300),
  );
  expect(matMul(ones([2, 3]), column).dataSync()).toEqual(Float32Array.of(111, 111));
});

it('multiplies by the same data under two shapes', () => {
  const weights = tensor2d([1, 2, 3, 4, 5, 6], [2, 3]);
  expect(matMul(ones([1, 2]), weights).dataSync()).toEqual(Float32Array.of(5, 7, 9));
  expect(matMul(ones([1, 3]), reshape(weights, [3, 2])).dataSync()).toEqual(Float32Array.of(9, 12));
});
