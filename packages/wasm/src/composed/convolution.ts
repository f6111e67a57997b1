import {
  backend_util,
  type Conv2DAttrs,
  type Conv2DBackpropFilterAttrs,
  type Conv2DBackpropInputAttrs,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { type KernelTopic, kernel } from '../kernel.ts';
import { place } from './image.ts';

const once = { strides: 1, pad: 'valid', dataFormat: 'NHWC', dilations: 1 } as const;

/**
 * Gradients of the convolution, as convolutions by XNNPACK.
 *
 * The backend has no filter gradient; its input gradient is a plain loop.
 */
export const convolution: KernelTopic = () => [
  // dF[i, j, c, o] = sum over n, p, q of x[n, p s + i, q s + j, c] dy[n, p, q, o]: a convolution in which batch and
  // channels have changed places, dy is the filter and the stride is the dilation.
  kernel<{ x: TensorInfo; dy: TensorInfo }, Conv2DBackpropFilterAttrs>('Conv2DBackpropFilter', (call) => {
    const { inputs, attrs, run } = call;
    const { x, dy } = inputs;
    const info = convolutionInfo(x.shape, attrs.filterShape, attrs);
    const { padInfo, strideHeight, strideWidth, filterHeight, filterWidth, inChannels, outChannels } = info;
    const padded = place(call, x, {
      height: (info.outHeight - 1) * strideHeight + filterHeight,
      width: (info.outWidth - 1) * strideWidth + filterWidth,
      top: padInfo.top,
      left: padInfo.left,
      strideHeight: 1,
      strideWidth: 1,
    });
    if (filterHeight === 1 && filterWidth === 1 && strideHeight === 1 && strideWidth === 1) {
      const pixels = info.batchSize * info.outHeight * info.outWidth;
      const a = run('Reshape', { x: padded }, { shape: [pixels, inChannels] });
      const b = run('Reshape', { x: dy }, { shape: [pixels, outChannels] });
      const product = run('BatchMatMul', { a, b }, { transposeA: true, transposeB: false }); // [inChannels, outChannels]
      return run('Reshape', { x: product }, { shape: attrs.filterShape });
    }
    const images = run('Transpose', { x: padded }, { perm: [3, 1, 2, 0] });
    const filter = run('Transpose', { x: dy }, { perm: [1, 2, 0, 3] });
    const result = run('Conv2D', { x: images, filter }, { ...once, dilations: [strideHeight, strideWidth] });
    return run('Transpose', { x: result }, { perm: [1, 2, 0, 3] });
  }),

  // Every dy is spread over the window it came from: dy, set apart by the stride, convolved with the turned filter.
  kernel<{ dy: TensorInfo; filter: TensorInfo }, Conv2DBackpropInputAttrs>('Conv2DBackpropInput', (call) => {
    const { inputs, attrs, run } = call;
    const { dy, filter } = inputs;
    const info = convolutionInfo(attrs.inputShape, filter.shape, attrs);
    const spread = place(call, dy, {
      height: info.inHeight + info.filterHeight - 1,
      width: info.inWidth + info.filterWidth - 1,
      top: info.filterHeight - 1 - info.padInfo.top,
      left: info.filterWidth - 1 - info.padInfo.left,
      strideHeight: info.strideHeight,
      strideWidth: info.strideWidth,
    });
    const turned = run('Reverse', { x: filter }, { dims: [0, 1] });
    const exchanged = run('Transpose', { x: turned }, { perm: [0, 1, 3, 2] });
    return run('Conv2D', { x: spread, filter: exchanged }, once);
  }),
];

/**
 * Where the filter of a convolution meets the images.
 *
 * @throws RangeError if the channels come first.
 */
export function convolutionInfo(
  input: readonly number[],
  filter: readonly number[],
  { strides, pad, dimRoundingMode, dataFormat, dilations = 1 }: Omit<Conv2DAttrs, 'dilations'> & Partial<Conv2DAttrs>,
): backend_util.Conv2DInfo {
  if (dataFormat !== 'NHWC') throw new RangeError(`the WASM backend convolves NHWC images only, got ${dataFormat}`);
  return backend_util.computeConv2DInfo(
    [...input] as [number, number, number, number],
    [...filter] as [number, number, number, number],
    strides,
    dilations,
    pad,
    dimRoundingMode,
  );
}
