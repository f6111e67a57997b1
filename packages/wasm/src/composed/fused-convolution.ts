import type { FusedConv2DAttrs, FusedConv2DInputs, KernelFunc } from '@tensorflow/tfjs-core';
import { count, kernel } from '../kernel.ts';
import { activate, areRows } from './activate.ts';

const plain: Readonly<Record<string, string>> = {
  FusedConv2D: 'Conv2D',
  FusedDepthwiseConv2D: 'DepthwiseConv2dNative',
};

/** A stock convolution; if it is fused, convolution, sum and activation apart where bias or slopes are not one number a channel. */
export function inParts(kernelName: string, run: KernelFunc): KernelFunc {
  if (!Object.hasOwn(plain, kernelName)) return run;
  const { kernelFunc } = kernel<FusedConv2DInputs, FusedConv2DAttrs>(kernelName, (call) => {
    const { inputs, attrs } = call;
    const { x, filter, bias, preluActivationWeights } = inputs;
    const channels = count(filter.shape.slice(kernelName === 'FusedConv2D' ? 3 : 2));
    if (areRows(call, inputs, channels)) return call.run(run, inputs, attrs);
    const result = call.run(plain[kernelName], { x, filter }, attrs);
    const sum = bias == null ? result : call.run('Add', { a: result, b: bias });
    return activate(call, sum, attrs, preluActivationWeights);
  });
  return kernelFunc;
}
