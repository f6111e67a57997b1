import { InputError } from '@advml/core';
import { requireInteger } from '@advml/core/internal';
import { backend_util } from '@tensorflow/tfjs-core';
import { requireImage } from './require-image.ts';

/** How far windows reach over the edge. */
export type Padding = 'same' | 'valid' | number;

/** A square window that moves over images. */
export interface Window {
  /** Side of the window, in pixels. */
  readonly size: number;
  /** Pixels from one window to the next. */
  readonly stride: number;
  /** How far windows reach over the edge. */
  readonly padding: Padding;
}

/** Shape of images, [height, width, channels]. */
export type Image = readonly [number, number, number];

/** Refuses sizes that no window has. */
export function requireWindow({ size, stride, padding }: Window): void {
  requireInteger({ size, stride }, 1);
  if (typeof padding === 'number') requireInteger({ padding });
  else if (padding !== 'same' && padding !== 'valid')
    throw new InputError(`padding must be 'same', 'valid' or a number of pixels, got '${padding}'`);
}

/** Shape of images after a window has moved over them, with the given number of channels. */
export function windowedShape(
  layer: string,
  input: readonly number[],
  { size, stride, padding }: Window,
  channels?: number,
): Image {
  const [height, width, within] = requireImage(layer, input);
  const out = channels ?? within;
  const info = backend_util.computeConv2DInfo(
    [1, height, width, within],
    [size, size, within, out],
    stride,
    1,
    padding,
  );
  if (info.outHeight < 1 || info.outWidth < 1)
    throw new InputError(`${layer} has windows of ${size} pixels, larger than its images of ${height} x ${width}`);
  return [info.outHeight, info.outWidth, out];
}

/** The entries of an image that each window holds, channel by channel: numbers in memory, `size` squared a window, -1 outside. */
export function entriesOf([height, width, channels]: Image, { size, stride, padding }: Window): Int32Array {
  const { outHeight, outWidth, padInfo } = backend_util.computePool2DInfo(
    [1, height, width, channels],
    size,
    stride,
    1,
    padding,
  );
  const entries = new Int32Array(outHeight * outWidth * channels * size ** 2);
  for (let at = 0; at < entries.length; at++) {
    const tap = at % size ** 2;
    const channel = Math.floor(at / size ** 2) % channels;
    const place = Math.floor(at / (size ** 2 * channels));
    const row = Math.floor(place / outWidth) * stride - padInfo.top + Math.floor(tap / size);
    const column = (place % outWidth) * stride - padInfo.left + (tap % size);
    const inside = row >= 0 && row < height && column >= 0 && column < width;
    entries[at] = inside ? (row * width + column) * channels + channel : -1;
  }
  return entries;
}
