import type { backend_util } from '@tensorflow/tfjs-core';
import type { KernelCall } from '../kernel.ts';
import type { NativeKernels } from './native-kernels.ts';
import { windowRecord } from './windows.ts';

/** Numbers that the patches of a block may take: 512 KiB, if that is enough for those windows. */
const BLOCK = 2 ** 17;
const BLOCK_WINDOWS = 192;

/**
 * What the windows of a convolution see, block by block: a row for each window, counted through all images.
 *
 * Blocks hold patches of at most 512 KiB, or of 192 windows. Where each window is one pixel, the patches are the image.
 *
 * @param direction - `unfold` fills the patches from the images before each visit, `fold` adds them to the images after it.
 * @param images - Address of [batch, rows, columns, channels].
 * @param visit - Gets the first window of the block, the number of its windows, and the address of their patches [windows,
 * filterHeight * filterWidth * channels].
 */
export function forEachBlock(
  call: KernelCall<unknown, unknown>,
  { exports }: NativeKernels,
  info: backend_util.Conv2DInfo,
  direction: 'unfold' | 'fold',
  images: number,
  visit: (first: number, windows: number, patches: number) => void,
) {
  const length = info.filterHeight * info.filterWidth * info.inChannels;
  const windows = info.batchSize * info.outHeight * info.outWidth;
  if (length * windows * info.outChannels === 0) return;
  const record = windowRecord(call, info);
  const block = Math.min(windows, Math.max(BLOCK_WINDOWS, Math.floor(BLOCK / length)));
  const room = arePixels(info) ? undefined : call.scratch(4 * block * length);
  for (let first = 0; first < windows; first += block) {
    const end = Math.min(windows, first + block);
    if (room && direction === 'unfold') exports.unfold(record, images, first, end, room);
    visit(first, end - first, room ?? images + 4 * first * length);
    if (room && direction === 'fold') exports.fold(record, room, first, end, images);
  }
}

function arePixels({
  filterHeight,
  filterWidth,
  strideHeight,
  strideWidth,
  padInfo,
  ...info
}: backend_util.Conv2DInfo) {
  const single = filterHeight * filterWidth * strideHeight * strideWidth === 1;
  const whole = info.outHeight === info.inHeight && info.outWidth === info.inWidth;
  return single && whole && padInfo.top === 0 && padInfo.left === 0;
}
