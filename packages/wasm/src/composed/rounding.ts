import { backend_util, type Conv2DAttrs, type MaxPoolAttrs, type TensorInfo } from '@tensorflow/tfjs-core';
import { type KernelTopic, kernel } from '../kernel.ts';
import { inParts } from './fused-convolution.ts';

type Shape4D = [number, number, number, number];
type WindowAttrs = Omit<MaxPoolAttrs, 'pad'> & Pick<Conv2DAttrs, 'pad' | 'dilations' | 'dataFormat'>;

interface Windowed {
  readonly x: TensorInfo;
  readonly filter?: TensorInfo;
}

/**
 * Convolutions and pooling whose windows are not where XNNPACK takes them to be: rounded up (`dimRoundingMode`); counted by
 * tfjs as if they were square, as it does where the padding is one number; or further apart than they are long, with
 * padding `same`.
 *
 * XNNPACK counts by itself, and leaves a larger result partly unwritten or writes past the end of a smaller one. Padding
 * that reaches to the end of the last window, and no further, leaves nothing to count.
 */
export const rounding: KernelTopic = (stock) =>
  ['Conv2D', 'FusedConv2D', 'DepthwiseConv2dNative', 'FusedDepthwiseConv2D', 'MaxPool', 'AvgPool'].map((kernelName) => {
    const run = inParts(kernelName, stock(kernelName));
    return kernel<Windowed, WindowAttrs>(kernelName, (call) => {
      const { inputs, attrs } = call;
      const { dimRoundingMode, dataFormat } = attrs;
      const rounded = dimRoundingMode === 'ceil' || dimRoundingMode === 'round';
      if (!rounded && (attrs.pad === 'valid' || Array.isArray(attrs.pad))) return call.run(run, inputs, attrs);
      if (dataFormat === 'NCHW') throw new RangeError(`the WASM backend takes NHWC images only, got ${dataFormat}`);
      const pad = exactPadding(kernelName, inputs, attrs);
      return call.run(run, inputs, { ...attrs, pad, dimRoundingMode: 'floor' });
    });
  });

function exactPadding(kernelName: string, { x, filter }: Windowed, attrs: WindowAttrs): backend_util.ExplicitPadding {
  const { strides, pad, dilations, dimRoundingMode, filterSize } = attrs;
  const shape = x.shape as Shape4D;
  const info =
    filter === undefined
      ? backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode)
      : backend_util.computeConv2DInfo(
          shape,
          filter.shape as Shape4D,
          strides,
          dilations,
          pad,
          dimRoundingMode,
          kernelName.includes('Depthwise'),
        );
  const { top, left } = info.padInfo;
  const bottom = (info.outHeight - 1) * info.strideHeight + info.effectiveFilterHeight - top - info.inHeight;
  const right = (info.outWidth - 1) * info.strideWidth + info.effectiveFilterWidth - left - info.inWidth;
  return [
    [0, 0],
    [top, Math.max(0, bottom)],
    [left, Math.max(0, right)],
    [0, 0],
  ];
}
