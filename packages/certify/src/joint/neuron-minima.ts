import type { Profile } from './profile.ts';
import type { JointExample, Multipliers } from './search.ts';

/**
 * What the neurons come to at least, each moved as is worst for it alone.
 *
 * ```math
 * \sum_i \min_{l_i \le v \le h_i} a(u_i + v) - g_i v + \tfrac12 \lambda d_i v^2
 * ```
 *
 * On each piece of a this is a parabola, clipped to the piece.
 *
 * @param profile - The function a.
 * @param curvatures - The neurons' shares of the curvature, d, > 0, [m].
 * @param example - Its pre-activations and how far they may move.
 * @param multipliers - Of the moves and, > 0, of their squares.
 * @param worst - Where the minima are: written, [m].
 * @returns The sum, and the sum of sizes of its terms, by which rounding is judged.
 */
export function neuronMinima(
  { knots, slopes, offsets, sizes }: Profile,
  curvatures: Float64Array,
  { u, moves: { low, high } }: Pick<JointExample, 'u' | 'moves'>,
  { g, lambda }: Multipliers,
  worst: Float64Array,
): { sum: number; size: number } {
  const last = knots.length;
  let [sum, size] = [0, 0];
  for (let i = 0; i < u.length; i++) {
    const curvature = lambda * curvatures[i];
    let [least, at, terms] = [Infinity, 0, 0];
    for (let piece = 0; piece <= last; piece++) {
      const from = piece > 0 ? Math.max(low[i], knots[piece - 1] - u[i]) : low[i];
      const to = piece < last ? Math.min(high[i], knots[piece] - u[i]) : high[i];
      if (from > to) continue;
      const move = Math.min(to, Math.max(from, (g[i] - slopes[piece]) / curvature));
      const height = offsets[piece] + slopes[piece] * (u[i] + move);
      const bent = 0.5 * curvature * move * move;
      const value = height - g[i] * move + bent;
      if (value < least) {
        [least, at] = [value, move];
        terms = sizes[piece] + Math.abs(slopes[piece] * (u[i] + move)) + Math.abs(g[i] * move) + bent;
      }
    }
    worst[i] = at;
    sum += least;
    size += terms;
  }
  return { sum, size };
}
