import type {
  DepthwiseConv2dNativeBackpropFilterAttrs,
  DepthwiseConv2dNativeBackpropInputAttrs,
  TensorInfo,
} from '@tensorflow/tfjs-core';
import { depthwiseInfo } from '../composed/depthwise.ts';
import { count, floats, kernel, pointer } from '../kernel.ts';
import type { NativeTopic } from './native-topic.ts';
import { windowRecord } from './windows.ts';

/**
 * Gradients of the depthwise convolution by the native module, image by image.
 *
 * A channel with several results counts as several channels with one result each: every image is repeated, or its
 * gradient summed, by way of one such image.
 */
export const depthwise: NativeTopic = ({ exports }) => [
  kernel<{ x: TensorInfo; dy: TensorInfo }, DepthwiseConv2dNativeBackpropFilterAttrs>(
    'DepthwiseConv2dNativeBackpropFilter',
    (call) => {
      const { inputs, attrs, backend, make } = call;
      const info = depthwiseInfo(inputs.x.shape, attrs.filterShape, attrs);
      const windows = windowRecord(call, info, info.outChannels);
      const [size, results, multiplier] = [
        count(info.inShape.slice(1)),
        count(info.outShape.slice(1)),
        attrs.filterShape[3],
      ];
      const [out, part] = [make(attrs.filterShape), make(attrs.filterShape)];
      const repeated = make([multiplier === 1 ? 0 : size * multiplier]);
      const [x, wide, dy, of, total] = [inputs.x, repeated, inputs.dy, part, out].map((each) => pointer(backend, each));
      floats(backend, out).fill(0);
      for (let image = 0; image < info.batchSize; image++) {
        const from = x + 4 * image * size;
        if (multiplier !== 1) exports.repeatEach(size, multiplier, from, wide);
        floats(backend, part).fill(0);
        exports.depthwiseFilterGrad(windows, multiplier === 1 ? from : wide, dy + 4 * image * results, of);
        exports.add(count(out.shape), of, total);
      }
      return out;
    },
  ),

  kernel<{ dy: TensorInfo; filter: TensorInfo }, DepthwiseConv2dNativeBackpropInputAttrs>(
    'DepthwiseConv2dNativeBackpropInput',
    (call) => {
      const { inputs, attrs, backend, make } = call;
      const info = depthwiseInfo(attrs.inputShape, inputs.filter.shape, attrs);
      const windows = windowRecord(call, info, info.outChannels);
      const [size, results, multiplier] = [
        count(info.inShape.slice(1)),
        count(info.outShape.slice(1)),
        inputs.filter.shape[3],
      ];
      const out = make(attrs.inputShape);
      const repeated = make([multiplier === 1 ? 0 : size * multiplier]);
      const [dy, filter, wide, dx] = [inputs.dy, inputs.filter, repeated, out].map((each) => pointer(backend, each));
      floats(backend, out).fill(0);
      for (let image = 0; image < info.batchSize; image++) {
        const to = dx + 4 * image * size;
        floats(backend, repeated).fill(0);
        exports.depthwiseInputGrad(windows, filter, dy + 4 * image * results, multiplier === 1 ? to : wide);
        if (multiplier !== 1) exports.sumEach(size, multiplier, wide, to);
      }
      return out;
    },
  ),
];
