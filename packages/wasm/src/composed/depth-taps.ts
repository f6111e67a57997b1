import type { backend_util, TensorInfo } from '@tensorflow/tfjs-core';
import { floats, type KernelCall } from '../kernel.ts';

type Info = backend_util.Conv3DInfo;

/**
 * Volumes as images, for convolutions: the layers that a window spans stand beside each other as channels.
 *
 * @param x - [batch, layers, rows, columns, channels].
 * @returns [batch * windows in depth, rows, columns, layers of a window * channels]; layers of the padding are zeros.
 */
export function stackTaps(call: KernelCall<unknown, unknown>, x: TensorInfo, info: Info): TensorInfo {
  const out = call.make(stackedShape(info));
  const [from, to] = [floats(call.backend, x), floats(call.backend, out)];
  to.fill(0);
  forEachRow(info, (source, target) => {
    for (let channel = 0; channel < info.inChannels; channel++) to[target + channel] = from[source + channel];
  });
  return out;
}

/** The adjoint of {@link stackTaps}: every layer gets the sum of what its copies got. */
export function addTaps(call: KernelCall<unknown, unknown>, stacked: TensorInfo, info: Info): TensorInfo {
  const out = call.make(info.inShape);
  const [from, to] = [floats(call.backend, stacked), floats(call.backend, out)];
  to.fill(0);
  forEachRow(info, (source, target) => {
    for (let channel = 0; channel < info.inChannels; channel++) to[source + channel] += from[target + channel];
  });
  return out;
}

/** Shape of {@link stackTaps}'s result. */
export function stackedShape(info: Info): number[] {
  return [info.batchSize * info.outDepth, info.inHeight, info.inWidth, info.filterDepth * info.inChannels];
}

/** Calls `visit` with the place of each pixel in the volumes and in the images, for each window that has it. */
function forEachRow(info: Info, visit: (source: number, target: number) => void) {
  const { batchSize, inDepth, outDepth, filterDepth, strideDepth, dilationDepth, inChannels, padInfo } = info;
  const pixels = info.inHeight * info.inWidth;
  for (let window = 0; window < batchSize * outDepth; window++) {
    const volume = Math.floor(window / outDepth);
    const first = (window % outDepth) * strideDepth - padInfo.front;
    for (let tap = 0; tap < filterDepth; tap++) {
      const layer = first + tap * dilationDepth;
      if (layer < 0 || layer >= inDepth) continue;
      let source = (volume * inDepth + layer) * pixels * inChannels;
      let target = (window * pixels * filterDepth + tap) * inChannels;
      for (let pixel = 0; pixel < pixels; pixel++) {
        visit(source, target);
        source += inChannels;
        target += filterDepth * inChannels;
      }
    }
  }
}
