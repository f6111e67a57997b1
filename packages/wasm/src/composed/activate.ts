import type { _FusedMatMulAttrs, FusedConv2DInputs, TensorInfo } from '@tensorflow/tfjs-core';
import { count, type KernelCall } from '../kernel.ts';

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

/** Whether a bias or slopes hold one number for each entry of the last axis. */
export function isRow({ shape }: TensorInfo, length: number): boolean {
  return shape.at(-1) === length && count(shape) === length;
}

/**
 * Whether a stock fused kernel takes bias and slopes for what they are: it takes all for rows, and asks the data of the bias, not the
 * tensor, for its shape.
 */
export function areRows(
  { backend }: KernelCall<unknown, unknown>,
  { bias, preluActivationWeights: slopes }: Pick<FusedConv2DInputs, 'bias' | 'preluActivationWeights'>,
  length: number,
): boolean {
  const ownShape = bias && backend.dataIdMap.get(bias.dataId).shape;
  return (!bias || (isRow(bias, length) && ownShape?.length === 1)) && (!slopes || isRow(slopes, length));
}
