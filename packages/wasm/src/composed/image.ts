import type { TensorInfo } from '@tensorflow/tfjs-core';
import { floats, type KernelCall } from '../kernel.ts';

/** Where an image goes inside a larger, or smaller, frame of zeros. */
export interface Frame {
  /** Rows of the frame. */
  readonly height: number;
  /** Columns of the frame. */
  readonly width: number;
  /** Row of the image's first row; negative crops. */
  readonly top: number;
  /** Column of the image's first column; negative crops. */
  readonly left: number;
  /** Distance in the frame of rows that are neighbours in the image. */
  readonly strideHeight: number;
  /** Distance in the frame of columns that are neighbours in the image. */
  readonly strideWidth: number;
}

/**
 * Images in a frame of zeros: padded, cropped and spread out, all at once.
 *
 * @param image - [batch, rows, columns, channels].
 * @returns [batch, frame.height, frame.width, channels]; the image itself where the frame fits it.
 */
export function place(call: KernelCall<unknown, unknown>, image: TensorInfo, frame: Frame): TensorInfo {
  const [batch, rows, columns, channels] = image.shape;
  const { height, width, top, left, strideHeight, strideWidth } = frame;
  const dense = strideHeight === 1 && strideWidth === 1;
  if (dense && top === 0 && left === 0 && height === rows && width === columns) return image;
  const out = call.make([batch, height, width, channels]);
  const [from, to] = [floats(call.backend, image), floats(call.backend, out)];
  to.fill(0);
  const first = Math.max(0, Math.ceil(-left / strideWidth));
  const last = Math.min(columns - 1, Math.floor((width - 1 - left) / strideWidth));
  for (let n = 0; n < batch; n++) {
    for (let row = 0; row < rows; row++) {
      const y = top + row * strideHeight;
      if (y < 0 || y >= height) continue;
      let source = ((n * rows + row) * columns + first) * channels;
      let target = ((n * height + y) * width + left + first * strideWidth) * channels;
      for (let column = first; column <= last; column++) {
        for (let channel = 0; channel < channels; channel++) to[target + channel] = from[source + channel];
        source += channels;
        target += strideWidth * channels;
      }
    }
  }
  return out;
}
