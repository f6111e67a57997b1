import { add, div, mul, sqrt, type Tensor } from '@tensorflow/tfjs-core';

/** Constants of Adam as its authors chose them: what the means of gradients and squares keep, and what guards the division. */
export const ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;

/**
 * One of Adam's two running means, of gradients or of their squares, after one more of them.
 *
 * ```math
 * m_t = \beta m_{t-1} + (1 - \beta) g_t
 * ```
 *
 * @param mean - The mean before; zero at the beginning.
 * @param value - What is new; the same shape.
 * @param beta - Share of the mean that is kept, in [0, 1).
 * @returns A tensor of the same shape, owned by the caller, in a `tidy`.
 * @see Kingma, Ba: Adam: A Method for Stochastic Optimization, 2015, algorithm 1.
 */
export const adamMean = (mean: Tensor, value: Tensor, beta: number): Tensor =>
  add(mul(mean, beta), mul(value, 1 - beta));

/** What a running mean that began at zero is a share of: the rest is the beginning. */
const bias = (beta: number, step: number): number => 1 - beta ** step;

/**
 * Adam's direction: the mean of the gradients over the root of that of their squares, both freed of their beginning at zero.
 *
 * ```math
 * \frac{m_t}{1 - \beta_1^t} \Big/ \Big(\sqrt{\frac{v_t}{1 - \beta_2^t}} + \epsilon\Big)
 * ```
 *
 * @param mean - The mean of the gradients, as {@link adamMean} has it.
 * @param meanSquare - That of their squares, the same shape.
 * @param step - Gradients taken in, at least 1.
 * @param constants - Default: those of {@link ADAM}.
 * @returns A tensor of the same shape, owned by the caller, in a `tidy`.
 * @see Kingma, Ba: Adam: A Method for Stochastic Optimization, 2015, algorithm 1.
 */
export function adamDirection(
  mean: Tensor,
  meanSquare: Tensor,
  step: number,
  { beta1, beta2, epsilon }: Readonly<Record<keyof typeof ADAM, number>> = ADAM,
): Tensor {
  const [toMean, toRoot] = [1 / bias(beta1, step), 1 / Math.sqrt(bias(beta2, step))];
  return div(mul(mean, toMean), add(mul(sqrt(meanSquare), toRoot), epsilon));
}
