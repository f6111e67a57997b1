import {
  backend_util,
  type DepthwiseConv2dNativeBackpropFilterAttrs,
  type DepthwiseConv2dNativeBackpropInputAttrs,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { count, floats, type KernelTopic, kernel } from '../kernel.ts';
import { place } from './image.ts';

/**
 * Gradients of the depthwise convolution, which the backend lacks.
 *
 * Filters are [height, width, channels, multiplier], results [batch, rows, columns, channels * multiplier].
 */
export const depthwise: KernelTopic = () => [
  kernel<{ x: TensorInfo; dy: TensorInfo }, DepthwiseConv2dNativeBackpropFilterAttrs>(
    'DepthwiseConv2dNativeBackpropFilter',
    ({ inputs: { x, dy }, attrs, backend, make }) => {
      const info = depthwiseInfo(x.shape, attrs.filterShape, attrs);
      const out = make(attrs.filterShape);
      floats(backend, out).set(filterGradient(floats(backend, x), floats(backend, dy), info));
      return out;
    },
  ),

  // As for the full convolution, channel by channel; each input channel gathers from its `multiplier` results.
  kernel<{ dy: TensorInfo; filter: TensorInfo }, DepthwiseConv2dNativeBackpropInputAttrs>(
    'DepthwiseConv2dNativeBackpropInput',
    (call) => {
      const { inputs, attrs, run } = call;
      const { dy, filter } = inputs;
      const { filterHeight, filterWidth, ...info } = depthwiseInfo(attrs.inputShape, filter.shape, attrs);
      const spread = place(call, dy, {
        height: info.inHeight + filterHeight - 1,
        width: info.inWidth + filterWidth - 1,
        top: filterHeight - 1 - info.padInfo.top,
        left: filterWidth - 1 - info.padInfo.left,
        strideHeight: info.strideHeight,
        strideWidth: info.strideWidth,
      });
      const turned = run('Reverse', { x: filter }, { dims: [0, 1] });
      const single = run('Reshape', { x: turned }, { shape: [filterHeight, filterWidth, info.outChannels, 1] });
      const once = { strides: 1, pad: 'valid', dataFormat: 'NHWC', dilations: 1 };
      const each = run('DepthwiseConv2dNative', { x: spread, filter: single }, once);
      if (info.outChannels === info.inChannels) return each;
      const grouped = run('Reshape', { x: each }, { shape: [count(attrs.inputShape), filter.shape[3]] });
      return run(
        'Reshape',
        { x: run('Sum', { x: grouped }, { axis: [1], keepDims: false }) },
        { shape: attrs.inputShape },
      );
    },
  ),
];

/** Sums x dy over images and positions in double precision, for each place in the filter. */
function filterGradient(x: Float32Array, dy: Float32Array, info: backend_util.Conv2DInfo): Float64Array {
  const { inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, filterHeight, filterWidth } = info;
  const { padInfo, strideHeight, strideWidth } = info;
  const multiplier = outChannels / inChannels;
  const total = new Float64Array(filterHeight * filterWidth * outChannels);
  for (let place = 0; place < info.batchSize * outHeight * outWidth; place++) {
    const column = place % outWidth;
    const row = Math.floor(place / outWidth) % outHeight;
    const image = Math.floor(place / (outHeight * outWidth));
    for (let i = 0; i < filterHeight; i++) {
      const y = row * strideHeight - padInfo.top + i;
      if (y < 0 || y >= inHeight) continue;
      for (let j = 0; j < filterWidth; j++) {
        const z = column * strideWidth - padInfo.left + j;
        if (z < 0 || z >= inWidth) continue;
        let from = ((image * inHeight + y) * inWidth + z) * inChannels;
        let to = (i * filterWidth + j) * outChannels;
        let at = place * outChannels;
        for (let channel = 0; channel < inChannels; channel++, from++) {
          for (let copy = 0; copy < multiplier; copy++) total[to++] += x[from] * dy[at++];
        }
      }
    }
  }
  return total;
}

/**
 * Where the filter of a depthwise convolution meets the images.
 *
 * @throws RangeError if the filter is dilated.
 */
export function depthwiseInfo(
  input: readonly number[],
  filter: readonly number[],
  attrs: DepthwiseConv2dNativeBackpropFilterAttrs | DepthwiseConv2dNativeBackpropInputAttrs,
): backend_util.Conv2DInfo {
  const { strides, pad, dimRoundingMode, dilations } = attrs;
  if ([dilations ?? 1].flat().some((dilation) => dilation !== 1)) {
    throw new RangeError(
      `gradients of dilated depthwise filters take the filter spread out, got dilations ${dilations}`,
    );
  }
  return backend_util.computeConv2DInfo(
    [...input] as [number, number, number, number],
    [...filter] as [number, number, number, number],
    strides,
    1,
    pad,
    dimRoundingMode,
    true,
  );
}
