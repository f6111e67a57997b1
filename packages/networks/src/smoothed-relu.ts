import {
  abs,
  add,
  customGrad,
  div,
  exp,
  type GradSaveFunc,
  mul,
  relu,
  scalar,
  square,
  step,
  sub,
  type Tensor,
} from '@tensorflow/tfjs-core';

/**
 * Mills ratio of the normal distribution, `(1 - Phi(a)) / phi(a)`, as a polynomial in `t = 1 / (1 + 0.305 a)` without
 * a constant term: coefficients of t, t^2, ... fitted to the least largest relative error on `0 <= a <= 14`, 1e-7.
 */
const MILLS = [
  0.304905593, 0.3069787895, 0.2592376468, 0.3033564314, -0.09519392862, 0.4655233941, -0.3834849226, 0.09199125158,
];

const DENSITY_AT_ZERO = 1 / Math.sqrt(2 * Math.PI);

/** Density of the normal distribution at `a`, and its upper tail beyond it; `a >= 0`, of any shape. */
function densityAndTail(a: Tensor): { density: Tensor; tail: Tensor } {
  const t = div(1, add(1, mul(a, 0.305)));
  const mills = MILLS.reduceRight<Tensor>((sum, coefficient) => mul(add(sum, coefficient), t), scalar(0));
  const density = mul(exp(mul(square(a), -0.5)), DENSITY_AT_ZERO);
  return { density, tail: mul(density, mills) };
}

/**
 * The rectifier averaged over Gaussian noise on its input, in closed form, with its exact slope.
 *
 * ```math
 * r_s(t) = \mathbb E\, \mathrm{relu}(t + s\,\varepsilon) = t\,\Phi(t/s) + s\,\varphi(t/s), \qquad r_s'(t) = \Phi(t/s)
 * ```
 *
 * It is computed as `relu(t)` plus a small even remainder, so that nothing cancels far from zero. Its slope is never
 * zero, which a gradient attack can follow where the rectifier's own is blind. The second derivative is not defined.
 *
 * @param t - Inputs of any shape.
 * @param s - Standard deviation of the noise, in the units of `t`; > 0.
 * @returns Values of the same shape, owned by the caller; accurate to 1e-6 of `max(|t|, s)`.
 * @example
 * ```ts
 * smoothedRelu(tensor1d([-1, 0, 1]), 0.5); // [0.0042, 0.1995, 1.0042]
 * ```
 */
export function smoothedRelu(t: Tensor, s: number): Tensor {
  const value = customGrad((input, save) => {
    const x = input as Tensor;
    const a = mul(abs(x), 1 / s);
    const { density, tail } = densityAndTail(a);
    const slope = add(tail, mul(step(x), sub(1, mul(tail, 2)))); // Phi(t / s)
    (save as GradSaveFunc)([slope]);
    return {
      value: add(relu(x), mul(sub(density, mul(a, tail)), s)),
      gradFunc: (dy, [saved]) => mul(dy, saved),
    };
  });
  return value(t);
}
