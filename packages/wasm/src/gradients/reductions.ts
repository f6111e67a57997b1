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
  softmax,
  sub,
  sum,
  type Tensor,
  tile,
  transpose,
  util,
} from '@tensorflow/tfjs-core';
import { gradient, isRecorded } from './gradient.ts';

/** Sums, means, extremes and products along axes, running sums, softmax. */
export const reductions: readonly GradConfig[] = [
  gradient<SumAttrs>('Sum', { inputs: ['x'] }, (dy, [x], { axis }) => ({
    x: () => spread(dy, x, axis),
  })),
  gradient<MeanAttrs>('Mean', { inputs: ['x'] }, (dy, [x], { axis }) => ({
    x: () => spread(mul(dy, dy.size / x.size), x, axis),
  })),
  gradient<MaxAttrs>('Max', { inputs: ['x'], outputs: [true] }, (dy, [x, y], { reductionIndices }) => ({
    x: () => toExtremes(dy, x, y, reductionIndices),
  })),
  gradient<MinAttrs>('Min', { inputs: ['x'], outputs: [true] }, (dy, [x, y], { axis }) => ({
    x: () => toExtremes(dy, x, y, axis),
  })),
  gradient<ProdAttrs>('Prod', { inputs: ['x'] }, (dy, [x], { axis }) => ({ x: () => toFactors(dy, x, axis) })),
  gradient<CumsumAttrs>('Cumsum', {}, (dy, _saved, { axis, exclusive, reverse }) => ({
    x: () => cumsum(dy, axis, exclusive, !reverse),
  })),
  gradient<SoftmaxAttrs>('Softmax', { inputs: ['logits'], outputs: [true] }, (dy, [x, kept], { dim }) => ({
    logits: () => {
      const y = isRecorded() ? softmax(x, dim) : kept;
      return mul(y, sub(dy, sum(mul(dy, y), dim, true)));
    },
  })),
  gradient<LogSoftmaxAttrs>('LogSoftmax', { inputs: ['logits'], outputs: [true] }, (dy, [x, y], { axis }) => ({
    logits: () => sub(dy, mul(isRecorded() ? softmax(x, axis) : exp(y), sum(dy, axis, true))),
  })),
];

type Axis = number | number[] | null | undefined;

/** A reduced tensor with the axes of length 1 that the reduction of `x` took away. */
function withAxes(reduced: Tensor, x: Tensor, axis: Axis): Tensor {
  const axes = axesOf(x, axis);
  return reshape(
    reduced,
    x.shape.map((length, at) => (axes.includes(at) ? 1 : length)),
  );
}

/** The adjoint of a sum: every term gets what the sum got. */
function spread(dy: Tensor, x: Tensor, axis: Axis): Tensor {
  const axes = axesOf(x, axis);
  return tile(
    withAxes(dy, x, axis),
    x.shape.map((length, at) => (axes.includes(at) ? length : 1)),
  );
}

function axesOf(x: Tensor, axis: Axis): number[] {
  return axis == null ? [...x.shape.keys()] : util.parseAxisParam(axis, x.shape);
}

/** Entries that tie for the extreme get equal shares: the middle of the subgradients. */
function toExtremes(dy: Tensor, x: Tensor, y: Tensor, axis: Axis): Tensor {
  const extreme = cast(equal(x, withAxes(y, x, axis)), 'float32');
  const ties = sum(extreme, axesOf(x, axis), true);
  return mul(extreme, div(withAxes(dy, x, axis), ties));
}

/** Each factor's gradient is the product of the others: those before it times those after it, right also at 0. */
function toFactors(dy: Tensor, x: Tensor, axis: Axis): Tensor {
  const axes = axesOf(x, axis);
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
