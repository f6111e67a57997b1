import {
  add,
  type ClipByValueAttrs,
  cast,
  div,
  equal,
  type GradConfig,
  greaterEqual,
  lessEqual,
  logicalNot,
  mul,
  range,
  reshape,
  type Tensor,
  unsortedSegmentSum,
  zeros,
} from '@tensorflow/tfjs-core';
import { fromPair, gradient } from './gradient.ts';

/** Maximum, minimum, clipping, selection, the k largest: gradients go where the value came from. */
export const choices: readonly GradConfig[] = [
  fromPair(
    'Maximum',
    (dy, a, b) => mul(dy, share(greaterEqual(a, b), lessEqual(a, b))),
    (dy, a, b) => mul(dy, share(lessEqual(a, b), greaterEqual(a, b))),
  ),
  fromPair(
    'Minimum',
    (dy, a, b) => mul(dy, share(lessEqual(a, b), greaterEqual(a, b))),
    (dy, a, b) => mul(dy, share(greaterEqual(a, b), lessEqual(a, b))),
  ),
  // An entry counts as inside the range, ends included, where clipping left it as it was.
  gradient<ClipByValueAttrs>('ClipByValue', { inputs: ['x'], outputs: [true] }, (dy, [x, y]) => ({
    x: () => mul(dy, cast(equal(x, y), 'float32')),
  })),
  gradient('Select', { inputs: ['condition'] }, (dy, [condition]) => ({
    condition: () => zeros(condition.shape),
    t: () => mul(dy, cast(condition, 'float32')),
    e: () => mul(dy, cast(logicalNot(condition), 'float32')),
  })),
  gradient<object, Tensor[]>('TopK', { inputs: ['x'], outputs: [false, true] }, ([dy], [x, indices]) => ({
    x: () => {
      const width = x.shape[x.rank - 1];
      const rows = x.size / width;
      const starts = reshape(range(0, rows * width, width, 'int32'), [rows, 1]);
      const places = add(reshape(indices, [rows, indices.size / rows]), starts); // in x, row by row
      const flat = unsortedSegmentSum(reshape(dy, [dy.size]), reshape(places, [places.size]) as never, x.size);
      return reshape(flat, x.shape);
    },
  })),
];

/** 1 where `wins`, 1/2 where it ties with the other, 0 elsewhere: the middle of the subgradients. */
function share(wins: Tensor, ties: Tensor): Tensor {
  const won = cast(wins, 'float32');
  return div(won, add(won, cast(ties, 'float32')));
}
