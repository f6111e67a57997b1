import { type BatchMatMulAttrs, broadcast_util, type TensorInfo } from '@tensorflow/tfjs-core';

/** The two factors of a product of matrices, or of stacks of them. */
export interface Factors {
  /** [...stack, m, k], or [...stack, k, m] if transposed. */
  readonly a: TensorInfo;
  /** [...stack, k, n], or [...stack, n, k] if transposed. */
  readonly b: TensorInfo;
}

/** Lengths in a product of matrices, or of stacks of them. */
export interface ProductShape {
  readonly m: number;
  readonly k: number;
  readonly n: number;
  readonly stackA: readonly number[];
  readonly stackB: readonly number[];
  /** Shape of the stack of results: `stackA` and `stackB` broadcast against each other. */
  readonly stack: readonly number[];
}

/**
 * What is multiplied with what.
 *
 * @throws RangeError if the inner lengths differ; Error if the stacks cannot be broadcast against each other.
 */
export function productShape({ a, b }: Factors, { transposeA, transposeB }: BatchMatMulAttrs): ProductShape {
  const [m, k] = matrix(a, transposeA);
  const [inner, n] = matrix(b, transposeB);
  if (k !== inner) {
    throw new RangeError(`matMul: inner lengths must match, got ${k} and ${inner} of [${a.shape}] and [${b.shape}]`);
  }
  const stackA = a.shape.slice(0, -2);
  const stackB = b.shape.slice(0, -2);
  return { m, k, n, stackA, stackB, stack: broadcast_util.assertAndGetBroadcastShape(stackA, stackB) };
}

function matrix({ shape }: TensorInfo, transposed: boolean): readonly number[] {
  const lengths = shape.slice(-2);
  return transposed ? lengths.reverse() : lengths;
}

/** Where entry `index` of a broadcast shape comes from in `shape`, both counted row by row. */
export function broadcastIndex(index: number, broadcast: readonly number[], shape: readonly number[]): number {
  let [rest, from, stride] = [index, 0, 1];
  for (let back = 1; back <= shape.length; back++) {
    const length = broadcast[broadcast.length - back];
    if (shape[shape.length - back] !== 1) from += (rest % length) * stride;
    stride *= shape[shape.length - back];
    rest = Math.floor(rest / length);
  }
  return from;
}
