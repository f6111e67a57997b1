import {
  add,
  engine,
  type FusedBatchNormAttrs,
  type GradConfig,
  getBackend,
  getKernel,
  type LRNAttrs,
  matMul,
  mul,
  pow,
  reshape,
  rsqrt,
  scalar,
  square,
  sub,
  type Tensor,
  tensor2d,
} from '@tensorflow/tfjs-core';
import { gradient, isRecorded, sumTo } from './gradient.ts';

const KERNEL = 'CentredProductSum';

/** Sum of dy (x - mean) for each entry of `mean`: by the backend's own kernel if it has one, which has no gradient. */
function centredSum(dy: Tensor, x: Tensor, mean: Tensor): Tensor {
  if (mean.rank === 1 && !isRecorded() && getKernel(KERNEL, getBackend())) {
    return engine().runKernel(KERNEL, { dy, x, mean });
  }
  return sumTo(mul(dy, sub(x, mean)), mean.shape);
}

/** Normalization by given moments, and by the neighbouring channels. */
export const normalization: readonly GradConfig[] = [
  gradient<FusedBatchNormAttrs>(
    'FusedBatchNorm',
    { inputs: ['x', 'mean', 'variance', 'scale'] },
    (dy, [x, mean, variance, scale = scalar(1)], { varianceEpsilon }) => {
      const inverse = () => rsqrt(add(variance, varianceEpsilon)); // 1 / standard deviation
      return {
        x: () => mul(dy, mul(scale, inverse())),
        mean: () => mul(sumTo(dy, mean.shape), mul(-1, mul(scale, inverse()))),
        variance: () => {
          const cubed = mul(inverse(), square(inverse()));
          return mul(centredSum(dy, x, mean), mul(-0.5, mul(scale, cubed)));
        },
        scale: () => mul(centredSum(dy, x, mean), inverse()),
        offset: () => sumTo(dy, mean.shape),
      };
    },
  ),
  // y = x s^-beta, s = bias + alpha (sum of squares over the neighbouring channels).
  gradient<LRNAttrs>('LRN', { inputs: ['x'] }, (dy, [x], { depthRadius, bias, alpha, beta }) => ({
    x: () => {
      const channels = x.shape[x.rank - 1];
      const near = band(channels, depthRadius);
      const overNeighbours = (each: Tensor) => reshape(matMul(reshape(each, [-1, channels]), near), x.shape);
      const scale = add(bias, mul(alpha, overNeighbours(square(x))));
      const shared = overNeighbours(mul(dy, mul(x, pow(scale, -beta - 1))));
      return sub(mul(dy, pow(scale, -beta)), mul(2 * alpha * beta, mul(x, shared)));
    },
  })),
];

/** 1 where row and column are at most `radius` apart, else 0. */
function band(size: number, radius: number): Tensor {
  const entries = Float32Array.from({ length: size * size }, (_, at) =>
    Math.abs(Math.floor(at / size) - (at % size)) <= radius ? 1 : 0,
  );
  return tensor2d(entries, [size, size]);
}
