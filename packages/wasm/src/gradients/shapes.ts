import {
  type BatchToSpaceNDAttrs,
  type BroadCastToAttrs,
  batchToSpaceND,
  cast,
  type GradConfig,
  type ReverseAttrs,
  reshape,
  reverse,
  type SpaceToBatchNDAttrs,
  spaceToBatchND,
  sum,
  type Tensor,
  type TileAttrs,
  type TransposeAttrs,
  transpose,
} from '@tensorflow/tfjs-core';
import { fromInput, gradient, sumTo } from './gradient.ts';

/** The same entries in another shape, order or type, or several times. */
export const shapes: readonly GradConfig[] = [
  gradient('Identity', {}, (dy) => ({ x: () => dy.clone() })),
  gradient('Cast', {}, (dy) => ({ x: () => cast(dy, 'float32') })),
  fromInput('Reshape', (dy, x) => reshape(dy, x.shape)),
  gradient('ExpandDims', { inputs: ['input'] }, (dy, [input]) => ({ input: () => reshape(dy, input.shape) })),
  gradient<TransposeAttrs>('Transpose', {}, (dy, _saved, { perm }) => ({
    x: () =>
      transpose(
        dy,
        perm.map((_, axis) => perm.indexOf(axis)),
      ),
  })),
  gradient<ReverseAttrs>('Reverse', { inputs: ['x'] }, (dy, _saved, { dims }) => ({ x: () => reverse(dy, dims) })),
  gradient<BroadCastToAttrs>('BroadcastTo', {}, (dy, _saved, { inputShape }) => ({ x: () => sumTo(dy, inputShape) })),
  gradient<TileAttrs>('Tile', { inputs: ['x'] }, (dy, [x], { reps }) => ({ x: () => sumCopies(dy, x.shape, reps) })),
  gradient<SpaceToBatchNDAttrs>('SpaceToBatchND', {}, (dy, _saved, { blockShape, paddings }) => ({
    x: () => batchToSpaceND(dy, blockShape, paddings),
  })),
  gradient<BatchToSpaceNDAttrs>('BatchToSpaceND', {}, (dy, _saved, { blockShape, crops }) => ({
    x: () => spaceToBatchND(dy, blockShape, crops),
  })),
];

/** The adjoint of repetition, one axis after the other. */
function sumCopies(tiled: Tensor, shape: readonly number[], reps: readonly number[]): Tensor {
  const left = [...tiled.shape];
  let rest = tiled;
  for (const [axis, copies] of reps.entries()) {
    if (copies === 1) continue;
    left[axis] = shape[axis];
    const before = left.slice(0, axis).reduce((product, length) => product * length, 1);
    const after = left.slice(axis).reduce((product, length) => product * length, 1);
    rest = sum(reshape(rest, [before, copies, after]), 1);
  }
  return reshape(rest, left);
}
