import {
  type _FusedMatMulAttrs,
  type BatchMatMulAttrs,
  type GradConfig,
  matMul,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { fused } from './fused.ts';
import { gradient, sumTo } from './gradient.ts';

/** Products of matrices and of stacks of them, which may be broadcast against each other. */
export const products: readonly GradConfig[] = [
  gradient<BatchMatMulAttrs>('BatchMatMul', { inputs: ['a', 'b'] }, ofProduct),
  fused<_FusedMatMulAttrs>('_FusedMatMul', ['a', 'b'], ofProduct),
];

function ofProduct(
  dy: Tensor,
  [a, b]: Tensor[],
  { transposeA = false, transposeB = false }: Partial<BatchMatMulAttrs>,
) {
  return {
    a: () => sumTo(transposeA ? matMul(b, dy, transposeB, true) : matMul(dy, b, false, !transposeB), a.shape),
    b: () => sumTo(transposeB ? matMul(dy, a, true, transposeA) : matMul(a, dy, !transposeA, false), b.shape),
  };
}
