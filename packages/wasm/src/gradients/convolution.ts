import {
  type Conv2DAttrs,
  type Conv2DBackpropFilterAttrs,
  type Conv2DBackpropInputAttrs,
  conv2d,
  type DepthwiseConv2dNativeAttrs,
  engine,
  type GradConfig,
  stridedSlice,
  type Tensor,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { gradient } from './gradient.ts';
import { spread } from './parts.ts';

const keep = { inputs: ['x', 'filter'] };

/**
 * Convolutions in one and two dimensions, full and depthwise.
 *
 * A dilated filter is a plain one with zeros between its entries, and its gradient is read off there.
 */
export const convolution: readonly GradConfig[] = [
  gradient<Conv2DAttrs>('Conv2D', keep, (dy, [x, filter], { dilations, ...attrs }) =>
    forFilter(filter, dilations, (plain) => ({
      x: () => run('Conv2DBackpropInput', { dy, filter: plain }, { ...attrs, inputShape: x.shape }),
      filter: () => run('Conv2DBackpropFilter', { x, dy }, { ...attrs, filterShape: plain.shape }),
    })),
  ),
  gradient<DepthwiseConv2dNativeAttrs>('DepthwiseConv2dNative', keep, (dy, [x, filter], { dilations, ...attrs }) =>
    forFilter(filter, dilations, (plain) => {
      const flat = { ...attrs, dilations: 1 };
      return {
        x: () => run('DepthwiseConv2dNativeBackpropInput', { dy, filter: plain }, { ...flat, inputShape: x.shape }),
        filter: () => run('DepthwiseConv2dNativeBackpropFilter', { x, dy }, { ...flat, filterShape: plain.shape }),
      };
    }),
  ),
  // Both of the following are linear in each input; so are their gradients.
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
];

function run(kernelName: string, inputs: Record<string, Tensor>, attrs: object): Tensor {
  return engine().runKernel(kernelName, inputs, attrs as Parameters<ReturnType<typeof engine>['runKernel']>[2]);
}

type PlainAttrs = Pick<Conv2DAttrs, 'strides' | 'pad' | 'dataFormat' | 'dimRoundingMode'>;

function convolve(x: Tensor, filter: Tensor, { strides, pad, dataFormat, dimRoundingMode }: PlainAttrs): Tensor {
  return conv2d(x as Tensor4D, filter as Tensor4D, strides, pad, dataFormat, 1, dimRoundingMode);
}

interface FilterDerivatives {
  readonly x: () => Tensor;
  readonly filter: () => Tensor;
}

/** Derivatives for a dilated filter from those for the plain one with zeros between its entries. */
function forFilter(
  filter: Tensor,
  dilations: number | readonly number[] | undefined,
  derive: (plain: Tensor) => FilterDerivatives,
): Record<'x' | 'filter', () => Tensor> {
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
