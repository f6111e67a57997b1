import {
  backend_util,
  type Conv3DAttrs,
  type Conv3DBackpropFilterV2Attrs,
  type Conv3DBackpropInputV2Attrs,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { count, type KernelCall, type KernelTopic, kernel } from '../kernel.ts';
import { padded } from '../pooling-3d.ts';
import { addTaps, stackedShape, stackTaps } from './depth-taps.ts';

type Shape5D = [number, number, number, number, number];
type Info = backend_util.Conv3DInfo;

/**
 * Convolutions of volumes and their gradients, as convolutions of images whose channels are the layers of a window.
 *
 * The stock gradients are wrong, the stock convolution is a plain loop.
 */
export const convolution3d: KernelTopic = () => [
  kernel<{ x: TensorInfo; filter: TensorInfo }, Conv3DAttrs>('Conv3D', (call) => {
    const { inputs, attrs, run } = call;
    const info = volumeInfo(inputs.x.shape, inputs.filter.shape, attrs);
    if (count(info.outShape) === 0) return call.make(info.outShape);
    const dilations = [info.dilationHeight, info.dilationWidth];
    const images = { x: stackTaps(call, inputs.x, info), filter: flatFilter(call, inputs.filter, info) };
    const y = run('Conv2D', images, { ...flatAttrs(info), dilations });
    return run('Reshape', { x: y }, { shape: info.outShape });
  }),

  kernel<{ x: TensorInfo; dy: TensorInfo }, Conv3DBackpropFilterV2Attrs>('Conv3DBackpropFilterV2', (call) => {
    const { inputs, attrs, run } = call;
    const info = volumeInfo(inputs.x.shape, attrs.filterShape, attrs);
    if (count(info.outShape) === 0) return zeros(call, attrs.filterShape);
    const { filterDepth, filterHeight, filterWidth, inChannels, outChannels } = info;
    const filterShape = [filterHeight, filterWidth, filterDepth * inChannels, outChannels];
    const images = { x: stackTaps(call, inputs.x, info), dy: flatResult(call, inputs.dy, info) };
    const flat = run('Conv2DBackpropFilter', images, { ...flatAttrs(info), filterShape });
    const shape = [filterHeight, filterWidth, filterDepth, inChannels, outChannels];
    return run('Transpose', { x: run('Reshape', { x: flat }, { shape }) }, { perm: [2, 0, 1, 3, 4] });
  }),

  kernel<{ dy: TensorInfo; filter: TensorInfo }, Conv3DBackpropInputV2Attrs>('Conv3DBackpropInputV2', (call) => {
    const { inputs, attrs, run } = call;
    const info = volumeInfo(attrs.inputShape, inputs.filter.shape, attrs);
    if (count(info.outShape) === 0) return zeros(call, attrs.inputShape);
    const images = { dy: flatResult(call, inputs.dy, info), filter: flatFilter(call, inputs.filter, info) };
    const stacked = run('Conv2DBackpropInput', images, { ...flatAttrs(info), inputShape: stackedShape(info) });
    return addTaps(call, stacked, info);
  }),
];

/** Where the filter meets the volumes. */
function volumeInfo(
  input: readonly number[],
  filter: readonly number[],
  { strides, pad, dilations = 1 }: Pick<Conv3DAttrs, 'strides' | 'pad'> & Partial<Pick<Conv3DAttrs, 'dilations'>>,
): Info {
  return padded(backend_util.computeConv3DInfo([...input] as Shape5D, [...filter] as Shape5D, strides, dilations, pad));
}

/** Attributes of the convolution of images. */
function flatAttrs({ strideHeight, strideWidth, padInfo: { top, bottom, left, right } }: Info) {
  const pad = [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
  return { strides: [strideHeight, strideWidth], pad, dataFormat: 'NHWC', dimRoundingMode: undefined };
}

/** [layers, rows, columns, channels, out] -> [rows, columns, layers * channels, out]. */
function flatFilter(call: KernelCall<unknown, unknown>, filter: TensorInfo, info: Info): TensorInfo {
  const { filterDepth, filterHeight, filterWidth, inChannels, outChannels } = info;
  const x = call.run('Transpose', { x: filter }, { perm: [1, 2, 0, 3, 4] });
  return call.run('Reshape', { x }, { shape: [filterHeight, filterWidth, filterDepth * inChannels, outChannels] });
}

/** [batch, layers, rows, columns, out] -> [batch * layers, rows, columns, out]. */
function flatResult(call: KernelCall<unknown, unknown>, dy: TensorInfo, info: Info): TensorInfo {
  const { batchSize, outDepth, outHeight, outWidth, outChannels } = info;
  return call.run('Reshape', { x: dy }, { shape: [batchSize * outDepth, outHeight, outWidth, outChannels] });
}

function zeros(call: KernelCall<unknown, unknown>, shape: readonly number[]): TensorInfo {
  return call.run('Fill', {}, { shape, value: 0, dtype: 'float32' });
}
