import { abs, cast, log, logSumExp, max, mean, min, prod, square, sum, type Tensor } from '@tensorflow/tfjs-core';
import { axesOf } from '../graph/axes.ts';
import { attributeOrInput } from '../graph/numbers.ts';
import type { Call, Operator } from '../graph/operator.ts';
import { axisOfImage, graphValue, type Value } from '../graph/value.ts';
import { euclidean } from './euclidean.ts';

type Reduction = (x: Tensor, axes: number[], keepDims: boolean) => Tensor;

/** An operator that takes some axes together, all of them by default. */
function reducing(reduce: Reduction): Operator {
  const run = (call: Call): readonly Value[] => {
    const { inputs, attributes, label } = call;
    const x = inputs[0] as Value;
    const rank = x.shape.length;
    const given = attributeOrInput(call, 'axes', 1) ?? [];
    const isNothing = given.length === 0 && attributes.int('noop_with_empty_axes') === 1;
    if (isNothing) return [graphValue(reduce(x.plain(), [], true), false)];
    const axes = given.length === 0 ? x.shape.map((_, axis) => axis) : axesOf(given, rank, label);
    const keep = attributes.int('keepdims') !== 0;
    if (!x.last || !keep) return [graphValue(reduce(x.plain(), axes, keep))];
    const inImage = axes.map((axis) => axisOfImage(axis, rank));
    return [graphValue(reduce(x.image(), inImage, true), true)];
  };
  return { attributes: ['axes', 'keepdims', 'noop_with_empty_axes'], run };
}

/** Means of whole numbers are cut towards zero, as quotients are. */
function averaged(x: Tensor, axes: number[], keepDims: boolean): Tensor {
  const average = mean(x, axes, keepDims);
  return x.dtype === 'int32' ? cast(average, 'int32') : average;
}

/** Sums, means and extremes along axes. */
export const reductions: Readonly<Record<string, Operator>> = {
  ReduceL1: reducing((x, axes, keep) => sum(abs(x), axes, keep)),
  ReduceL2: reducing(euclidean),
  ReduceLogSum: reducing((x, axes, keep) => log(sum(x, axes, keep))),
  ReduceLogSumExp: reducing((x, axes, keep) => logSumExp(x, axes, keep)),
  ReduceMax: reducing((x, axes, keep) => max(x, axes, keep)),
  ReduceMean: reducing(averaged),
  ReduceMin: reducing((x, axes, keep) => min(x, axes, keep)),
  ReduceProd: reducing((x, axes, keep) => prod(x, axes, keep)),
  ReduceSum: reducing((x, axes, keep) => sum(x, axes, keep)),
  ReduceSumSquare: reducing((x, axes, keep) => sum(square(x), axes, keep)),
};
