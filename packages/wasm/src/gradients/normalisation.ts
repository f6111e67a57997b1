import {
  add,
  engine,
  type FusedBatchNormAttrs,
  type GradConfig,
  getBackend,
  getKernel,
  type LRNAttrs,
  mul,
  type NamedAttrMap,
  rsqrt,
  scalar,
  square,
  sub,
  type Tensor,
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

/** Normalisation by given moments, and by the neighbouring channels. */
export const normalisation: readonly GradConfig[] = [
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
  gradient<LRNAttrs>('LRN', { inputs: ['x'], outputs: [true] }, (dy, [x, y], attrs) => ({
    x: () => engine().runKernel('LRNGrad', { x, y, dy }, { ...attrs } as NamedAttrMap),
  })),
];
