import { intoBall } from './into-ball.ts';

/** A quadratic function over a ball, bounded from below. */
export interface TrustRegion {
  /** The bound. */
  readonly value: number;
  /** Multiplier of the ball, above `lambda` times the largest eigenvalue. */
  readonly mu: number;
}

/** Rounding of a gap between mu and an eigenvalue, as a share of mu. */
const ROUNDING = 2 * Number.EPSILON;

/** Newton steps; five to eight are usual. */
const STEPS = 60;

/**
 * A lower bound of a concave quadratic function over a ball, in the basis of its eigenvectors.
 *
 * ```math
 * \min_{|c| \le r} \langle h, c\rangle - \tfrac12 \lambda \sum_j e_j c_j^2 \;\ge\;
 * -\tfrac12 \sum_j \frac{h_j^2}{\mu - \lambda e_j} - \tfrac12 \mu r^2, \qquad \mu > \lambda \max_j e_j
 * ```
 *
 * Every such $`\mu`$ gives a bound; the best has $`|c| = r`$ at $`c_j = -h_j / (\mu - \lambda e_j)`$, and the bound is then the
 * minimum. It is found by Newton's method on $`1/|c|`$, which is nearly straight in $`\mu`$, kept within a bracket.
 *
 * @param h - Linear part, [d].
 * @param e - Eigenvalues, largest first, [d], >= 0.
 * @param lambda - Curvature, > 0.
 * @param radius - r, > 0.
 * @param c - The point: written, [d].
 * @returns See {@link TrustRegion}.
 * @see Conn, Gould, Toint: Trust-Region Methods, 2000, chapter 7.
 */
export function trustRegion(
  h: Float64Array,
  e: Float64Array,
  lambda: number,
  radius: number,
  c: Float64Array,
): TrustRegion {
  if (radius === 0) {
    c.fill(0);
    return { value: 0, mu: Infinity };
  }
  const floor = lambda * e[0];
  let length = 0;
  for (let j = 0; j < h.length; j++) length += h[j] * h[j];
  const least = floor * (1 + 1e-12) + 1e-300;
  let low = least;
  let high = floor + Math.sqrt(length) / radius + least - floor;
  let mu = Math.max(least, floor + Math.abs(h[0]) / radius);
  for (let step = 0; step < STEPS && high - low > 1e-9 * high; step++) {
    let [square, slope] = [0, 0]; // of |c|^2 and -1/2 its derivative
    for (let j = 0; j < h.length; j++) {
      const gap = mu - lambda * e[j];
      const own = h[j] / gap;
      square += own * own;
      slope += (own * own) / gap;
    }
    const size = Math.sqrt(square);
    if (size > radius) low = mu;
    else high = mu;
    if (Math.abs(size - radius) <= 1e-7 * radius) break;
    const next = mu + (square / slope) * (size / radius - 1);
    mu = next > low && next < high ? next : (low + high) / 2;
  }
  let value = -0.5 * mu * radius * radius;
  for (let j = 0; j < h.length; j++) {
    const own = h[j] / (mu - lambda * e[j] - ROUNDING * mu); // no larger a gap than there is
    c[j] = -own;
    value -= 0.5 * h[j] * own;
  }
  intoBall(c, radius); // Newton's method may end a little outside, in the hard case far outside
  return { value, mu };
}
