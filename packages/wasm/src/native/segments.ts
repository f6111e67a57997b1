import type { TensorInfo, UnsortedSegmentSumAttrs } from '@tensorflow/tfjs-core';
import { count, floats, kernel, pointer } from '../kernel.ts';
import { heapOf } from '../memory.ts';
import type { NativeTopic } from './native-topic.ts';

/** Sums of slices by their ids, the adjoint of picking slices, in double precision by the native module. */
export const segments: NativeTopic = ({ exports }, composed) => {
  const otherwise = composed('UnsortedSegmentSum');
  return [
    kernel<{ x: TensorInfo; segmentIds: TensorInfo }, UnsortedSegmentSumAttrs>(
      'UnsortedSegmentSum',
      ({ inputs, attrs, backend, run, make, scratch }) => {
        const { x, segmentIds } = inputs;
        const { numSegments } = attrs;
        const [rows, ...slice] = x.shape;
        const fits = segmentIds.shape.length === 1 && segmentIds.shape[0] === rows;
        if (x.dtype !== 'float32' || !fits) return run(otherwise, inputs, attrs);
        const out = make([numSegments, ...slice]);
        const width = count(slice);
        const totals = scratch(8 * numSegments * width);
        exports.addSegments(rows, width, numSegments, pointer(backend, x), pointer(backend, segmentIds), totals);
        floats(backend, out).set(new Float64Array(heapOf(backend).HEAPU8.buffer, totals, numSegments * width));
        return out;
      },
    ),
  ];
};
