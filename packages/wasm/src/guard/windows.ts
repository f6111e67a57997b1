import { backend_util, type NamedAttrMap } from '@tensorflow/tfjs-core';
import { type Given, requireLengths, type ShapeCheck } from './shape-check.ts';

type Lengths = [number, number, number, number];

interface Attributes {
  readonly strides: [number, number];
  readonly pad: 'valid' | 'same' | number | backend_util.ExplicitPadding;
  readonly dilations?: [number, number] | null;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
  readonly filterSize: [number, number];
  readonly filterShape: Lengths;
  readonly inputShape: Lengths;
  readonly dataFormat?: string;
}

/**
 * What windows over images give.
 *
 * @throws RangeError if a window is larger than the image by more than one step: nothing would be left to count.
 */
function results<Info extends { outShape: readonly number[] }>(
  kernelName: string,
  input: readonly number[],
  window: readonly number[],
  info: Info,
): Info {
  if (info.outShape.some((length) => length < 0))
    throw new RangeError(
      `${kernelName}: windows of [${window}] do not fit into images of [${input}]; pad them or take smaller windows`,
    );
  return info;
}

/** Refuses padding of one number with windows that are not square: tfjs counts them as if they were, and drops some. */
function requireAllWindows(info: backend_util.Conv2DInfo, { pad }: NamedAttrMap): void {
  const { top, left } = info.padInfo;
  const height = (info.outHeight - 1) * info.strideHeight + info.effectiveFilterHeight - top;
  const width = (info.outWidth - 1) * info.strideWidth + info.effectiveFilterWidth - left;
  if (height <= info.inHeight - info.strideHeight || width <= info.inWidth - info.strideWidth)
    throw new RangeError(
      `tfjs drops windows for padding ${pad} on all sides: give pad as [[0, 0], [${pad}, ${pad}], [${pad}, ${pad}], [0, 0]]`,
    );
}

function convolved(
  kernelName: string,
  input: readonly number[],
  filter: readonly number[],
  attrs: NamedAttrMap,
  depthwise: boolean,
): backend_util.Conv2DInfo {
  if (attrs.dataFormat === 'NCHW') throw new RangeError(`${kernelName} takes NHWC images only, got NCHW`);
  if (input.length !== 4 || filter.length !== 4 || input[3] !== filter[2])
    throw new RangeError(`${kernelName}: a filter of [${filter}] does not fit images of [${input}]`);
  const { strides, pad, dilations, dimRoundingMode } = attrs as unknown as Attributes;
  const info = backend_util.computeConv2DInfo(
    [...input] as Lengths,
    [...filter] as Lengths,
    strides,
    dilations ?? 1,
    pad,
    dimRoundingMode,
    depthwise,
  );
  return results(kernelName, input, filter.slice(0, 2), info);
}

const convolution =
  (kernelName: string, depthwise: boolean): ShapeCheck =>
  ({ x, filter, bias }, attrs) => {
    const info = convolved(kernelName, x.shape, filter.shape, attrs, depthwise);
    requireAllWindows(info, attrs);
    const shape = info.outShape;
    if (bias)
      requireLengths(
        kernelName,
        'the sum with bias',
        { ...bias, shape: backend_util.assertAndGetBroadcastShape([...shape], bias.shape) },
        shape,
      );
    if (bias && !shape.includes(0) && [...x.shape, ...filter.shape].includes(0))
      throw new RangeError(`${kernelName}: nothing to convolve in [${x.shape}] with [${filter.shape}]`);
    return shape;
  };

const filterGradient =
  (kernelName: string, depthwise: boolean): ShapeCheck =>
  ({ x, dy }, attrs) => {
    const { filterShape } = attrs as unknown as Attributes;
    requireLengths(kernelName, 'dy', dy, convolved(kernelName, x.shape, filterShape, attrs, depthwise).outShape);
    return filterShape;
  };

const inputGradient =
  (kernelName: string, depthwise: boolean): ShapeCheck =>
  ({ dy, filter }, attrs) => {
    const { inputShape } = attrs as unknown as Attributes;
    requireLengths(kernelName, 'dy', dy, convolved(kernelName, inputShape, filter.shape, attrs, depthwise).outShape);
    return inputShape;
  };

function pooled(kernelName: string, input: readonly number[], attrs: NamedAttrMap): backend_util.Conv2DInfo {
  const { filterSize, strides, pad, dimRoundingMode } = attrs as unknown as Attributes;
  if (input.length !== 4)
    throw new RangeError(`${kernelName} takes images [batch, rows, columns, channels], got [${input}]`);
  const info = backend_util.computePool2DInfo([...input] as Lengths, filterSize, strides, 1, pad, dimRoundingMode);
  return results(kernelName, input, [info.filterHeight, info.filterWidth], info);
}

/** Refuses windows that see nothing but padding, too: the stock kernels read beside the image there. */
const pooling =
  (kernelName: string): ShapeCheck =>
  ({ x }, attrs) => {
    const info = pooled(kernelName, x.shape, attrs);
    requireAllWindows(info, attrs);
    const { top, left } = info.padInfo;
    const misses = (pad: number, window: number, last: number, length: number) => pad >= window || last - pad >= length;
    if (
      misses(top, info.filterHeight, (info.outHeight - 1) * info.strideHeight, info.inHeight) ||
      misses(left, info.filterWidth, (info.outWidth - 1) * info.strideWidth, info.inWidth)
    )
      throw new RangeError(
        `${kernelName}: windows of [${info.filterHeight},${info.filterWidth}] would see nothing but padding of images of [${x.shape}]; give less padding as [[0, 0], [top, bottom], [left, right], [0, 0]]`,
      );
    return info.outShape;
  };

const poolingGradient =
  (kernelName: string): ShapeCheck =>
  ({ dy, input, output }: Given, attrs) => {
    requireLengths(kernelName, 'dy', dy, pooled(kernelName, input.shape, attrs).outShape);
    if (output) requireLengths(kernelName, 'output', output, dy.shape);
    return input.shape;
  };

function pooled3(kernelName: string, input: readonly number[], attrs: NamedAttrMap): readonly number[] {
  const { filterSize, strides, pad, dimRoundingMode } = attrs as unknown as Attributes;
  type Pool3 = Parameters<typeof backend_util.computePool3DInfo>;
  const given = [[...input], filterSize, strides, 1, pad, dimRoundingMode] as unknown as Pool3;
  return results(kernelName, input, [filterSize].flat(), backend_util.computePool3DInfo(...given)).outShape;
}

function convolved3(input: readonly number[], filter: readonly number[], attrs: NamedAttrMap): readonly number[] {
  const { strides, pad, dilations } = attrs as unknown as Attributes;
  if (input.length !== 5 || filter.length !== 5 || input[4] !== filter[3])
    throw new RangeError(`Conv3D: a filter of [${filter}] does not fit images of [${input}]`);
  type Conv3 = Parameters<typeof backend_util.computeConv3DInfo>;
  const given = [[...input], [...filter], strides, dilations ?? 1, pad] as unknown as Conv3;
  return results('Conv3D', input, filter.slice(0, 3), backend_util.computeConv3DInfo(...given)).outShape;
}

/** Checks of the kernels that move windows over images. */
export const windowChecks: Readonly<Record<string, ShapeCheck>> = {
  AvgPool: pooling('AvgPool'),
  AvgPool3D: ({ x }, attrs) => pooled3('AvgPool3D', x.shape, attrs),
  AvgPool3DGrad: ({ dy, input }, attrs) => {
    requireLengths('AvgPool3DGrad', 'dy', dy, pooled3('AvgPool3DGrad', input.shape, attrs));
    return input.shape;
  },
  AvgPoolGrad: poolingGradient('AvgPoolGrad'),
  Conv2D: convolution('Conv2D', false),
  Conv2DBackpropFilter: filterGradient('Conv2DBackpropFilter', false),
  Conv2DBackpropInput: inputGradient('Conv2DBackpropInput', false),
  Conv3DBackpropFilterV2: ({ x, dy }, attrs) => {
    const { filterShape } = attrs as unknown as Attributes;
    requireLengths('Conv3DBackpropFilterV2', 'dy', dy, convolved3(x.shape, filterShape, attrs));
    return filterShape;
  },
  Conv3DBackpropInputV2: ({ dy, filter }, attrs) => {
    const { inputShape } = attrs as unknown as Attributes;
    requireLengths('Conv3DBackpropInputV2', 'dy', dy, convolved3(inputShape, filter.shape, attrs));
    return inputShape;
  },
  Conv3D: ({ x, filter }, attrs) => convolved3(x.shape, filter.shape, attrs),
  DepthwiseConv2dNative: convolution('DepthwiseConv2dNative', true),
  DepthwiseConv2dNativeBackpropFilter: filterGradient('DepthwiseConv2dNativeBackpropFilter', true),
  DepthwiseConv2dNativeBackpropInput: inputGradient('DepthwiseConv2dNativeBackpropInput', true),
  FusedConv2D: convolution('FusedConv2D', false),
  FusedDepthwiseConv2D: convolution('FusedDepthwiseConv2D', true),
  MaxPool: pooling('MaxPool'),
  MaxPoolWithArgmax: ({ x }, attrs) => void pooled('MaxPoolWithArgmax', x.shape, attrs) as undefined,
  MaxPoolGrad: poolingGradient('MaxPoolGrad'),
};
