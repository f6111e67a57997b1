import { InputError } from '@advml/core';
import { add, matMul, mul, reshape, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { requireWithin } from '../graph/numbers.ts';
import { broadcastShape, type Call, type Operator, plain } from '../graph/operator.ts';

/** `alpha A B + beta C` of matrices. */
function gemm([a, b, c]: Tensor[], call: Call): Tensor {
  if (a.rank !== 2 || b.rank !== 2)
    throw new InputError(`${call.label} must have two matrices, got shapes [${a.shape}] and [${b.shape}]`);
  const { attributes } = call;
  const [alpha, beta] = [attributes.float('alpha') ?? 1, attributes.float('beta') ?? 1];
  const [transA, transB] = [attributes.int('transA') === 1, attributes.int('transB') === 1];
  const shape = [a.shape.at(transA ? 1 : 0), b.shape.at(transB ? 0 : 1)] as number[];
  call.room(shape);
  if (c) requireWithin(call, c, shape);
  const product = matMul(a as Tensor2D, b as Tensor2D, transA, transB);
  const scaled = alpha === 1 ? product : mul(alpha, product);
  if (!c) return scaled;
  return add(scaled, beta === 1 ? c : mul(beta, c));
}

/** A stack of matrices times one matrix, as one product. */
function byRows(a: Tensor, b: Tensor): Tensor {
  const [within, out] = b.shape;
  const rows = reshape(a, [a.size / within, within]) as Tensor2D;
  return reshape(matMul(rows, b as Tensor2D), [...a.shape.slice(0, -1), out]);
}

/** A product as NumPy has it: vectors count as matrices with one row or column, which is taken away again. */
function product([left, right]: Tensor[], call: Call): Tensor {
  if (left.rank === 0 || right.rank === 0)
    throw new InputError(`${call.label} must have vectors or matrices, got one number`);
  const a = left.rank === 1 ? reshape(left, [1, left.size]) : left;
  const b = right.rank === 1 ? reshape(right, [right.size, 1]) : right;
  const [rows, within] = a.shape.slice(-2);
  const [other, columns] = b.shape.slice(-2);
  if (within !== other)
    throw new InputError(`${call.label} must have matrices that fit, got [${left.shape}] and [${right.shape}]`);
  const stack = broadcastShape([a.shape.slice(0, -2), b.shape.slice(0, -2)]);
  const shape = [...stack, rows, columns];
  call.room(shape);
  const y = b.rank === 2 ? byRows(a, b) : matMul(a, b);
  const kept = shape.filter(
    (_, axis) => !(left.rank === 1 && axis === shape.length - 2) && !(right.rank === 1 && axis === shape.length - 1),
  );
  return reshape(y, kept);
}

/** Products of matrices. */
export const products: Readonly<Record<string, Operator>> = {
  Gemm: plain('alpha beta transA transB', gemm),
  MatMul: plain('', product),
};
