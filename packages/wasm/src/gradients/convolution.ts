import {
  type Conv2DAttrs,
  type Conv2DBackpropFilterAttrs,
  type Conv2DBackpropInputAttrs,
  conv2d,
  type DepthwiseConv2dNativeAttrs,
  type DepthwiseConv2dNativeBackpropFilterAttrs,
  type DepthwiseConv2dNativeBackpropInputAttrs,
  depthwiseConv2d,
  engine,
  type FusedConv2DAttrs,
  type FusedDepthwiseConv2DAttrs,
  type GradConfig,
  stridedSlice,
  type Tensor,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { fused } from './fused.ts';
import { gradient } from './gradient.ts';
import { spread } from './slices.ts';

const keep = { inputs: ['x', 'filter'] };

/**
 * Convolutions in one and two dimensions, full and depthwise.
 *
 * A dilated filter is a plain one with zeros between its entries, and its gradient is read off there.
 */
export const convolution: readonly GradConfig[] = [
  gradient<Conv2DAttrs>('Conv2D', keep, ofConvolution),
  fused<FusedConv2DAttrs>('FusedConv2D', keep.inputs, ofConvolution),
  gradient<DepthwiseConv2dNativeAttrs>('DepthwiseConv2dNative', keep, ofDepthwise),
  fused<FusedDepthwiseConv2DAttrs>('FusedDepthwiseConv2D', keep.inputs, ofDepthwise),
  // The following are linear in each input; so are their gradients.
  gradient<Conv2DBackpropInputAttrs>(
    'Conv2DBackpropInput',
    { inputs: ['dy', 'filter'] },
    (ddx, [dy, filter], { inputShape: _, ...attrs }) => ({
      dy: () => convolve(ddx, filter, attrs),
      filter: () => run('Conv2DBackpropFilter', { x: ddx, dy }, { ...attrs, filterShape: filter.shape }),
    }),
  ),
  gradient<Conv2DBackpropFilterAttrs>(
    'Conv2DBackpropFilter',
    { inputs: ['x', 'dy'] },
    (ddf, [x, dy], { filterShape: _, ...attrs }) => ({
      x: () => run('Conv2DBackpropInput', { dy, filter: ddf }, { ...attrs, inputShape: x.shape }),
      dy: () => convolve(x, ddf, attrs),
    }),
  ),
  gradient<DepthwiseConv2dNativeBackpropInputAttrs>(
    'DepthwiseConv2dNativeBackpropInput',
    { inputs: ['dy', 'filter'] },
    (ddx, [dy, filter], { inputShape: _, ...attrs }) => ({
      dy: () => convolveDepthwise(ddx, filter, attrs),
      filter: () => run('DepthwiseConv2dNativeBackpropFilter', { x: ddx, dy }, { ...attrs, filterShape: filter.shape }),
    }),
  ),
  gradient<DepthwiseConv2dNativeBackpropFilterAttrs>(
    'DepthwiseConv2dNativeBackpropFilter',
    { inputs: ['x', 'dy'] },
    (ddf, [x, dy], { filterShape: _, ...attrs }) => ({
      x: () => run('DepthwiseConv2dNativeBackpropInput', { dy, filter: ddf }, { ...attrs, inputShape: x.shape }),
      dy: () => convolveDepthwise(x, ddf, attrs),
    }),
  ),
];

function ofConvolution(dy: Tensor, [x, filter]: Tensor[], { dilations, ...attrs }: WindowAttrs): FilterDerivatives {
  const { strides, pad, dataFormat, dimRoundingMode } = attrs;
  const plainAttrs = { strides, pad, dataFormat, dimRoundingMode };
  return forFilter(filter, dilations, (plain) => ({
    x: () => run('Conv2DBackpropInput', { dy, filter: plain }, { ...plainAttrs, inputShape: x.shape }),
    filter: () => run('Conv2DBackpropFilter', { x, dy }, { ...plainAttrs, filterShape: plain.shape }),
  }));
}

function ofDepthwise(dy: Tensor, [x, filter]: Tensor[], { dilations, ...attrs }: WindowAttrs): FilterDerivatives {
  const { strides, pad, dimRoundingMode } = attrs;
  const flat = { strides, pad, dimRoundingMode, dilations: 1 };
  return forFilter(filter, dilations, (plain) => ({
    x: () => run('DepthwiseConv2dNativeBackpropInput', { dy, filter: plain }, { ...flat, inputShape: x.shape }),
    filter: () => run('DepthwiseConv2dNativeBackpropFilter', { x, dy }, { ...flat, filterShape: plain.shape }),
  }));
}

function run(kernelName: string, inputs: Record<string, Tensor>, attrs: object): Tensor {
  return engine().runKernel(kernelName, inputs, attrs as Parameters<ReturnType<typeof engine>['runKernel']>[2]);
}

type PlainAttrs = Pick<Conv2DAttrs, 'strides' | 'pad' | 'dataFormat' | 'dimRoundingMode'>;
type WindowAttrs = PlainAttrs & Pick<Conv2DAttrs, 'dilations'>;

function convolve(x: Tensor, filter: Tensor, { strides, pad, dataFormat, dimRoundingMode }: PlainAttrs): Tensor {
  return conv2d(x as Tensor4D, filter as Tensor4D, strides, pad, dataFormat, 1, dimRoundingMode);
}

type DepthwiseAttrs = Pick<DepthwiseConv2dNativeAttrs, 'strides' | 'pad' | 'dimRoundingMode'>;

function convolveDepthwise(x: Tensor, filter: Tensor, { strides, pad, dimRoundingMode }: DepthwiseAttrs): Tensor {
  return depthwiseConv2d(x as Tensor4D, filter as Tensor4D, strides, pad, 'NHWC', 1, dimRoundingMode);
}

type FilterDerivatives = Record<'x' | 'filter', () => Tensor>;

/** Derivatives for a dilated filter from those for the plain one with zeros between its entries. */
function forFilter(
  filter: Tensor,
  dilations: number | readonly number[] | undefined,
  derive: (plain: Tensor) => FilterDerivatives,
): FilterDerivatives {
  if (isOne(dilations)) return { ...derive(filter) };
  const [height, width] = [dilations ?? 1, dilations ?? 1].flat();
  const plain = spread(spread(filter, 0, height), 1, width);
  const derived = derive(plain);
  return {
    x: derived.x,
    filter: () => stridedSlice(derived.filter(), [0, 0, 0, 0], plain.shape, [height, width, 1, 1]),
  };
}

function isOne(dilations: number | readonly number[] | undefined): boolean {
  return [dilations ?? 1].flat().every((dilation) => dilation === 1);
}
