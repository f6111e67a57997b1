import { add, mul, type Tensor } from '@tensorflow/tfjs-core';

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

/**
 * What a running mean that began at zero must be divided by: the share of it that is not the beginning.
 *
 * @param beta - Share of the mean that is kept.
 * @param step - Values taken in, at least 1.
 * @returns A number in (0, 1].
 */
export const adamBias = (beta: number, step: number): number => 1 - beta ** step;
