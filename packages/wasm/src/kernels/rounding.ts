import { backend_util, type Conv2DAttrs, type MaxPoolAttrs, type TensorInfo } from '@tensorflow/tfjs-core';
import { type KernelTopic, kernel } from './kernel.ts';

type Shape4D = [number, number, number, number];
type WindowAttrs = Omit<MaxPoolAttrs, 'pad'> & Pick<Conv2DAttrs, 'pad' | 'dilations' | 'dataFormat'>;

interface Windowed {
  readonly x: TensorInfo;
  readonly filter?: TensorInfo;
}

/**
 * Convolutions and pooling whose number of windows is rounded up (`dimRoundingMode`).
 *
 * XNNPACK rounds down by itself and leaves a larger result partly unwritten. Padding that reaches to the end of the
 * last window leaves nothing to round.
 */
export const rounding: KernelTopic = (stock) =>
  ['Conv2D', 'FusedConv2D', 'DepthwiseConv2dNative', 'FusedDepthwiseConv2D', 'MaxPool', 'AvgPool'].map((kernelName) => {
    const run = stock(kernelName);
    return kernel<Windowed, WindowAttrs>(kernelName, (call) => {
      const { inputs, attrs } = call;
      const { dimRoundingMode, dataFormat } = attrs;
      if (dimRoundingMode !== 'ceil' && dimRoundingMode !== 'round') return call.run(run, inputs, attrs);
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
  const { top, bottom, left, right } = info.padInfo;
  const lastRow = (info.outHeight - 1) * info.strideHeight + info.effectiveFilterHeight;
  const lastColumn = (info.outWidth - 1) * info.strideWidth + info.effectiveFilterWidth;
  return [
    [0, 0],
    [top, Math.max(bottom, lastRow - top - info.inHeight)],
    [left, Math.max(right, lastColumn - left - info.inWidth)],
    [0, 0],
  ];
}
