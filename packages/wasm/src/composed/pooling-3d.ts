import type { MaxPool3DAttrs, MaxPool3DGradAttrs, TensorInfo } from '@tensorflow/tfjs-core';
import { type KernelTopic, kernel } from '../kernel.ts';
import { pool3d, pool3dGradient } from '../pooling-3d.ts';

/**
 * Pooling of volumes and its gradient.
 *
 * The stock kernels give wrong maxima, and wrong means where strides are longer than windows.
 */
export const pooling3d: KernelTopic = () =>
  (['Max', 'Avg'] as const).flatMap((kind) => [
    kernel<{ x: TensorInfo }, MaxPool3DAttrs>(`${kind}Pool3D`, ({ inputs: { x }, attrs, run }) =>
      pool3d(run, kind, x, attrs),
    ),
    kernel<{ dy: TensorInfo; input: TensorInfo }, MaxPool3DGradAttrs>(
      `${kind}Pool3DGrad`,
      ({ inputs: { dy, input }, attrs, run }) => pool3dGradient(run, kind, dy, input, attrs),
    ),
  ]);
