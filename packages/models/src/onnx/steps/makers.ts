import type { PiecewiseLinear, Step } from '@advml/core';
import { gainStep, positiveStep, reshapeStep } from '@advml/core/internal';
import { abs, add, mul, neg, reciprocal, reshape, rsqrt, scalar, type Tensor } from '@tensorflow/tfjs-core';
import { sizeOf } from '../graph/axes.ts';
import { maxStep } from './max-step.ts';
import { mapOf, type Site } from './site.ts';

/** A step without its name; where nothing is said, it is fed by the value of the node's input. */
export type Unplaced = Step extends infer S
  ? S extends Step
    ? Omit<S, 'name' | 'from'> & Pick<Partial<Step>, 'from'>
    : never
  : never;

/** Gives the steps of a node, one after the other; none if bounds cannot go through it. */
export type Maker = (site: Site) => readonly Unplaced[] | undefined;

/** Constants as one example has them: without an axis for the batch. */
const ofExample = (constant: Tensor, { output }: Site) =>
  constant.rank > output.length ? reshape(constant, constant.shape.slice(1)) : constant;

/** Whether a constant is the same for all examples. */
const isShared = (constant: Tensor | undefined, { output }: Site): constant is Tensor =>
  constant !== undefined && (constant.rank <= output.length || constant.shape[0] === 1);

/** A product with the weights that are input 1, and constants that are input 2. */
function weighted(site: Site, terms: number, bias?: (constants: Tensor) => Tensor): readonly Unplaced[] | undefined {
  const [, weights, constants] = site.constants;
  if (site.data !== 0 || !weights) return undefined;
  const map = mapOf(site, () => [undefined, weights]);
  const absolute = mapOf(site, () => [undefined, abs(weights)]);
  const own = constants && bias && (() => bias(constants));
  return [{ kind: 'affine', shape: site.output, map, absolute, bias: own, terms, roundings: 0 }];
}

/** Weights [filters, channels, ...window], or with the first two exchanged. */
const convolution: Maker = (site) => {
  const weights = site.constants[1];
  if (!weights) return undefined;
  const [filters, channels, ...window] = weights.shape;
  const lengths = site.output.slice(1).map(() => 1);
  return weighted(site, sizeOf(window) * Math.max(filters, channels), (bias) => reshape(bias, [bias.size, ...lengths]));
};

const product: Maker = (site) => {
  const { attributes } = site.node;
  const weights = site.constants[1];
  const isPlain = [attributes.float('alpha') ?? 1, attributes.float('beta') ?? 1].every((factor) => factor === 1);
  if (!isPlain || attributes.int('transA') === 1 || weights?.rank !== 2) return undefined;
  return weighted(site, Math.max(...(weights.shape as number[])), (bias) => reshape(bias, [-1]));
};

const matrixProduct: Maker = (site) => {
  const weights = site.constants[1];
  return weights?.rank === 2 ? weighted(site, Math.max(...(weights.shape as number[]))) : undefined;
};

const batchNormalization: Maker = (site) => {
  const [, scale, bias, mean, variance] = site.constants;
  if (!scale || !bias || !mean || !variance) return undefined;
  const along = (x: Tensor) => reshape(x, [x.size, ...site.output.slice(1).map(() => 1)]);
  const epsilon = site.node.attributes.float('epsilon') ?? 1e-5;
  return [
    gainStep(site.output, undefined, () => along(neg(mean))),
    gainStep(
      site.output,
      () => along(mul(scale, rsqrt(add(variance, epsilon)))),
      () => along(bias),
      8,
    ),
  ];
};

/** A constant beside the data: a sum, a difference, a product or a quotient. */
const withConstant =
  (gain: ((c: Tensor) => Tensor) | undefined, bias: ((c: Tensor) => Tensor) | undefined, roundings = 0): Maker =>
  (site) => {
    const constant = site.constants[1 - site.data];
    if (!isShared(constant, site) || sizeOf(site.input) !== sizeOf(site.output)) return undefined;
    const of = (f: ((c: Tensor) => Tensor) | undefined) => f && (() => f(ofExample(constant, site)));
    return [gainStep(site.output, of(gain), of(bias), roundings)];
  };

const minus = () => scalar(-1);
const difference: Maker = (site) =>
  (site.data === 0 ? withConstant(undefined, neg) : withConstant(minus, (c) => c))(site);
const quotient: Maker = (site) => (site.data === 0 ? withConstant(reciprocal, undefined, 1)(site) : undefined);

const same: Maker = ({ input, output }) => [reshapeStep(input, output)];

/** Entries of each example in another order. */
const moved: Maker = (site) =>
  site.node.attributes.ints('perm')?.[0] === 0 ? [positiveStep(mapOf(site), site.output, 0, 0)] : undefined;

/** Means or sums along axes: all entries have parts in as many. */
const summed: Maker = (site) => [positiveStep(mapOf(site), site.output, sizeOf(site.input) / sizeOf(site.output), 2)];

/** Means of windows; each entry is in no more windows than have room around it. */
const windowed: Maker = (site) => [
  positiveStep(mapOf(site), site.output, sizeOf(site.node.attributes.ints('kernel_shape') as readonly number[]), 2),
];

const bend =
  (piecesOf: (site: Site) => PiecewiseLinear | undefined): Maker =>
  (site) => {
    const pieces = site.data === 0 ? piecesOf(site) : undefined; // bounds of Clip may come from the data
    return pieces && [{ kind: 'bend', shape: site.output, pieces }];
  };

/** Clip between finite bounds, or one of them. */
function clip({ node, constants }: Site): PiecewiseLinear | undefined {
  const bounds = constants.slice(1);
  if (bounds.some((bound) => bound && bound.size !== 1)) return undefined;
  const [low, high] = [0, 1].map((at) => bounds[at]?.dataSync()[0] ?? node.attributes.float(at === 0 ? 'min' : 'max'));
  const [hasLow, hasHigh] = [low, high].map((bound) => bound !== undefined && Math.abs(bound) < 3e38);
  if (hasLow && hasHigh && (low as number) < (high as number))
    return { knots: [low as number, high as number], slopes: [0, 1, 0], value: low as number };
  if (hasLow && !hasHigh) return { knots: [low as number], slopes: [0, 1], value: low as number };
  if (hasHigh && !hasLow) return { knots: [high as number], slopes: [1, 0], value: high as number };
  return undefined;
}

/** How bounds go through each operator that has one input from the data; it is a bend only if it is continuous and linear between knots. */
export const MAKERS: Readonly<Record<string, Maker>> = {
  Abs: bend(() => ({ knots: [0], slopes: [-1, 1], value: 0 })),
  Add: withConstant(undefined, (c) => c),
  AveragePool: windowed,
  BatchNormalization: batchNormalization,
  Clip: bend(clip),
  Conv: convolution,
  ConvTranspose: convolution,
  Div: quotient,
  Dropout: same,
  Flatten: same,
  Gemm: product,
  GlobalAveragePool: summed,
  Identity: same,
  LeakyRelu: bend(({ node }) => ({ knots: [0], slopes: [node.attributes.float('alpha') ?? 0.01, 1], value: 0 })),
  MatMul: matrixProduct,
  MaxPool: (site) => [maxStep(site)],
  Mul: withConstant((c) => c, undefined),
  Neg: ({ output }) => [gainStep(output, minus)],
  ReduceMean: summed,
  ReduceSum: summed,
  Relu: bend(() => ({ knots: [0], slopes: [0, 1], value: 0 })),
  Reshape: same,
  Squeeze: same,
  Sub: difference,
  Transpose: moved,
  Unsqueeze: same,
};
