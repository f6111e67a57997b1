import { useWasm } from '@advml/wasm';
import { maximum, minimum, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import * as fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';

beforeAll(() => useWasm());

const anyFloat = fc.oneof(fc.float(), fc.constantFrom(Number.NaN, Infinity, -Infinity, 0, -0));
const choices = [
  [maximum, Math.max],
  [minimum, Math.min],
] as const;

it.each(choices)('%o of two tensors is that of the host, for any numbers and any length', (choose, expected) =>
  fc.assert(
    fc.property(fc.array(fc.tuple(anyFloat, anyFloat), { maxLength: 23 }), (pairs) => {
      const [a, b] = [0, 1].map((side) => Float32Array.from(pairs, (pair) => pair[side]));
      const found = tidy(() => choose(tensor(a, [a.length, 1]), tensor(b, [b.length, 1])).dataSync());
      expect(Array.from(found)).toEqual(pairs.map((_, at) => expected(a[at], b[at])));
    }),
    { numRuns: 300 },
  ),
);

it('leaves other shapes and types to the backend', () => {
  const both = (a: Tensor, b: Tensor) =>
    tidy(() => [maximum(a, b), minimum(a, b)].map((x) => Array.from(x.dataSync())));
  expect(both(tensor([1, 5, 3]), tensor([4]))).toEqual([
    [4, 5, 4],
    [1, 4, 3],
  ]);
  expect(both(tensor([1, -5], [2], 'int32'), tensor([0, 0], [2], 'int32'))).toEqual([
    [1, 0],
    [0, -5],
  ]);
  expect(both(tensor([]), tensor([]))).toEqual([[], []]);
});
