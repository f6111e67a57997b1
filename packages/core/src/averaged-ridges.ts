import { normalQuantile } from './normal-quantile.ts';
import type { RidgeSum } from './ridge-sum.ts';

/** Eight equally likely values in place of a standard normal variable. */
const QUANTILES = Array.from({ length: 8 }, (_, at) => normalQuantile((at + 0.5) / 8));

/**
 * A sum of ridge functions averaged over noise on its preactivations, which takes eight equally likely values.
 *
 * ```math
 * \tilde a'(u) = \frac18 \sum_{k=1}^8 a'(u + \rho_k), \qquad \rho_k = \sigma\, \Phi^{-1}\bigl(\tfrac{2k - 1}{16}\bigr)
 * ```
 *
 * Every knot t becomes eight, at the sizes of $`t - \rho_k`$: one that the noise carries past 0 turns the slope back there.
 *
 * @param ridges - The sum.
 * @param deviation - Standard deviation of the noise, in units of a preactivation; >= 0.
 * @returns A sum with the same weights and eight times as many knots.
 */
export function averagedRidges({ weight, knots, slopes }: RidgeSum, deviation: number): RidgeSum {
  const noises = QUANTILES.map((quantile) => quantile * deviation);
  const slopeAt = (size: number) => slopes[knots.filter((knot) => size > knot).length];
  const bends = knots
    .flatMap((knot, at) =>
      noises.map((noise) => ({
        size: Math.abs(knot - noise),
        turn: (Math.sign(knot - noise || 1) * (slopes[at + 1] - slopes[at])) / noises.length,
      })),
    )
    .sort((a, b) => a.size - b.size);
  let slope = noises.reduce((total, noise) => total + slopeAt(Math.abs(noise)), 0) / noises.length;
  const smoothed = [slope];
  for (const { turn } of bends) {
    slope += turn;
    smoothed.push(slope);
  }
  return { weight, knots: bends.map(({ size }) => size), slopes: smoothed };
}
