import {
  add,
  type BincountAttrs,
  cast,
  type DenseBincountAttrs,
  div,
  type GradConfig,
  gather,
  less,
  maximum,
  minimum,
  mul,
  ones,
  range,
  reshape,
  scalar,
  type Tensor,
  type Tensor1D,
  unsortedSegmentSum,
  zeros,
} from '@tensorflow/tfjs-core';
import { gradient } from './gradient.ts';

/** Sums and means over segments that are given by sparse indices, and weighted counts. */
export const counts: readonly GradConfig[] = [
  ...(['SparseSegmentSum', 'SparseSegmentMean'] as const).map((kernelName) =>
    gradient(kernelName, { inputs: ['data', 'indices', 'segmentIds'] }, (dy, [data, indices, segmentIds]) => ({
      data: () => {
        const shares = kernelName === 'SparseSegmentMean' ? perTerm(dy, segmentIds) : dy;
        return unsortedSegmentSum(gather(shares, segmentIds as Tensor1D), indices as Tensor1D, data.shape[0]);
      },
      indices: () => zeros(indices.shape),
      segmentIds: () => zeros(segmentIds.shape),
    })),
  ),
  gradient<BincountAttrs>('Bincount', { inputs: ['x', 'weights'] }, (dy, [x, weights], { size }) => ({
    x: () => zeros(x.shape),
    weights: () => (weights.size === 0 ? zeros(weights.shape) : ofBins(dy, x, size)),
  })),
  gradient<DenseBincountAttrs>(
    'DenseBincount',
    { inputs: ['x', 'weights'] },
    (dy, [x, weights], { size, binaryOutput }) => ({
      x: () => zeros(x.shape),
      // Whether a bin is hit does not depend on the weights.
      weights: () => (weights.size === 0 || binaryOutput ? zeros(weights.shape) : ofBins(dy, x, size)),
    }),
  ),
];

/** A mean's gradient, for each of its terms. */
function perTerm(dy: Tensor, segmentIds: Tensor): Tensor {
  const terms = unsortedSegmentSum(ones(segmentIds.shape), segmentIds as Tensor1D, dy.shape[0]);
  return div(dy, reshape(maximum(terms, 1), [dy.shape[0], ...dy.shape.slice(1).map(() => 1)]));
}

/** Each entry's bin in `dy`, [..., size]; entries without a bin get nothing. */
function ofBins(dy: Tensor, x: Tensor, size: number): Tensor {
  const rows = dy.size / size;
  const flat = cast(reshape(x, [rows, x.size / rows]), 'int32');
  const starts = reshape(range(0, rows * size, size, 'int32'), [rows, 1]);
  const inside = cast(less(flat, scalar(size, 'int32')), 'float32');
  const places = add(minimum(flat, scalar(size - 1, 'int32')), starts);
  return reshape(mul(gather(reshape(dy, [dy.size]), places as Tensor1D), inside), x.shape);
}
