import { type AvgPoolGradAttrs, backend_util, type MaxPoolGradAttrs, type TensorInfo } from '@tensorflow/tfjs-core';
import { kernel, pointer } from '../kernel.ts';
import type { NativeTopic } from './native-topic.ts';

interface Windows {
  /** Gradient with respect to each window's result. */
  readonly dy: TensorInfo;
  /** What was pooled: images [batch, height, width, channels]. */
  readonly input: TensorInfo;
}

/** Gradients of maximum and average pooling by the native module. */
export const pooling: NativeTopic = ({ exports }) =>
  ['MaxPoolGrad', 'AvgPoolGrad'].map((kernelName) =>
    kernel<Windows, AvgPoolGradAttrs & Partial<MaxPoolGradAttrs>>(
      kernelName,
      ({ inputs: { dy, input }, attrs: { filterSize, strides, pad, dimRoundingMode }, backend, make }) => {
        const shape = [...input.shape] as [number, number, number, number];
        const info = backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
        const out = make(shape);
        exports.poolGrad(
          ...shape,
          ...([info.outHeight, info.outWidth, info.filterHeight, info.filterWidth] as const),
          ...([info.strideHeight, info.strideWidth, info.padInfo.top, info.padInfo.left] as const),
          kernelName === 'MaxPoolGrad' ? pointer(backend, input) : 0,
          ...([pointer(backend, dy), pointer(backend, out)] as const),
        );
        return out;
      },
    ),
  );
