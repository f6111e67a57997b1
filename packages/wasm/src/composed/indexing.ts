import {
  backend_util,
  type GatherV2Attrs,
  type OneHotAttrs,
  type TensorInfo,
  type UnsortedSegmentSumAttrs,
} from '@tensorflow/tfjs-core';
import { count, type KernelTopic, kernel } from '../kernel.ts';

/**
 * Picking slices by index, and its adjoint, which the backend lacks; one-hot vectors.
 *
 * The stock gather works entry by entry; whole slices are fifty times faster. In a batch it reads beyond the tensor.
 */
export const indexing: KernelTopic = () => [
  kernel<{ x: TensorInfo; indices: TensorInfo }, GatherV2Attrs>(
    'GatherV2',
    ({ inputs: { x, indices }, attrs, backend, make }) => {
      const { batchSize, outerSize, dimSize, sliceSize, outputShape } =
        backend_util.segment_util.collectGatherOpShapeInfo(x, indices, attrs.axis, attrs.batchDims);
      const out = make(outputShape, x.dtype);
      const [from, to] = [x, out].map((info) => backend.typedArrayFromHeap(info));
      const picks = backend.typedArrayFromHeap(indices);
      const each = picks.length / batchSize;
      let at = 0;
      for (let block = 0; block < batchSize * outerSize && sliceSize > 0; block++) {
        const first = Math.floor(block / outerSize) * each;
        for (let pick = first; pick < first + each; pick++) {
          const index = picks[pick];
          if (!(index >= 0 && index < dimSize))
            throw new RangeError(`gather: index ${index} is not in [0, ${dimSize - 1}]`);
          const start = (block * dimSize + index) * sliceSize;
          to.set(from.subarray(start, start + sliceSize), at);
          at += sliceSize;
        }
      }
      return out;
    },
  ),

  // The stock kernel writes whole numbers whatever the type: read as float32, ones are zeros.
  kernel<{ indices: TensorInfo }, OneHotAttrs>('OneHot', ({ inputs: { indices }, attrs, backend, make }) => {
    const { depth, onValue, offValue, dtype } = attrs;
    const out = make([...indices.shape, depth], dtype);
    const to = backend.typedArrayFromHeap(out).fill(offValue);
    const picks = backend.typedArrayFromHeap(indices);
    for (let at = 0; at < picks.length; at++) {
      if (picks[at] >= 0 && picks[at] < depth) to[at * depth + picks[at]] = onValue;
    }
    return out;
  }),

  // Slices with a negative or too large id belong to no segment.
  kernel<{ x: TensorInfo; segmentIds: TensorInfo }, UnsortedSegmentSumAttrs>(
    'UnsortedSegmentSum',
    ({ inputs: { x, segmentIds }, attrs: { numSegments }, backend, make }) => {
      if (segmentIds.shape.length !== 1 || segmentIds.shape[0] !== x.shape[0]) {
        throw new RangeError(
          `unsortedSegmentSum: needs one id for each slice of [${x.shape}], got [${segmentIds.shape}]`,
        );
      }
      const width = count(x.shape.slice(1));
      const out = make([numSegments, ...x.shape.slice(1)], x.dtype);
      const total = new Float64Array(numSegments * width);
      const from = backend.typedArrayFromHeap(x);
      const ids = backend.typedArrayFromHeap(segmentIds);
      for (let slice = 0; slice < ids.length; slice++) {
        const id = ids[slice];
        if (id < 0 || id >= numSegments) continue;
        for (let at = 0; at < width; at++) total[id * width + at] += from[slice * width + at];
      }
      backend.typedArrayFromHeap(out).set(total);
      return out;
    },
  ),
];
