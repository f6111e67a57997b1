import type { Conv2DAttrs, TensorInfo } from '@tensorflow/tfjs-core';
import { convolutionInfo } from '../composed/convolution.ts';
import { count, type KernelCall, pointer } from '../kernel.ts';
import type { NativeKernels } from './native-kernels.ts';
import { forEachBlock } from './patches.ts';

/** Images and what is moved over them. */
export interface Convolved {
  /** [batch, rows, columns, channels]. */
  readonly x: TensorInfo;
  /** [height, width, channels, outChannels]. */
  readonly filter: TensorInfo;
}

/**
 * A convolution as a product of patches with the filter, by the native module.
 *
 * @param init - A number for each channel of the result, such as a bias, which its sums start from. Default: zeros.
 */
export function convolve(
  call: KernelCall<unknown, unknown>,
  native: NativeKernels,
  { x, filter }: Convolved,
  attrs: Conv2DAttrs,
  init?: TensorInfo,
): TensorInfo {
  const { backend, make } = call;
  const info = convolutionInfo(x.shape, filter.shape, attrs);
  const [channels, length] = [info.outChannels, count(filter.shape.slice(0, 3))];
  const out = make(info.outShape);
  const [images, weights, y] = [x, filter, out].map((each) => pointer(backend, each));
  const start = init === undefined ? 0 : pointer(backend, init);
  forEachBlock(call, native, info, 'unfold', images, (first, windows, patches) => {
    const to = y + 4 * channels * first;
    native.exports.gemm(windows, channels, length, patches, length, 1, weights, channels, 1, to, start, native.work);
  });
  return out;
}
