import { type BatchMatMulAttrs, type GradConfig, matMul } from '@tensorflow/tfjs-core';
import { gradient, sumTo } from './gradient.ts';

/** Products of matrices and of stacks of them, which may be broadcast against each other. */
export const products: readonly GradConfig[] = [
  gradient<BatchMatMulAttrs>(
    'BatchMatMul',
    { inputs: ['a', 'b'] },
    (dy, [a, b], { transposeA = false, transposeB = false }) => ({
      a: () => sumTo(transposeA ? matMul(b, dy, transposeB, true) : matMul(dy, b, false, !transposeB), a.shape),
      b: () => sumTo(transposeB ? matMul(dy, a, true, transposeA) : matMul(a, dy, !transposeA, false), b.shape),
    }),
  ),
];
