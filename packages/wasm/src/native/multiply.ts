import type { BatchMatMulAttrs, TensorInfo } from '@tensorflow/tfjs-core';
import { broadcastIndex, type Factors, productShape } from '../composed/product-shape.ts';
import { count, floats, type KernelCall, pointer } from '../kernel.ts';
import type { NativeKernels } from './native-kernels.ts';

/**
 * A product of matrices, or of stacks of them, by the native module.
 *
 * Every entry is summed in the order of the inner axis, whatever the shapes and transposes are: its bits depend on
 * its row and its column alone.
 *
 * @param init - n numbers that every row starts from, such as a bias. Default: zeros.
 */
export function multiply(
  { backend, make }: KernelCall<unknown, unknown>,
  { exports, work }: NativeKernels,
  factors: Factors,
  attrs: BatchMatMulAttrs,
  init?: TensorInfo,
): TensorInfo {
  const { m, k, n, stackA, stackB, stack } = productShape(factors, attrs);
  const { transposeA, transposeB } = attrs;
  const out = make([...stack, m, n]);
  if (count(out.shape) === 0) return out;
  if (k === 0) {
    const row = init === undefined ? new Float32Array(n) : floats(backend, init);
    const to = floats(backend, out);
    for (let at = 0; at < to.length; at += n) to.set(row, at);
    return out;
  }
  const [a, b, c] = [factors.a, factors.b, out].map((info) => pointer(backend, info));
  const start = init === undefined ? 0 : pointer(backend, init);
  const gemm = (rows: number, indexA: number, indexB: number, index: number) =>
    exports.gemm(
      ...([rows, n, k] as const),
      ...([a + 4 * m * k * indexA, transposeA ? 1 : k, transposeA ? m : 1] as const),
      ...([b + 4 * k * n * indexB, transposeB ? 1 : n, transposeB ? k : 1] as const),
      ...([c + 4 * m * n * index, start, work] as const),
    );
  if (count(stackB) === 1 && !transposeA) {
    gemm(count(stackA) * m, 0, 0, 0);
    return out;
  }
  for (let index = 0; index < count(stack); index++) {
    gemm(m, broadcastIndex(index, stack, stackA), broadcastIndex(index, stack, stackB), index);
  }
  return out;
}
