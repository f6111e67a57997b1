import {
  add,
  engine,
  type FusedBatchNormAttrs,
  type GradConfig,
  type LRNAttrs,
  mul,
  type NamedAttrMap,
  rsqrt,
  scalar,
  square,
  sub,
} from '@tensorflow/tfjs-core';
import { gradient, sumTo } from './gradient.ts';

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
          return mul(sumTo(mul(dy, sub(x, mean)), mean.shape), mul(-0.5, mul(scale, cubed)));
        },
        scale: () => mul(sumTo(mul(dy, sub(x, mean)), mean.shape), inverse()),
        offset: () => sumTo(dy, mean.shape),
      };
    },
  ),
  gradient<LRNAttrs>('LRN', { inputs: ['x'], outputs: [true] }, (dy, [x, y], attrs) => ({
    x: () => engine().runKernel('LRNGrad', { x, y, dy }, { ...attrs } as NamedAttrMap),
  })),
];
