import {
  type Conv3DAttrs,
  type Conv3DBackpropFilterV2Attrs,
  type Conv3DBackpropInputV2Attrs,
  conv3d,
  engine,
  type GradConfig,
  stridedSlice,
  type Tensor,
  type Tensor5D,
} from '@tensorflow/tfjs-core';
import { gradient } from './gradient.ts';
import { spread } from './slices.ts';

type Attrs = Pick<Conv3DAttrs, 'strides' | 'pad'>;

/** Convolutions of volumes. They are linear in each input, and so are their gradients. */
export const convolution3d: readonly GradConfig[] = [
  // A dilated filter is a plain one with zeros between its entries, and its gradient is read off there.
  gradient<Conv3DAttrs>('Conv3D', { inputs: ['x', 'filter'] }, (dy, [x, filter], { dilations, ...attrs }) => {
    const apart = [dilations].flat();
    const plain = apart.reduce((wider, dilation, axis) => spread(wider, axis, dilation), filter);
    return {
      x: () => inInput(dy, plain, x.shape, attrs),
      filter: () => stridedSlice(inFilter(x, dy, plain.shape, attrs), [0, 0, 0, 0, 0], plain.shape, [...apart, 1, 1]),
    };
  }),
  gradient<Conv3DBackpropInputV2Attrs>(
    'Conv3DBackpropInputV2',
    { inputs: ['dy', 'filter'] },
    (ddx, [dy, filter], attrs) => ({
      dy: () => convolve(ddx, filter, attrs),
      filter: () => inFilter(ddx, dy, filter.shape, attrs),
    }),
  ),
  gradient<Conv3DBackpropFilterV2Attrs>('Conv3DBackpropFilterV2', { inputs: ['x', 'dy'] }, (ddf, [x, dy], attrs) => ({
    x: () => inInput(dy, ddf, x.shape, attrs),
    dy: () => convolve(x, ddf, attrs),
  })),
];

function inInput(dy: Tensor, filter: Tensor, inputShape: number[], { strides, pad }: Attrs): Tensor {
  return engine().runKernel('Conv3DBackpropInputV2', { dy, filter }, { strides, pad, inputShape });
}

function inFilter(x: Tensor, dy: Tensor, filterShape: number[], { strides, pad }: Attrs): Tensor {
  return engine().runKernel('Conv3DBackpropFilterV2', { x, dy }, { strides, pad, filterShape });
}

function convolve(x: Tensor, filter: Tensor, { strides, pad }: Attrs): Tensor {
  return conv3d(x as Tensor5D, filter as Tensor5D, strides, pad);
}
