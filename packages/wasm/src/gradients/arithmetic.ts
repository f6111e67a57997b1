import { div, floor, type GradConfig, mul, neg, square, step, sub, type Tensor, zeros } from '@tensorflow/tfjs-core';
import { fromInput, fromPair, gradient, sumTo } from './gradient.ts';

const asIs = (dy: Tensor) => dy;

/** Sums, differences, products, quotients and their like. */
export const arithmetic: readonly GradConfig[] = [
  fromPair('Add', asIs, asIs),
  gradient('Sub', { inputs: ['a', 'b'] }, (dy, [a, b]) => ({
    a: () => sumTo(dy, a.shape),
    b: () => neg(sumTo(dy, b.shape)),
  })),
  fromPair(
    'Multiply',
    (dy, _a, b) => mul(dy, b),
    (dy, a) => mul(dy, a),
  ),
  fromPair(
    'RealDiv',
    (dy, _a, b) => div(dy, b),
    (dy, a, b) => neg(div(mul(dy, div(a, b)), b)),
  ),
  fromPair(
    'SquaredDifference',
    (dy, a, b) => mul(dy, mul(2, sub(a, b))),
    (dy, a, b) => mul(dy, mul(2, sub(b, a))),
  ),
  fromPair('Mod', asIs, (dy, a, b) => neg(mul(dy, floor(div(a, b))))),
  // Constant between jumps, unlike the quotient that it rounds.
  gradient('FloorDiv', { inputs: ['a', 'b'] }, (_dy, [a, b]) => ({ a: () => zeros(a.shape), b: () => zeros(b.shape) })),
  gradient('AddN', { allInputs: true }, (dy, terms) =>
    Object.fromEntries(terms.map((_, at) => [String(at), () => dy.clone()])),
  ),
  gradient('Neg', {}, (dy) => ({ x: () => neg(dy) })),
  fromInput('Reciprocal', (dy, x) => neg(div(dy, square(x)))),
  // 0 at 0: the middle of the subgradients.
  fromInput('Abs', (dy, x) => mul(dy, sub(step(x), step(neg(x))))),
];
