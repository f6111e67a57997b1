import {
  add,
  cast,
  equal,
  type GatherV2Attrs,
  type GradConfig,
  gather,
  type MirrorPadAttrs,
  maximum,
  minimum,
  mul,
  type PadV2Attrs,
  pad,
  reshape,
  reverse,
  type SliceAttrs,
  type StridedSliceAttrs,
  scalar,
  slice,
  slice_util,
  type Tensor,
  type Tensor1D,
  type UnsortedSegmentSumAttrs,
  unsortedSegmentSum,
  zeros,
} from '@tensorflow/tfjs-core';
import { gradient } from './gradient.ts';

/** Parts of a tensor, cut out or picked by index, and padding, which is the reverse. */
export const slices: readonly GradConfig[] = [
  gradient<SliceAttrs>('Slice', { inputs: ['x'] }, (dy, [x], { begin, size }) => ({
    x: () => {
      const [start] = slice_util.parseSliceParams(x, begin, size);
      return pad(dy, paddingsAround(dy.shape, start, x.shape));
    },
  })),
  gradient<StridedSliceAttrs>('StridedSlice', { inputs: ['x'] }, (dy, [x], attrs) => ({
    x: () => unstride(dy, x.shape, attrs),
  })),
  gradient<PadV2Attrs>('PadV2', { inputs: ['x'] }, (dy, [x], { paddings }) => ({
    x: () =>
      slice(
        dy,
        paddings.map(([before]) => before),
        x.shape,
      ),
  })),
  gradient<MirrorPadAttrs>('MirrorPad', { inputs: ['x'] }, (dy, [x], { paddings, mode }) => ({
    x: () =>
      paddings.reduce(
        (folded: Tensor, [before], axis) => foldMirror(folded, axis, before, x.shape[axis], mode === 'reflect' ? 1 : 0),
        dy,
      ),
  })),
  gradient<GatherV2Attrs>('GatherV2', { inputs: ['x', 'indices'] }, (dy, [x, indices], { axis, batchDims }) => ({
    x: () => scatter(dy, x.shape, indices, axis, batchDims),
    indices: () => zeros(indices.shape),
  })),
  gradient<UnsortedSegmentSumAttrs>('UnsortedSegmentSum', { inputs: ['segmentIds'] }, (dy, [segmentIds]) => ({
    // A slice with an id that is not there was added to no segment.
    x: () => {
      const [first, last] = [scalar(0, 'int32'), scalar(dy.shape[0] - 1, 'int32')];
      const there = minimum(maximum(segmentIds, first), last) as Tensor1D;
      const inside = cast(equal(segmentIds, there), 'float32');
      const picked = gather(dy, there);
      return mul(picked, reshape(inside, [...inside.shape, ...dy.shape.slice(1).map(() => 1)]));
    },
    segmentIds: () => zeros(segmentIds.shape),
  })),
];

function paddingsAround(inner: readonly number[], start: readonly number[], outer: readonly number[]) {
  return outer.map((length, axis): [number, number] => [start[axis], length - start[axis] - inner[axis]]);
}

/** The adjoint of a strided slice: entries set apart by the stride, turned round if it is negative, padded. */
function unstride(dy: Tensor, shape: number[], attrs: StridedSliceAttrs): Tensor {
  const { begin, end, strides } = slice_util.sliceInfo(
    shape,
    attrs.begin,
    attrs.end,
    attrs.strides,
    attrs.beginMask,
    attrs.endMask,
    attrs.ellipsisMask,
    attrs.newAxisMask,
    attrs.shrinkAxisMask,
  );
  const lengths = begin.map((first, axis) => Math.max(0, Math.ceil((end[axis] - first) / strides[axis])));
  let rest = reshape(dy, lengths); // all axes of x
  for (const [axis, stride] of strides.entries()) {
    if (rest.shape[axis] === 0) return zeros(shape);
    if (stride < 0) rest = reverse(rest, axis);
    rest = spread(rest, axis, Math.abs(stride));
  }
  const start = begin.map((first, axis) => (strides[axis] < 0 ? first - (rest.shape[axis] - 1) : first));
  return pad(rest, paddingsAround(rest.shape, start, shape));
}

/** Puts `stride - 1` zeros between neighbours along an axis. */
export function spread(x: Tensor, axis: number, stride: number): Tensor {
  if (stride === 1 || x.shape[axis] < 2) return x;
  const before = x.shape.slice(0, axis);
  const after = x.shape.slice(axis + 1);
  const length = x.shape[axis];
  const size = (lengths: readonly number[]) => lengths.reduce((product, each) => product * each, 1);
  const rows = reshape(x, [size(before) * length, size(after)]);
  const apart = reshape(
    pad(rows, [
      [0, 0],
      [0, (stride - 1) * size(after)],
    ]),
    [...before, length * stride, ...after],
  );
  return slice(
    apart,
    x.shape.map(() => 0),
    [...before, (length - 1) * stride + 1, ...after],
  );
}

/**
 * The adjoint of mirroring along one axis: what was copied beyond an end goes back to where it came from.
 *
 * @param skip - 1 if the border itself is not repeated, else 0.
 */
function foldMirror(padded: Tensor, axis: number, before: number, length: number, skip: number): Tensor {
  const along = (start: number, size: number) =>
    slice(
      padded,
      padded.shape.map((_, at) => (at === axis ? start : 0)),
      padded.shape.map((whole, at) => (at === axis ? size : whole)),
    );
  const back = (start: number, size: number, target: number) => {
    const turned = reverse(along(start, size), axis);
    return pad(
      turned,
      padded.shape.map((_, at): [number, number] => (at === axis ? [target, length - target - size] : [0, 0])),
    );
  };
  const after = padded.shape[axis] - before - length;
  const low = back(0, before, skip);
  const high = back(before + length, after, length - skip - after);
  return add(add(along(before, length), low), high);
}

/** The adjoint of picking: adds each slice of `dy` to where it was picked from. */
function scatter(dy: Tensor, shape: number[], indices: Tensor, axis: number, batchDims: number): Tensor {
  const size = (lengths: readonly number[]) => lengths.reduce((product, each) => product * each, 1);
  const batch = size(shape.slice(0, batchDims));
  const outer = size(shape.slice(batchDims, axis));
  const inner = size(shape.slice(axis + 1));
  const each = indices.size / batch;
  const starts = new Int32Array(batch * outer * each);
  const picks = indices.dataSync();
  // One segment for each slice of x.
  for (let at = 0; at < starts.length; at++) {
    const block = Math.floor(at / each);
    starts[at] = block * shape[axis] + picks[Math.floor(block / outer) * each + (at % each)];
  }
  const slices = reshape(dy, [starts.length, inner]);
  return reshape(unsortedSegmentSum(slices, starts as never, batch * outer * shape[axis]), shape);
}
