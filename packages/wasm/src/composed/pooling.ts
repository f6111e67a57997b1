import {
  backend_util,
  type MaxPoolGradAttrs,
  type MaxPoolWithArgmaxAttrs,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { count, floats, type KernelTopic, kernel } from '../kernel.ts';

/**
 * Max pooling with places, and the gradient of max pooling: each window hands its share to its largest entry, the first one where several tie.
 *
 * The stock kernels start each window from the smallest positive number instead of minus infinity, and so lose
 * every window without a positive entry.
 */
export const pooling: KernelTopic = () => [
  kernel<{ dy: TensorInfo; input: TensorInfo }, MaxPoolGradAttrs>(
    'MaxPoolGrad',
    ({ inputs: { dy, input }, attrs: { filterSize, strides, pad, dimRoundingMode }, backend, make }) => {
      const shape = [...input.shape] as [number, number, number, number];
      const info = backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
      const out = make(shape);
      const to = floats(backend, out).fill(0);
      const [x, share] = [floats(backend, input), floats(backend, dy)];
      forEachWindow(info, (start, rows, columns, at) => {
        to[largest(x, start, rows, columns, info)] += share[at];
      });
      return out;
    },
  ),

  // The stock kernel starts from the same number.
  kernel<{ x: TensorInfo }, MaxPoolWithArgmaxAttrs>(
    'MaxPoolWithArgmax',
    ({ inputs: { x }, attrs: { filterSize, strides, pad, includeBatchInIndex }, backend, make }) => {
      const shape = [...x.shape] as [number, number, number, number];
      const info = backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad);
      const [values, places] = [make(info.outShape, x.dtype), make(info.outShape, 'int32')];
      const [from, to, placed] = [x, values, places].map((each) => backend.typedArrayFromHeap(each));
      to.fill(Number.NEGATIVE_INFINITY);
      placed.fill(0);
      const image = count(shape.slice(1));
      forEachWindow(info, (start, rows, columns, at) => {
        const place = largest(from, start, rows, columns, info);
        to[at] = from[place];
        placed[at] = includeBatchInIndex ? place : place % image;
      });
      return [values, places];
    },
  ),
];

/** Calls `visit` with each window cut to the image: its first entry's place, its rows and columns, its own place. */
function forEachWindow(
  info: backend_util.Conv2DInfo,
  visit: (start: number, rows: number, columns: number, at: number) => void,
) {
  const { inHeight, inWidth, inChannels, outHeight, outWidth, strideHeight, strideWidth, padInfo } = info;
  let at = 0;
  for (let image = 0; image < info.batchSize; image++) {
    for (let row = 0; row < outHeight; row++) {
      const y = row * strideHeight - padInfo.top;
      const top = Math.max(0, y);
      const rows = Math.min(inHeight, y + info.effectiveFilterHeight) - top;
      for (let column = 0; column < outWidth; column++) {
        const z = column * strideWidth - padInfo.left;
        const left = Math.max(0, z);
        const columns = Math.min(inWidth, z + info.effectiveFilterWidth) - left;
        const start = ((image * inHeight + top) * inWidth + left) * inChannels;
        // Nothing comes from a window that lies in the padding.
        for (let channel = 0; channel < inChannels && rows > 0 && columns > 0; channel++) {
          visit(start + channel, rows, columns, at + channel);
        }
        at += inChannels;
      }
    }
  }
}

function largest(
  x: ArrayLike<number>,
  start: number,
  rows: number,
  columns: number,
  info: backend_util.Conv2DInfo,
): number {
  const { inWidth, inChannels } = info;
  let best = start;
  for (let row = 0; row < rows; row++) {
    let at = start + row * inWidth * inChannels;
    for (let column = 0; column < columns; column++, at += inChannels) if (x[at] > x[best]) best = at;
  }
  return best;
}
