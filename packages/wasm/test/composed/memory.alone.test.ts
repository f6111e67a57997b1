import { useWasm } from '@advml/wasm';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import {
  backend,
  engine,
  matMul,
  memory,
  ones,
  randomUniform,
  scalar,
  slice,
  type Tensor,
  type Tensor2D,
  tensor2d,
  tidy,
  transpose,
  zeros,
} from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { heapOf } from '../../src/memory.ts';

beforeAll(() => useWasm());

it('goes on right after the memory has grown', () => {
  const heap = heapOf(backend() as BackendWasm);
  const size = () => heap.HEAPU8.length;
  const left = randomUniform([50, 300], -1, 1, 'float32', 1);
  const right = randomUniform([300, 70], -1, 1, 'float32', 2);
  const expected = tidy(() => matMul(left, right).dataSync());
  const scores = () => {
    const [x, weight] = [slice(left, [0, 0], [50, 70]), transpose(right)]; // [50, 70], [70, 300]
    return (
      engine().runKernel('SymmetricTwoLayer', { x: matMul(x, right, false, true), weight, bias: scalar(1) }) as Tensor[]
    )[0];
  };
  const network = tidy(() => scores().dataSync());
  const before = size();
  const large = Array.from({ length: 5 }, () => zeros([before / 16])); // more than as much again
  expect(size()).toBeGreaterThan(before);
  expect(tidy(() => matMul(left, right).dataSync())).toEqual(expected);
  expect(tidy(() => scores().dataSync())).toEqual(network);
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

/** Tensors and data that the engine and the backend hold. */
const held = () => [memory().numTensors, (backend() as BackendWasm).numDataIds()];

it.each([
  ['a product', 32_700, (a: Tensor2D, b: Tensor2D) => matMul(a, b, false, true)],
  ['a product', 40_000, (a: Tensor2D, b: Tensor2D) => matMul(a, b, false, true)],
  [
    'the two-layer network',
    40_000,
    (x: Tensor2D, weight: Tensor2D) =>
      (engine().runKernel('SymmetricTwoLayer', { x, weight, bias: scalar(1) }) as Tensor[])[0],
  ],
])('says when the memory has no room for %s of %i rows and columns, and leaves what is there', (_, length, run) => {
  const values = Float32Array.from({ length: 2 ** 24 }, (_, at) => at % 1001); // so much less is free, too
  const before = tensor2d(values, [2 ** 12, 2 ** 12]);
  const [a, b] = [ones([length, 1]), ones([length, 1])] as Tensor2D[];
  const start = held();
  expect(() => tidy(() => run(a, b))).toThrow(
    /WASM memory \(\d+ MiB\) has no room for \d+ MiB more: dispose tensors or take/,
  );
  expect(held()).toEqual(start);
  const now = before.dataSync();
  expect(values.findIndex((value, at) => value !== now[at])).toBe(-1);
  const [small, expected] = [tensor2d([1, 2, 3, 4], [2, 2]), [7, 10, 15, 22]];
  expect(Array.from(tidy(() => matMul(small, small).dataSync()))).toEqual(expected);
  for (const tensor of [before, a, b, small]) tensor.dispose();
});
