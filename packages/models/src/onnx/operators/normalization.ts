import {
  abs,
  add,
  div,
  matMul,
  mean,
  mul,
  pow,
  reshape,
  rsqrt,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor2D,
  tensor2d,
} from '@tensorflow/tfjs-core';
import { axisOf, sizeOf } from '../graph/axes.ts';
import { needed, perChannel, requireOnly, requireWithin } from '../graph/numbers.ts';
import { type Call, type Operator, onImages, plain } from '../graph/operator.ts';
import { euclidean, withoutZeros } from './euclidean.ts';

/** Entries with mean 0 and variance 1 along some axes. */
function standardized(x: Tensor, axes: number[], epsilon: number): Tensor {
  const centred = sub(x, mean(x, axes, true));
  return mul(centred, rsqrt(add(mean(square(centred), axes, true), epsilon)));
}

const epsilonOf = ({ attributes }: Call) => attributes.float('epsilon') ?? 1e-5;
const spatial = (x: Tensor) => x.shape.slice(1, -1).map((_, axis) => axis + 1);

/** With the statistics of training: a gain and a constant for each channel. */
function batchNormalized(x: Tensor, call: Call): Tensor {
  requireOnly(call, 'training_mode', call.attributes.int('training_mode'), 0);
  requireOnly(call, 'spatial', call.attributes.int('spatial'), 1);
  for (const index of [1, 2, 3, 4]) perChannel(call, index, x.shape[x.rank - 1]);
  const epsilon = epsilonOf(call);
  const gain = call.once('gain', [1, 4], (scale, variance) => mul(scale, rsqrt(add(variance, epsilon))));
  const constant = call.once('constant', [1, 2, 3, 4], (scale, bias, average, variance) =>
    sub(bias, mul(average, mul(scale, rsqrt(add(variance, epsilon))))),
  );
  return add(mul(x, gain), constant);
}

/** Over the last axes, from the given one on. */
function lastAxes(x: Tensor, { attributes, label }: Call): number[] {
  const first = axisOf(attributes.int('axis') ?? -1, x.rank, label);
  return x.shape.map((_, axis) => axis).slice(first);
}

function layerNormalized([x, scale, bias]: Tensor[], call: Call): Tensor {
  for (const numbers of bias ? [scale, bias] : [scale]) requireWithin(call, numbers, x.shape);
  const scaled = mul(standardized(x, lastAxes(x, call), epsilonOf(call)), scale);
  return bias ? add(scaled, bias) : scaled;
}

/** Groups of channels; before opset 21 there is a gain for each group, since then for each channel. */
function groupNormalized([x, scale, bias]: Tensor[], call: Call): Tensor {
  const groups = needed(call.attributes.int('num_groups'), call, 'num_groups');
  const [batch, channels, ...lengths] = x.shape;
  const apart = reshape(x, [batch, groups, channels / groups, sizeOf(lengths)]);
  const perGroup = call.opset < 21;
  const shape = perGroup ? [groups, 1, 1] : [groups, channels / groups, 1];
  const scaled = mul(standardized(apart, [2, 3], epsilonOf(call)), reshape(scale, shape));
  return reshape(add(scaled, reshape(bias, shape)), x.shape);
}

/** Each entry over the size of what surrounds it in neighbouring channels. */
function locallyNormalized(x: Tensor, call: Call): Tensor {
  const { attributes } = call;
  const size = needed(attributes.int('size'), call, 'size');
  const [alpha, beta, bias] = [
    attributes.float('alpha') ?? 1e-4,
    attributes.float('beta') ?? 0.75,
    attributes.float('bias') ?? 1,
  ];
  const channels = x.shape[x.rank - 1];
  const [before, after] = [Math.floor((size - 1) / 2), Math.ceil((size - 1) / 2)];
  call.room([channels, channels]);
  const isNear = (from: number, to: number) => from >= to - before && from <= to + after;
  const band = tensor2d(
    Float32Array.from({ length: channels ** 2 }, (_, at) => Number(isNear(Math.floor(at / channels), at % channels))),
    [channels, channels],
  );
  const sums = reshape(matMul(reshape(square(x), [-1, channels]) as Tensor2D, band), x.shape);
  return div(x, pow(add(bias, mul(alpha / size, sums)), beta));
}

/** Over the l1 or l2 norm along an axis; zeros stay zeros. */
function scaledToNorm([x]: Tensor[], call: Call): Tensor {
  const axis = axisOf(call.attributes.int('axis') ?? -1, x.rank, call.label);
  const p = call.attributes.int('p') ?? 2;
  if (p !== 1) requireOnly(call, 'p', p, 2);
  return div(x, withoutZeros(p === 1 ? sum(abs(x), axis, true) : euclidean(x, [axis], true)));
}

/** Normalizations, as in evaluation. */
export const normalizations: Readonly<Record<string, Operator>> = {
  BatchNormalization: onImages('epsilon momentum spatial training_mode', batchNormalized),
  GroupNormalization: plain('epsilon num_groups stash_type', groupNormalized),
  InstanceNormalization: onImages('epsilon', (x, call) => {
    const [scale, bias] = [1, 2].map((index) => perChannel(call, index, x.shape[x.rank - 1]));
    return add(mul(standardized(x, spatial(x), epsilonOf(call)), scale), bias);
  }),
  LayerNormalization: plain('axis epsilon stash_type', layerNormalized),
  LpNormalization: plain('axis p', scaledToNorm),
  LRN: onImages('alpha beta bias size', locallyNormalized),
  RMSNormalization: plain('axis epsilon stash_type', ([x, scale], call) => {
    requireWithin(call, scale, x.shape);
    const size = mean(square(x), lastAxes(x, call), true);
    return mul(mul(x, rsqrt(add(size, epsilonOf(call)))), scale);
  }),
};
