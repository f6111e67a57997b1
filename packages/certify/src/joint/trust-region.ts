import { intoBall } from './into-ball.ts';
import type { Region } from './search.ts';

/** A quadratic function over a part of a ball, bounded from below. */
export interface TrustRegion {
  /** The bound. */
  readonly value: number;
  /** Sum of sizes of its terms, by which rounding is judged. */
  readonly size: number;
  /** Multiplier of the ball, >= 0. */
  readonly mu: number;
  /** Mean of $`\sum_j e_j c_j^2`$ over the minimizers. */
  readonly bent: number;
}

/** Rounding of a gap between mu and a bent eigenvalue, as a share of both. */
const ROUNDING = 2 * Number.EPSILON;

/** Steps to the best mu; ten are usual. */
const STEPS = 60;

/** The least coordinate of one term for a given gap between mu and its eigenvalue: a parabola's, or an end of its range. */
function leastOf(h: number, gap: number, low: number, high: number): number {
  if (gap > 0) return Math.min(high, Math.max(low, -h / gap));
  return h * low + 0.5 * gap * low * low <= h * high + 0.5 * gap * high * high ? low : high;
}

/**
 * A lower bound of a concave quadratic function over the part of a ball whose coordinates are in given ranges, in the basis of its
 * eigenvectors.
 *
 * ```math
 * \min_{|c| \le r,\; c \in [l, u]} \langle h, c\rangle - \tfrac12 \lambda \sum_j e_j c_j^2 \;\ge\;
 * \sum_j \min_{l_j \le c_j \le u_j} \bigl[h_j c_j + \tfrac12 (\mu - \lambda e_j) c_j^2\bigr] - \tfrac12 \mu r^2, \qquad \mu \ge 0
 * ```
 *
 * Every such $`\mu`$ gives a bound. The right side is concave in it, with the slope $`\tfrac12(|c|^2 - r^2)`$ at the minimizers c, so
 * the best has $`|c| = r`$: it is found by Newton's method on $`1/|c|`$, which is nearly straight in $`\mu`$, kept within a bracket. Where
 * a coordinate jumps between the ends of its range at the best $`\mu`$, c is the mean of both sides, weighted so that $`|c|^2`$ is $`r^2`$ on
 * average: the dual's supergradient. With ranges that hold the whole ball, the bound is the minimum.
 *
 * @param h - Linear part, [d].
 * @param e - Eigenvalues, largest first, [d], >= 0.
 * @param lambda - Curvature, > 0.
 * @param radius - r, >= 0.
 * @param region - Ranges of the coordinates, within which the ball's part lies.
 * @param c - The mean of the minimizers: written, [d].
 * @returns See {@link TrustRegion}.
 * @see Conn, Gould, Toint: Trust-Region Methods, 2000, chapter 7.
 */
export function trustRegion(
  h: Float64Array,
  e: Float64Array,
  lambda: number,
  radius: number,
  { low, high }: Region,
  c: Float64Array,
): TrustRegion {
  c.fill(0);
  if (radius === 0) return { value: 0, size: 0, mu: Infinity, bent: 0 };
  const bracket = bestMultiplier(h, e, lambda, radius, { low, high });
  const [share, mu] = [bracket.share, bracket.high];
  let [sum, size, bent] = [-0.5 * mu * radius * radius, 0.5 * mu * radius * radius, 0];
  for (let j = 0; j < h.length; j++) {
    const gap = mu - lambda * e[j] - ROUNDING * (mu + lambda * e[j]); // no larger than it is
    const at = leastOf(h[j], gap, low[j], high[j]);
    const other = share > 0 ? leastOf(h[j], bracket.low - lambda * e[j], low[j], high[j]) : at;
    sum += h[j] * at + 0.5 * gap * at * at;
    size += Math.abs(h[j] * at) + 0.5 * Math.abs(gap) * at * at;
    c[j] = at + share * (other - at);
    bent += e[j] * (at * at + share * (other * other - at * at));
  }
  intoBall(c, radius); // in the hard case, rounding the gap may take it far outside
  return { value: sum, size, mu, bent };
}

/** The best multiplier within a bracket, and the weight of its lower side at which $`|c|^2`$ is $`r^2`$ on average. */
function bestMultiplier(h: Float64Array, e: Float64Array, lambda: number, radius: number, { low, high }: Region) {
  const length = Math.sqrt(h.reduce((sum, own) => sum + own * own, 0));
  const bracket = { low: 0, high: (lambda * e[0] + length / radius) * (1 + 1e-12) + 1e-300, share: 0 };
  let [inside, outside] = [0, Infinity]; // |c|^2 at the ends of the bracket
  let mu = Math.min(bracket.high, lambda * e[0] * (1 + 1e-12) + Math.abs(h[0]) / radius);
  for (let step = 0; step < STEPS && bracket.high - bracket.low > 1e-9 * bracket.high; step++) {
    let [square, slope] = [0, 0]; // of |c|^2 and -1/2 its derivative
    for (let j = 0; j < h.length; j++) {
      const gap = mu - lambda * e[j];
      const own = leastOf(h[j], gap, low[j], high[j]);
      square += own * own;
      if (gap > 0 && own > low[j] && own < high[j]) slope += (own * own) / gap;
    }
    const size = Math.sqrt(square);
    if (size > radius) [bracket.low, outside] = [mu, square];
    else [bracket.high, inside] = [mu, square];
    if (Math.abs(size - radius) <= 1e-7 * radius) return { ...bracket, high: mu };
    const next = slope > 0 ? mu + (square / slope) * (size / radius - 1) : Number.NaN;
    mu = next > bracket.low && next < bracket.high ? next : (bracket.low + bracket.high) / 2;
  }
  const share = outside < Infinity ? (radius * radius - inside) / (outside - inside) : 0;
  return { ...bracket, share: Math.min(1, Math.max(0, share)) };
}
