import type { backend_util } from '@tensorflow/tfjs-core';
import type { KernelCall } from '../kernel.ts';
import { heapOf } from '../memory.ts';

/**
 * Windows over NHWC images as `assembly/windows.ts` reads them.
 *
 * @param channels - Channels of the images.
 * @returns Address of the record, which lives as long as the call.
 */
export function windowRecord(
  { backend, scratch }: KernelCall<unknown, unknown>,
  info: backend_util.Conv2DInfo,
  channels: number = info.inChannels,
): number {
  const fields = [
    ...[info.inHeight, info.inWidth, channels, info.filterHeight, info.filterWidth],
    ...[info.strideHeight, info.strideWidth, info.dilationHeight, info.dilationWidth],
    ...[info.padInfo.top, info.padInfo.left, info.outHeight, info.outWidth],
  ];
  const address = scratch(4 * fields.length);
  new Int32Array(heapOf(backend).HEAPU8.buffer, address, fields.length).set(fields);
  return address;
}
