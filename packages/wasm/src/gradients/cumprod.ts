import {
  add,
  type CumprodAttrs,
  cumprod,
  type GradConfig,
  mul,
  pad,
  reverse,
  slice,
  type Tensor,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { gradient } from './gradient.ts';

/**
 * Running products.
 *
 * With e_j the product of the factors before x_j, the gradient is e_j s_j, where
 * s_j = dy_j + x_{j+1} s_{j+1} collects the products behind it: no quotient, and so right also where a factor is 0.
 */
export const runningProducts: readonly GradConfig[] = [
  gradient<CumprodAttrs>('Cumprod', { inputs: ['x'] }, (dy, [x], { axis: along, exclusive, reverse: backwards }) => ({
    x: () => {
      const turned = (tensor: Tensor) => (backwards ? reverse(tensor, along) : tensor);
      const factors = turned(x);
      const shares = exclusive ? later(turned(dy), along, 1) : turned(dy);
      const before = cumprod(factors, along, true, false);
      return turned(mul(before, collected(shares, later(factors, along, 1), along)));
    },
  })),
];

/** s_j = shares_j + factors_j s_{j+1} along an axis, by doubling: after each round twice as many terms are in. */
function collected(shares: Tensor, factors: Tensor, axis: number): Tensor {
  let [sum, product] = [shares, factors];
  for (let step = 1; step < shares.shape[axis]; step *= 2) {
    sum = add(sum, mul(product, later(sum, axis, step)));
    product = mul(product, later(product, axis, step));
  }
  return sum;
}

/** Entry j + step in place of entry j, zeros at the end. */
function later(x: Tensor, axis: number, step: number): Tensor {
  if (step >= x.shape[axis]) return zerosLike(x);
  const begin = x.shape.map((_, at) => (at === axis ? step : 0));
  const size = x.shape.map((length, at) => length - begin[at]);
  return pad(
    slice(x, begin, size),
    begin.map((lacking): [number, number] => [0, lacking]),
  );
}
