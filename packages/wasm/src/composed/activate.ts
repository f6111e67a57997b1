import type { _FusedMatMulAttrs, TensorInfo } from '@tensorflow/tfjs-core';
import type { KernelCall } from '../kernel.ts';

const activationKernels = {
  relu: 'Relu',
  relu6: 'Relu6',
  elu: 'Elu',
  sigmoid: 'Sigmoid',
  leakyrelu: 'LeakyRelu',
  prelu: 'Prelu',
} as const;

/**
 * The activation of a fused kernel, by the kernel of its own.
 *
 * @param slopes - Slopes of `prelu` below 0.
 */
export function activate(
  { run }: KernelCall<unknown, unknown>,
  x: TensorInfo,
  { activation, leakyreluAlpha: alpha }: Pick<_FusedMatMulAttrs, 'activation' | 'leakyreluAlpha'>,
  slopes?: TensorInfo,
): TensorInfo {
  if (activation === 'linear') return x;
  return run(activationKernels[activation], { x, alpha: slopes }, { alpha });
}
