import { reshape, type Tensor, transpose } from '@tensorflow/tfjs-core';

/**
 * A value of the graph. Its shape is ONNX's, [batch, channels, ...]; its numbers may be kept with channels last, since convolutions
 * take them so, and are exchanged only where an operator asks for the other order.
 */
export interface Value {
  /** The numbers as they are kept. */
  readonly tensor: Tensor;
  /** ONNX's shape. */
  readonly shape: readonly number[];
  /** Whether the numbers are kept with channels last. */
  readonly last: boolean;
  /** Whether they are the same whatever the input. */
  readonly constant: boolean;
  /** The tensor of ONNX's shape. */
  plain(): Tensor;
  /**
   * The tensor with channels last, [batch, ..., channels].
   *
   * @param rank - Number of axes; a value with fewer gets leading ones of length 1. Default: its own.
   */
  image(rank?: number): Tensor;
}

/** Orders of axes from channels first to last, and back. */
const toLast = (rank: number) => [0, ...Array.from({ length: rank - 2 }, (_, axis) => axis + 2), 1];
const toFirst = (rank: number) => [0, rank - 1, ...Array.from({ length: rank - 2 }, (_, axis) => axis + 1)];

/** Where an axis of ONNX's shape is when channels are last. */
export const axisOfImage = (axis: number, rank: number) => toLast(rank).indexOf(axis);

const withRank = (x: Tensor, rank: number) =>
  x.rank < rank ? reshape(x, [...Array<number>(rank - x.rank).fill(1), ...x.shape]) : x;

/**
 * A value of the graph.
 *
 * @param tensor - Its numbers.
 * @param last - Whether their channels are last. Default: false.
 * @param constant - Whether they do not depend on the input. Default: false.
 */
export function graphValue(tensor: Tensor, last = false, constant = false): Value {
  const { shape, rank } = tensor;
  let other: Tensor | undefined;
  const exchanged = (order: number[]) => {
    if (!other || other.isDisposed) other = transpose(tensor, order); // a node's tidy may have freed it
    return other;
  };
  return {
    tensor,
    shape: last ? toFirst(rank).map((axis) => shape[axis]) : shape,
    last,
    constant,
    plain: () => (last ? exchanged(toFirst(rank)) : tensor),
    image: (wanted = rank) => {
      if (wanted === rank) return last ? tensor : exchanged(toLast(rank));
      const plain = last ? exchanged(toFirst(rank)) : tensor;
      return transpose(withRank(plain, wanted), toLast(wanted));
    },
  };
}
