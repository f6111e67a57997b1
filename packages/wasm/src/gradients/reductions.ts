import {
  type CumsumAttrs,
  cast,
  cumprod,
  cumsum,
  div,
  equal,
  exp,
  type GradConfig,
  type LogSoftmaxAttrs,
  type MaxAttrs,
  type MeanAttrs,
  type MinAttrs,
  mul,
  type ProdAttrs,
  reshape,
  type SoftmaxAttrs,
  type SumAttrs,
  sub,
  sum,
  type Tensor,
  tile,
  transpose,
} from '@tensorflow/tfjs-core';
import { gradient } from './gradient.ts';

/** Sums, means, extremes and products along axes, running sums, softmax. */
export const reductions: readonly GradConfig[] = [
  gradient<SumAttrs>('Sum', { inputs: ['x'] }, (dy, [x], { axis }) => ({
    x: () => spread(dy, x, axis as Axes),
  })),
  gradient<MeanAttrs>('Mean', { inputs: ['x'] }, (dy, [x], { axis }) => ({
    x: () => spread(mul(dy, dy.size / x.size), x, axis as Axes),
  })),
  gradient<MaxAttrs>('Max', { inputs: ['x'], outputs: [true] }, (dy, [x, y], { reductionIndices }) => ({
    x: () => toExtremes(dy, x, y, reductionIndices as Axes),
  })),
  gradient<MinAttrs>('Min', { inputs: ['x'], outputs: [true] }, (dy, [x, y], { axis }) => ({
    x: () => toExtremes(dy, x, y, axis as Axes),
  })),
  gradient<ProdAttrs>('Prod', { inputs: ['x'] }, (dy, [x], { axis }) => ({ x: () => toFactors(dy, x, axis as Axes) })),
  gradient<CumsumAttrs>('Cumsum', { inputs: ['x'] }, (dy, _saved, { axis, exclusive, reverse }) => ({
    x: () => cumsum(dy, axis, exclusive, !reverse),
  })),
  gradient<SoftmaxAttrs>('Softmax', { inputs: ['logits'], outputs: [true] }, (dy, [, y], { dim }) => ({
    logits: () => mul(y, sub(dy, sum(mul(dy, y), dim, true))),
  })),
  gradient<LogSoftmaxAttrs>('LogSoftmax', { inputs: ['logits'], outputs: [true] }, (dy, [, y], { axis }) => ({
    logits: () => sub(dy, mul(exp(y), sum(dy, axis, true))),
  })),
];

/** The axes of a reduction, in the form in which gradients see them. */
type Axes = number[];

/** A reduced tensor with the axes of length 1 that the reduction of `x` took away. */
function withAxes(reduced: Tensor, x: Tensor, axes: Axes): Tensor {
  return reshape(
    reduced,
    x.shape.map((length, at) => (axes.includes(at) ? 1 : length)),
  );
}

/** The adjoint of a sum: every term gets what the sum got. */
function spread(dy: Tensor, x: Tensor, axes: Axes): Tensor {
  return tile(
    withAxes(dy, x, axes),
    x.shape.map((length, at) => (axes.includes(at) ? length : 1)),
  );
}

/** Entries that tie for the extreme get equal shares: the middle of the subgradients. */
function toExtremes(dy: Tensor, x: Tensor, y: Tensor, axes: Axes): Tensor {
  const extreme = cast(equal(x, withAxes(y, x, axes)), 'float32');
  const ties = sum(extreme, axes, true);
  return mul(extreme, div(withAxes(dy, x, axes), ties));
}

/** Each factor's gradient is the product of the others: those before it times those after it, right also at 0. */
function toFactors(dy: Tensor, x: Tensor, axes: Axes): Tensor {
  const others = [...x.shape.keys()].filter((at) => !axes.includes(at));
  const order = [...others, ...axes];
  const last = others.length;
  const rows = others.map((at) => x.shape[at]);
  const moved = transpose(x, order);
  const factors = reshape(moved, [...rows, axes.reduce((product, at) => product * x.shape[at], 1)]); // [...others, factors]
  const rest = mul(cumprod(factors, last, true, false), cumprod(factors, last, true, true));
  const result = reshape(mul(rest, reshape(dy, [...rows, 1])), moved.shape);
  return transpose(
    result,
    order.map((_, at) => order.indexOf(at)),
  );
}
