import { add, cos, cosh, div, type GradConfig, mul, neg, sin, sinh, sqrt, square, sub } from '@tensorflow/tfjs-core';
import { fromInput, fromOutput, fromPair } from './gradient.ts';

/** Circular and hyperbolic functions and their inverses. */
export const trigonometry: readonly GradConfig[] = [
  fromInput('Sin', (dy, x) => mul(dy, cos(x))),
  fromInput('Cos', (dy, x) => neg(mul(dy, sin(x)))),
  fromOutput('Tan', (dy, y) => mul(dy, add(1, square(y)))),
  fromInput('Asin', (dy, x) => div(dy, sqrt(sub(1, square(x))))),
  fromInput('Acos', (dy, x) => neg(div(dy, sqrt(sub(1, square(x)))))),
  fromInput('Atan', (dy, x) => div(dy, add(1, square(x)))),
  fromPair(
    'Atan2',
    (dy, a, b) => mul(dy, div(b, add(square(a), square(b)))),
    (dy, a, b) => neg(mul(dy, div(a, add(square(a), square(b))))),
  ),
  fromInput('Sinh', (dy, x) => mul(dy, cosh(x))),
  fromInput('Cosh', (dy, x) => mul(dy, sinh(x))),
  fromOutput('Tanh', (dy, y) => mul(dy, sub(1, square(y)))),
  fromInput('Asinh', (dy, x) => div(dy, sqrt(add(square(x), 1)))),
  fromInput('Acosh', (dy, x) => div(dy, sqrt(sub(square(x), 1)))),
  fromInput('Atanh', (dy, x) => div(dy, sub(1, square(x)))),
];
