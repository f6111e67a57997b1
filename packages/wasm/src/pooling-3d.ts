import { backend_util, type MaxPool3DAttrs, type TensorInfo } from '@tensorflow/tfjs-core';

type Shape5D = [number, number, number, number, number];

/** Runs a kernel of tfjs: within another kernel, or on the tape. */
export type Run<T extends TensorInfo> = (
  kernelName: string,
  inputs: Record<string, T>,
  attrs: Record<string, unknown>,
) => T;

/** One of the two poolings of images that together pool volumes. */
interface Pass {
  /** What is pooled, as images [batch, rows, columns, channels]. */
  readonly shape: readonly number[];
  /** The result. */
  readonly outShape: readonly number[];
  /** Attributes of the pooling. */
  readonly attrs: Record<string, unknown>;
}

type Attrs = Pick<MaxPool3DAttrs, 'filterSize' | 'strides' | 'pad' | 'dimRoundingMode'>;

/** Which entry, or mean, of a window counts. */
export type Kind = 'Max' | 'Avg';

/** Where the windows meet volumes of this shape. */
export function windowsInfo(shape: readonly number[], attrs: Attrs): backend_util.Conv3DInfo {
  const { filterSize, strides, pad, dimRoundingMode } = attrs;
  return padded(backend_util.computePool3DInfo([...shape] as Shape5D, filterSize, strides, 1, pad, dimRoundingMode));
}

/** With no negative padding, which tfjs counts where strides are longer than windows: there the first window starts at 0. */
export function padded(info: backend_util.Conv3DInfo): backend_util.Conv3DInfo {
  const { type, ...sides } = info.padInfo;
  const counted = Object.entries(sides).map(([side, width]) => [side, Math.max(0, width)]);
  return { ...info, padInfo: { type, ...Object.fromEntries(counted) } };
}

/**
 * Pooling of volumes as two of images: of every layer, then of the layers.
 *
 * @param x - [batch, layers, rows, columns, channels].
 */
export function pool3d<T extends TensorInfo>(run: Run<T>, kind: Kind, x: T, attrs: Attrs): T {
  const info = windowsInfo(x.shape, attrs);
  const pooled = forward(run, kind, x, withinLayers(info));
  return reshaped(run, forward(run, kind, pooled, acrossLayers(info)), info.outShape);
}

/**
 * The gradient of {@link pool3d}. A window hands its share to its largest entry, the first one where several tie; or
 * equally to all its places, those in the padding included.
 */
export function pool3dGradient<T extends TensorInfo>(run: Run<T>, kind: Kind, dy: T, x: T, attrs: Attrs): T {
  const info = windowsInfo(x.shape, attrs);
  const [within, across] = [withinLayers(info), acrossLayers(info)];
  const pooled = forward(run, kind, x, within);
  return reshaped(run, backward(run, kind, backward(run, kind, dy, pooled, across), x, within), x.shape);
}

function forward<T extends TensorInfo>(run: Run<T>, kind: Kind, x: T, { shape, attrs }: Pass): T {
  return run(`${kind}Pool`, { x: reshaped(run, x, shape) }, attrs);
}

function backward<T extends TensorInfo>(run: Run<T>, kind: Kind, dy: T, x: T, pass: Pass): T {
  const [input, share] = [reshaped(run, x, pass.shape), reshaped(run, dy, pass.outShape)];
  const output = kind === 'Max' ? { output: forward(run, kind, x, pass) } : undefined;
  return run(`${kind}PoolGrad`, { dy: share, input, ...output }, pass.attrs);
}

function reshaped<T extends TensorInfo>(run: Run<T>, x: T, shape: readonly number[]): T {
  return run('Reshape', { x }, { shape: [...shape] });
}

/** Rows and columns: the layers are images of their own. */
function withinLayers(info: backend_util.Conv3DInfo): Pass {
  const { batchSize, inDepth, inHeight, inWidth, outHeight, outWidth, inChannels, padInfo } = info;
  const rows = { windows: outHeight, size: info.filterHeight, stride: info.strideHeight, before: padInfo.top };
  const columns = { windows: outWidth, size: info.filterWidth, stride: info.strideWidth, before: padInfo.left };
  return {
    shape: [batchSize * inDepth, inHeight, inWidth, inChannels],
    outShape: [batchSize * inDepth, outHeight, outWidth, inChannels],
    attrs: windowAttrs({ ...rows, entries: inHeight }, { ...columns, entries: inWidth }),
  };
}

/** Layers: every volume is an image, with one row for each layer. */
function acrossLayers(info: backend_util.Conv3DInfo): Pass {
  const { batchSize, inDepth, outDepth, outHeight, outWidth, inChannels, padInfo } = info;
  const pixels = outHeight * outWidth;
  const layers = { windows: outDepth, size: info.filterDepth, stride: info.strideDepth, before: padInfo.front };
  const each = { windows: pixels, size: 1, stride: 1, before: 0 };
  return {
    shape: [batchSize, inDepth, pixels, inChannels],
    outShape: [batchSize, outDepth, pixels, inChannels],
    attrs: windowAttrs({ ...layers, entries: inDepth }, { ...each, entries: pixels }),
  };
}

interface Windows {
  readonly entries: number;
  readonly windows: number;
  readonly size: number;
  readonly stride: number;
  readonly before: number;
}

/** Padding that ends with the last window: nothing is left to round. */
function windowAttrs(...axes: [rows: Windows, columns: Windows]): Record<string, unknown> {
  const around = axes.map(({ entries, windows, size, stride, before }) => [
    before,
    Math.max(0, (windows - 1) * stride + size - before - entries),
  ]);
  return {
    filterSize: axes.map(({ size }) => size),
    strides: axes.map(({ stride }) => stride),
    pad: [[0, 0], ...around, [0, 0]],
    dimRoundingMode: undefined,
  };
}
