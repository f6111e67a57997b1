import {
  cast,
  equal,
  expandDims,
  fill,
  type GradConfig,
  gatherND,
  mul,
  range,
  reshape,
  type ScatterNdAttrs,
  type SparseToDenseAttrs,
  scatterND,
  sub,
  sum,
  type Tensor,
  tensorScatterUpdate,
  zeros,
} from '@tensorflow/tfjs-core';
import { gradient } from './gradient.ts';

/** Slices picked from, and put to, places that are given by all their leading indices. */
export const scattering: readonly GradConfig[] = [
  gradient('GatherNd', { inputs: ['params', 'indices'] }, (dy, [params, indices]) => ({
    params: () => scatterND(expandDims(indices), expandDims(dy), params.shape), // for a list of indices is one place
    indices: () => zeros(indices.shape),
  })),
  gradient<ScatterNdAttrs>('ScatterNd', { inputs: ['indices'] }, (dy, [indices]) => ({
    indices: () => zeros(indices.shape),
    updates: () => gatherND(dy, placesOf(indices)),
  })),
  gradient('TensorScatterUpdate', { inputs: ['tensor', 'indices', 'updates'] }, (dy, [tensor, indices, updates]) => ({
    tensor: () => tensorScatterUpdate(dy, indices, zeros(updates.shape)),
    indices: () => zeros(indices.shape),
    updates: () => fromWritten(dy, placesOf(indices), tensor.shape),
  })),
  gradient<SparseToDenseAttrs>(
    'SparseToDense',
    { inputs: ['sparseIndices', 'sparseValues', 'defaultValue'] },
    (dy, [indices, values, defaultValue], { outputShape }) => {
      const places = placesOf(indices);
      const written = () => fromWritten(dy, places, outputShape);
      return {
        sparseIndices: () => zeros(indices.shape),
        // One value may stand for all of them.
        sparseValues: () => (values.rank === 0 ? sum(written()) : reshape(written(), values.shape)),
        defaultValue: () => reshape(sub(sum(dy), sum(written())), defaultValue.shape),
      };
    },
  ),
];

/** Where is written to, [..., axes]: a list of indices is one of places along the first axis. */
function placesOf(indices: Tensor): Tensor {
  return indices.rank < 2 ? reshape(indices, [indices.size, 1]) : indices;
}

/** What each written slice gets back: of those written to one place only the last is still there. */
function fromWritten(dy: Tensor, indices: Tensor, shape: readonly number[]): Tensor {
  const depth = indices.shape[indices.rank - 1];
  const picked = gatherND(dy, indices);
  const places = reshape(indices, [indices.size / depth, depth]); // [slices, axes]
  const own = range(0, places.shape[0], 1, 'int32');
  const last = tensorScatterUpdate(fill(shape.slice(0, depth), -1, 'int32'), places, own);
  const alive = cast(equal(gatherND(last, places), own), 'float32');
  const slices = picked.shape.slice(indices.rank - 1);
  return mul(picked, reshape(alive, [...indices.shape.slice(0, -1), ...slices.map(() => 1)]));
}
