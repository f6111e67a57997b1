import {
  type AvgPoolAttrs,
  type AvgPoolGradAttrs,
  avgPool,
  backend_util,
  type Dilation2DAttrs,
  div,
  engine,
  type GradConfig,
  gather,
  type MaxPoolAttrs,
  type MaxPoolGradAttrs,
  type MaxPoolWithArgmaxAttrs,
  mul,
  type NamedAttrMap,
  onesLike,
  reshape,
  type Tensor,
  type Tensor4D,
  tensor,
  zeros,
} from '@tensorflow/tfjs-core';
import { gradient } from './gradient.ts';

/** Pooling of images, and the largest of sums (dilation, as in morphology). */
export const pooling: readonly GradConfig[] = [
  gradient<MaxPoolAttrs>('MaxPool', { inputs: ['x'], outputs: [true] }, (dy, [input, output], attrs) => ({
    x: () => run('MaxPoolGrad', { dy, input, output }, attrs),
  })),
  gradient<MaxPoolWithArgmaxAttrs, Tensor[]>(
    'MaxPoolWithArgmax',
    { inputs: ['x'], outputs: [true] },
    ([dy], [input, output], { filterSize, strides, pad }) => ({
      x: () => run('MaxPoolGrad', { dy, input, output }, { filterSize, strides, pad }),
    }),
  ),
  // Picks for every window what its largest entry gets.
  gradient<MaxPoolGradAttrs>('MaxPoolGrad', { inputs: ['input', 'output'] }, (ddx, [input, output], attrs) => ({
    dy: () => {
      const exact = { filterSize: attrs.filterSize, strides: attrs.strides, pad: exactPadding(input, attrs) };
      const [, places] = runAll('MaxPoolWithArgmax', { x: input }, { ...exact, includeBatchInIndex: true });
      return gather(reshape(ddx, [ddx.size]), places);
    },
    input: () => zeros(input.shape),
    output: () => zeros(output.shape),
  })),
  gradient<AvgPoolAttrs>('AvgPool', { inputs: ['x'] }, (dy, [input], attrs) => ({
    x: () => {
      const { filterSize, strides } = attrs;
      // The kernel rounds sizes down; with the padding that the windows really reach there is nothing to round.
      const exact = { filterSize, strides, pad: exactPadding(input, attrs) };
      return run('AvgPoolGrad', { dy: perEntry(dy, axesOf(input, attrs)), input }, exact);
    },
  })),
  // The means that count the padding, which the kernel divides by.
  gradient<AvgPoolGradAttrs>('AvgPoolGrad', { inputs: ['input'] }, (ddx, [input], { filterSize, strides, pad }) => ({
    dy: () => {
      const means = avgPool(ddx as Tensor4D, filterSize, strides, pad);
      return div(means, perEntry(onesLike(means), axesOf(input, { filterSize, strides, pad })));
    },
    input: () => zeros(input.shape),
  })),
  gradient<Dilation2DAttrs>('Dilation2D', { inputs: ['x', 'filter'] }, (dy, [x, filter], attrs) => ({
    x: () => run('Dilation2DBackpropInput', { x, filter, dy }, attrs),
    filter: () => run('Dilation2DBackpropFilter', { x, filter, dy }, attrs),
  })),
];

function run(kernelName: string, inputs: Record<string, Tensor>, attrs: object): Tensor {
  return engine().runKernel(kernelName, inputs, { ...attrs } as NamedAttrMap);
}

function runAll(kernelName: string, inputs: Record<string, Tensor>, attrs: object): Tensor[] {
  return engine().runKernel(kernelName, inputs, { ...attrs } as NamedAttrMap);
}

type PoolAttrs = Pick<MaxPoolAttrs, 'filterSize' | 'strides' | 'pad' | 'dimRoundingMode'>;

/** The windows of pooling images along rows and columns. */
function axesOf(input: Tensor, { filterSize, strides, pad, dimRoundingMode }: PoolAttrs): [Windows, Windows] {
  const shape = input.shape as [number, number, number, number];
  const { rows, columns } = windows(
    backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode),
  );
  return [rows, columns];
}

/** The padding that the windows really reach. */
function exactPadding(input: Tensor, attrs: PoolAttrs): backend_util.ExplicitPadding {
  const [rows, columns] = axesOf(input, attrs);
  return [
    [0, 0],
    [rows.before, reach(rows)],
    [columns.before, reach(columns)],
    [0, 0],
  ];
}

/** The windows along one axis. */
export interface Windows {
  readonly axis: number;
  readonly entries: number;
  readonly windows: number;
  readonly size: number;
  readonly stride: number;
  readonly before: number;
}

type PoolInfo = backend_util.Conv2DInfo | backend_util.Conv3DInfo;

/** The windows along rows and columns, which are the axes from `axis` on. */
export function windows(info: PoolInfo, axis = 1): { rows: Windows; columns: Windows } {
  return {
    rows: {
      axis,
      entries: info.inHeight,
      windows: info.outHeight,
      size: info.filterHeight,
      stride: info.strideHeight,
      before: info.padInfo.top,
    },
    columns: {
      axis: axis + 1,
      entries: info.inWidth,
      windows: info.outWidth,
      size: info.filterWidth,
      stride: info.strideWidth,
      before: info.padInfo.left,
    },
  };
}

/** Padding behind the last entry that the last window ends with; negative if it ends before. */
function reach({ entries, windows, size, stride, before }: Windows): number {
  return (windows - 1) * stride + size - before - entries;
}

/**
 * The gradient with respect to each average, prepared for a kernel that divides it by the size of the window.
 *
 * Averages are over the entries inside the image; tfjs's kernels divide by the whole window, padding included.
 */
export function perEntry(dy: Tensor, axes: readonly Windows[]): Tensor {
  return axes.reduce((scaled, { axis, entries, windows, size, stride, before }) => {
    const factors = Float32Array.from({ length: windows }, (_, window) => {
      const start = window * stride - before;
      return size / (Math.min(entries, start + size) - Math.max(0, start));
    });
    if (factors.every((factor) => factor === 1)) return scaled;
    const shape = dy.shape.map((_, at) => (at === axis ? windows : 1));
    return mul(scaled, tensor(factors, shape));
  }, dy);
}
