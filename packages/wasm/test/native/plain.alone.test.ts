import '@tensorflow/tfjs-backend-cpu';
import { useWasm } from '@advml/wasm';
import { expect, it } from 'vitest';
import { runOn } from '../compare.ts';

it('rounds after the multiplication and after the addition if told so', async () => {
  const { compute } = await useWasm({ relaxed: false });
  expect(compute).toEqual({ kernels: 'native', relaxed: false });
  // 4097^2 = 2^24 + 2^13 + 1 has one bit more than a number has room for: it is lost unless the sum is rounded only once.
  const a = { shape: [2, 1, 2], values: Float32Array.of(1, 4097, 1, 4097) };
  const b = { shape: [2, 2, 1], values: Float32Array.of(-(2 ** 24) - 2 ** 13, 4097, -(2 ** 24) - 2 ** 13, 4097) };
  for (const [factors, transposeA] of [
    [{ a, b }, false],
    [{ a: { ...a, shape: [2, 2, 1] }, b }, true],
  ] as const) {
    const { values } = await runOn('wasm', 'BatchMatMul', { ...factors }, { transposeA, transposeB: false });
    expect(Array.from(values)).toEqual([0, 0]);
  }
});
