import * as tf from '@tensorflow/tfjs-core';
import type { BackendCase } from '../case.ts';
import { all, type Differentiated } from './differentiated.ts';
import { any, exactly, within } from './inputs.ts';

/** A function of one number on a range. */
const one = (f: (x: tf.Tensor) => tf.Tensor, low: number, high: number, more: Partial<Differentiated> = {}) => ({
  f: (x: tf.Tensor) => f(x),
  at: () => [within(low, high)],
  ...more,
});

/** A function of two numbers on ranges, with broadcasting. */
const two = (f: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor, more: Partial<Differentiated> = {}) => ({
  f: (a: tf.Tensor, b: tf.Tensor) => f(a, b),
  at: () => [within(0.4, 2, [2, 1, 3], 3), within(0.4, 2, [4, 1], 8)],
  ...more,
});

/** Shading languages ask for 2^-11 of these functions only. */
const rough = { slack: { webgl: 10, webgpu: 10 } };

const asNumber = (flags: tf.Tensor) => tf.cast(flags, 'float32');

/** Functions of one number, entry by entry. */
const ofOne = all({
  abs: one(tf.abs, -2, 2),
  neg: one(tf.neg, -2, 2),
  reciprocal: one(tf.reciprocal, 0.4, 2),
  square: one(tf.square, -2, 2),
  sqrt: one(tf.sqrt, 0.2, 3),
  rsqrt: one(tf.rsqrt, 0.4, 3),
  exp: one(tf.exp, -2, 2),
  expm1: one(tf.expm1, -2, 2),
  log: one(tf.log, 0.3, 3),
  log1p: one(tf.log1p, -0.4, 3),
  erf: one(tf.erf, -2, 2),
  sin: one(tf.sin, -3, 3, rough),
  cos: one(tf.cos, -3, 3, rough),
  tan: one(tf.tan, -1, 1, rough),
  asin: one(tf.asin, -0.8, 0.8, rough),
  acos: one(tf.acos, -0.8, 0.8, rough),
  atan: one(tf.atan, -2, 2, rough),
  sinh: one(tf.sinh, -2, 2),
  cosh: one(tf.cosh, -2, 2),
  tanh: one(tf.tanh, -2, 2),
  asinh: one(tf.asinh, -2, 2),
  acosh: one(tf.acosh, 1.3, 3),
  atanh: one(tf.atanh, -0.7, 0.7),
  relu: one(tf.relu, -2, 2),
  relu6: one((x) => tf.relu6(tf.mul(x, 2)), -2, 5),
  elu: one(tf.elu, -2, 2),
  selu: one(tf.selu, -2, 2),
  leakyRelu: one((x) => tf.leakyRelu(x, 0.3), -2, 2),
  sigmoid: one(tf.sigmoid, -4, 4),
  softplus: one(tf.softplus, -4, 4),
  'softplus far out': one(tf.softplus, -30, 30),
  clipByValue: one((x) => tf.clipByValue(x, -1.2, 0.6), -2, 2),
  step: one((x) => tf.mul(x, tf.step(x)), -2, 2),
  sign: one((x) => tf.mul(x, tf.sign(x)), -2, 2),
  floor: one((x) => tf.mul(x, tf.floor(x)), -2, 2),
  ceil: one((x) => tf.mul(x, tf.ceil(x)), -2, 2),
  round: one((x) => tf.mul(x, tf.round(x)), -2, 2),
  onesLike: one((x) => tf.mul(x, tf.onesLike(x)), -2, 2),
  zerosLike: one((x) => tf.mul(x, tf.zerosLike(x)), -2, 2),
  'isNaN, isInf, isFinite': one(
    (x) => tf.mul(x, asNumber(tf.logicalOr(tf.isNaN(x), tf.logicalXor(tf.isInf(x), tf.isFinite(x))))),
    -2,
    2,
  ),
  logicalNot: one((x) => tf.mul(x, asNumber(tf.logicalNot(tf.greater(x, 0)))), -2, 2),
});

/** Functions of two numbers, entry by entry. */
const ofTwo = all({
  add: two(tf.add),
  sub: two(tf.sub),
  mul: two(tf.mul),
  div: two(tf.div),
  squaredDifference: two(tf.squaredDifference),
  pow: two(tf.pow),
  atan2: two(tf.atan2, rough),
  maximum: two(tf.maximum),
  minimum: two(tf.minimum),
  mod: two((a, b) => tf.mod(tf.mul(a, 3), b)),
  floorDiv: two((a, b) => tf.mul(a, tf.floorDiv(tf.mul(a, 3), b))),
  'greater, less': two((a, b) => tf.mul(a, asNumber(tf.logicalAnd(tf.greater(a, b), tf.less(b, 1.3))))),
  'greaterEqual, lessEqual': two((a, b) =>
    tf.mul(a, asNumber(tf.logicalXor(tf.greaterEqual(a, b), tf.lessEqual(b, 1)))),
  ),
  'equal, notEqual': two((a, b) => tf.mul(a, asNumber(tf.logicalOr(tf.equal(a, b), tf.notEqual(b, a))))),
  where: two((a, b) => tf.where(tf.greater(a, b), tf.mul(a, tf.square(b)), tf.square(b))),
  prelu: { f: (x, alpha) => tf.prelu(x, alpha), at: () => [any([2, 2, 3]), any([3], 4)] },
  addN: { f: (...terms) => tf.square(tf.addN(terms)), at: () => [any([2, 3]), any([2, 3], 4), any([2, 3], 5)] },
});

/** Where functions bend: the middle or the flat side, and shares of a tie, to the bit. */
const corners = all({
  'abs at 0': { f: tf.abs, at: () => [exactly(0, 1, -1)] },
  'relu at 0': { f: tf.relu, at: () => [exactly(0, 1, -1)] },
  'relu6 at 0 and 6': { f: tf.relu6, at: () => [exactly(0, 6, 3, 7)] },
  'step and sign at 0': { f: (x) => tf.add(tf.step(x), tf.sign(x)), at: () => [exactly(0, 1, -1)] },
  'round at halves': { f: tf.round, at: () => [exactly(0.5, 1.5, 2.5, -0.5, -1.5)] },
  'clipByValue at its ends': { f: (x) => tf.clipByValue(x, 0, 1), at: () => [exactly(0, 1, 2, -1)] },
  'maximum of a tie': { f: (a, b) => tf.maximum(a, b), at: () => [exactly(1, 2, 3), exactly(1, 3, 2)] },
  'minimum of a tie': { f: (a, b) => tf.minimum(a, b), at: () => [exactly(1, 2, 3), exactly(1, 3, 2)] },
  'max of a tie': { f: (x) => tf.max(x), at: () => [exactly(1, 3, 3, 2)] },
  'min of a tie': { f: (x) => tf.min(x), at: () => [exactly(1, 3, 1, 2)] },
  'pow at 0': { f: (x) => tf.add(tf.pow(x, 2), tf.pow(x, 1)), at: () => [exactly(0, 1, -1.5)], twice: false },
  'pow of negative numbers': { f: (x) => tf.pow(x, 3), at: () => [exactly(-1, -0.5, 2)] },
  'sqrt, squared differences and norms of tiny numbers': {
    f: (x) => tf.add(tf.sqrt(tf.abs(x)), tf.mul(tf.norm(x), 1e5)),
    at: () => [exactly(1e-6, 1e-10, 4e-8)],
    twice: false,
  },
  'logSumExp of large numbers': { f: (x) => tf.logSumExp(x), at: () => [exactly(200, 199, -300)] },
  'products of large and small numbers': { f: (x) => tf.mul(tf.mul(x, 1e-20), 1e20), at: () => [exactly(3, -1e8, 7)] },
});

/** Entry by entry. */
export const elementwiseCases: readonly BackendCase[] = [...ofOne, ...ofTwo, ...corners];
