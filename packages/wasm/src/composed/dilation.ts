import { backend_util, type Dilation2DAttrs, type TensorInfo } from '@tensorflow/tfjs-core';
import { type KernelCall, type KernelTopic, kernel } from '../kernel.ts';

interface Inputs {
  readonly x: TensorInfo;
  readonly filter: TensorInfo;
}

/**
 * Dilation as in morphology, the largest sum of a window's entries and the filter's, and its gradients: a window hands
 * its share to the entry, and to the weight, of its largest sum; to the first one where several tie.
 *
 * The stock kernels give wrong numbers.
 */
export const dilation: KernelTopic = () => [
  kernel<Inputs, Dilation2DAttrs>('Dilation2D', (call) => {
    const out = call.make(dilationInfo(call).outShape, call.inputs.x.dtype);
    const to = call.backend.typedArrayFromHeap(out);
    forEachLargest(call, (at, _entry, _weight, largest) => {
      to[at] = largest;
    });
    return out;
  }),
  ...(['Input', 'Filter'] as const).map((which) =>
    kernel<Inputs & { dy: TensorInfo }, Dilation2DAttrs>(`Dilation2DBackprop${which}`, (call) => {
      const { x, filter, dy } = call.inputs;
      const like = which === 'Input' ? x : filter;
      const out = call.make(like.shape, like.dtype);
      const to = call.backend.typedArrayFromHeap(out).fill(0);
      const share = call.backend.typedArrayFromHeap(dy);
      forEachLargest(call, (at, entry, weight) => {
        if (entry >= 0) to[which === 'Input' ? entry : weight] += share[at];
      });
      return out;
    }),
  ),
];

function dilationInfo({ inputs: { x, filter }, attrs }: KernelCall<Inputs, Dilation2DAttrs>): backend_util.Conv2DInfo {
  return backend_util.computeDilation2DInfo(
    x.shape as [number, number, number, number],
    filter.shape as [number, number, number],
    attrs.strides,
    attrs.pad,
    'NHWC',
    attrs.dilations,
  );
}

/** Calls `visit` with each result's place, where its largest sum comes from (-1 if from nowhere), and that sum. */
function forEachLargest(
  call: KernelCall<Inputs, Dilation2DAttrs>,
  visit: (at: number, entry: number, weight: number, largest: number) => void,
) {
  const info = dilationInfo(call);
  const { inHeight, inWidth, inChannels, outHeight, outWidth, dilationHeight, dilationWidth, padInfo } = info;
  const [x, filter] = [call.inputs.x, call.inputs.filter].map((each) => call.backend.typedArrayFromHeap(each));
  let at = 0;
  for (let row = 0; row < info.batchSize * outHeight; row++) {
    const image = Math.floor(row / outHeight);
    const top = (row % outHeight) * info.strideHeight - padInfo.top;
    for (let column = 0; column < outWidth; column++) {
      const left = column * info.strideWidth - padInfo.left;
      for (let channel = 0; channel < inChannels; channel++, at++) {
        let [entry, weight, largest] = [-1, -1, Number.MIN_SAFE_INTEGER];
        for (let h = 0; h < info.filterHeight; h++) {
          const y = top + h * dilationHeight;
          if (y < 0 || y >= inHeight) continue;
          for (let w = 0; w < info.filterWidth; w++) {
            const z = left + w * dilationWidth;
            if (z < 0 || z >= inWidth) continue;
            const from = ((image * inHeight + y) * inWidth + z) * inChannels + channel;
            const by = (h * info.filterWidth + w) * inChannels + channel;
            const sum = x[from] + filter[by];
            if (sum > largest) [entry, weight, largest] = [from, by, sum];
          }
        }
        visit(at, entry, weight, largest);
      }
    }
  }
}
