import type {
  Conv2DAttrs,
  Conv2DBackpropFilterAttrs,
  Conv2DBackpropInputAttrs,
  FusedConv2DAttrs,
  FusedConv2DInputs,
  TensorInfo,
} from '@tensorflow/tfjs-core';
import { activate, isRow } from '../composed/activate.ts';
import { convolutionInfo } from '../composed/convolution.ts';
import { count, floats, kernel, pointer } from '../kernel.ts';
import { type Convolved, convolve } from './convolve.ts';
import type { NativeTopic } from './native-topic.ts';
import { forEachBlock } from './patches.ts';

/** Channels of the result from which filling the patches costs less than the native product gains on XNNPACK. */
const CHANNELS = 32;

/**
 * Convolutions as products of patches with the filter, by the native module.
 *
 * Every number of a result and of an input gradient is summed in an order of its own: its bits do not depend on the
 * batch. Without fused multiply-add, or with few channels in the result, XNNPACK is faster and convolves.
 */
export const convolution: NativeTopic = (native, composed) => {
  const { exports, work } = native;
  const [composedPlain, composedFused] = [composed('Conv2D'), composed('FusedConv2D')];
  const better = ({ x, filter }: Convolved) =>
    native.relaxed && x.dtype === 'float32' && filter.dtype === 'float32' && filter.shape[3] >= CHANNELS;

  return [
    kernel<Convolved, Conv2DAttrs>('Conv2D', (call) => {
      const { inputs, attrs, run } = call;
      return better(inputs) ? convolve(call, native, inputs, attrs) : run(composedPlain, inputs, attrs);
    }),

    kernel<FusedConv2DInputs, FusedConv2DAttrs>('FusedConv2D', (call) => {
      const { inputs, attrs, run } = call;
      if (!better(inputs)) return run(composedFused, inputs, attrs);
      const { bias, preluActivationWeights } = inputs;
      const row = bias != null && isRow(bias, inputs.filter.shape[3]);
      const result = convolve(call, native, inputs, attrs, row ? bias : undefined);
      const sum = bias == null || row ? result : run('Add', { a: result, b: bias });
      return activate(call, sum, attrs, preluActivationWeights);
    }),

    // The sum over all windows of all images is one of sums over blocks: so many terms would lose digits one by one.
    kernel<{ x: TensorInfo; dy: TensorInfo }, Conv2DBackpropFilterAttrs>('Conv2DBackpropFilter', (call) => {
      const { inputs, attrs, backend, make, scratch } = call;
      const info = convolutionInfo(inputs.x.shape, attrs.filterShape, attrs);
      const [channels, length] = [info.outChannels, count(attrs.filterShape.slice(0, 3))];
      const out = make(attrs.filterShape);
      const part = scratch(4 * length * channels);
      const [x, dy, total] = [inputs.x, inputs.dy, out].map((each) => pointer(backend, each));
      floats(backend, out).fill(0);
      forEachBlock(call, native, info, 'unfold', x, (first, windows, patches) => {
        const share = dy + 4 * channels * first;
        exports.gemm(length, channels, windows, patches, 1, length, share, channels, 1, part, 0, work);
        exports.add(length * channels, part, total);
      });
      return out;
    }),

    kernel<{ dy: TensorInfo; filter: TensorInfo }, Conv2DBackpropInputAttrs>('Conv2DBackpropInput', (call) => {
      const { inputs, attrs, backend, make } = call;
      const info = convolutionInfo(attrs.inputShape, inputs.filter.shape, attrs);
      const [channels, length] = [info.outChannels, count(inputs.filter.shape.slice(0, 3))];
      const out = make(attrs.inputShape);
      const [dy, filter, dx] = [inputs.dy, inputs.filter, out].map((each) => pointer(backend, each));
      floats(backend, out).fill(0);
      forEachBlock(call, native, info, 'fold', dx, (first, windows, patches) => {
        const share = dy + 4 * channels * first;
        exports.gemm(windows, length, channels, share, channels, 1, filter, 1, channels, patches, 0, work);
      });
      return out;
    }),
  ];
};
