import {
  add,
  div,
  equal,
  exp,
  type GradConfig,
  greater,
  log,
  mul,
  neg,
  onesLike,
  pow,
  square,
  sub,
  where,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { fromInput, fromOutput, gradient, sumTo } from './gradient.ts';

/** Powers, roots, exponentials and logarithms. */
export const powers: readonly GradConfig[] = [
  fromInput('Square', (dy, x) => mul(dy, mul(2, x))),
  fromOutput('Sqrt', (dy, y) => div(dy, mul(2, y))),
  fromOutput('Rsqrt', (dy, y) => mul(dy, mul(-0.5, mul(y, square(y))))),
  fromOutput('Exp', (dy, y) => mul(dy, y)),
  fromOutput('Expm1', (dy, y) => mul(dy, add(y, 1))),
  fromInput('Log', (dy, x) => div(dy, x)),
  fromInput('Log1p', (dy, x) => div(dy, add(x, 1))),
  fromInput('Erf', (dy, x) => mul(dy, mul(2 / Math.sqrt(Math.PI), exp(neg(square(x)))))),
  gradient('Pow', { inputs: ['a', 'b'], outputs: [true] }, (dy, [a, b, y]) => ({
    // x^0 is constant, also at x = 0, where x^-1 is infinite.
    a: () => {
      const slope = mul(b, pow(a, sub(b, 1)));
      return sumTo(mul(dy, where(equal(b, 0), zerosLike(slope), slope)), a.shape);
    },
    // Where the base is not positive, the power has no derivative in the exponent; 0 is the limit from a -> 0+.
    b: () => {
      const positive = greater(a, 0);
      return sumTo(mul(dy, mul(y, log(where(positive, a, onesLike(a))))), b.shape);
    },
  })),
];
