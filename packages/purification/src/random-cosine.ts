import { InputError } from '@advml/core';
import { requireInteger } from '@advml/core/internal';

/** What the angles between random vectors look like: the baseline of every cosine. */
export interface RandomCosine {
  /** Expected size `|cos|` of one pair. */
  readonly mean: number;
  /** Expected largest size among the given number of independent pairs. */
  readonly max: number;
  /** Expected largest cosine, sign counted, among the given number of independent pairs. */
  readonly best: number;
  /** Chance that the cosine of one pair is above $1/\sqrt2$. */
  readonly share: number;
  /** Chance that at least one cosine of the given number of independent pairs is. */
  readonly shareBest: number;
}

/** Expected `|cos|`: `Gamma(d/2) / (sqrt(pi) Gamma((d + 1)/2))`, which steps from d to d + 2 by the factor d/(d + 1). */
function expectedSize(dimension: number): number {
  let mean = dimension % 2 === 0 ? 2 / Math.PI : 0.5;
  for (let d = dimension % 2 === 0 ? 2 : 3; d < dimension; d += 2) mean *= d / (d + 1);
  return mean;
}

const STEPS = 4096;

/** Chance of a cosine above `c = sin(t)`, where the density of t is `cos(t)^(d - 2)`; each integral is one from d - 2 by parts. */
function chanceAbove(dimension: number, c: number): number {
  let [above, all] = dimension % 2 === 0 ? [Math.acos(c), Math.PI / 2] : [1 - c, 1]; // integrals over t
  for (let power = 2 + (dimension % 2); power <= dimension - 2; power += 2) {
    above = ((power - 1) * above - c * (1 - c * c) ** ((power - 1) / 2)) / power;
    all *= (power - 1) / power;
  }
  return (c < 0.5 ? Math.max(above, 0) : tail(dimension, Math.sqrt(1 - c * c))) / (2 * all);
}

/** The integral of `x^(d - 2) / sqrt(1 - x^2)` from 0 to s < 1 by its series, whose terms are positive: tiny ones keep their digits. */
function tail(dimension: number, s: number): number {
  let [sum, coefficient] = [0, 1];
  for (let k = 0; k <= 200; k++) {
    sum += (coefficient * s ** (dimension - 1 + 2 * k)) / (dimension - 1 + 2 * k);
    coefficient *= (2 * k + 1) / (2 * k + 2);
  }
  return sum;
}

/**
 * Expected largest `|cos|`, and largest `cos`, by quadrature.
 *
 * With `|cos| = sin(t)`, t has density proportional to `cos(t)^(d - 2)`; of its range only the twelve standard
 * deviations that hold any mass are used.
 */
function expectedLargest(dimension: number, pairs: number): Pick<RandomCosine, 'max' | 'best'> {
  const step = Math.min(Math.PI / 2, 12 / Math.sqrt(dimension)) / STEPS;
  const angles = Array.from({ length: STEPS }, (_, at) => (at + 0.5) * step);
  const density = angles.map((angle) => Math.cos(angle) ** (dimension - 2));
  const mass = density.reduce((sum, value) => sum + value, 0);
  let [below, max, best] = [0, 0, 0];
  for (const [at, angle] of angles.entries()) {
    const share = (below + density[at] / 2) / mass;
    const width = Math.cos(angle) * step;
    max += (1 - share ** pairs) * width;
    best += (1 - ((1 + share) / 2) ** pairs - ((1 - share) / 2) ** pairs) * width;
    below += density[at];
  }
  return { max, best };
}

/**
 * The cosines that independent random directions give, exactly: small in high dimension, and larger for the largest of many.
 *
 * ```math
 * \mathbb{E}\,|\cos| = \frac{\Gamma(d/2)}{\sqrt\pi\;\Gamma((d+1)/2)} \approx \sqrt{\frac{2}{\pi d}}, \qquad
 * \mathbb{E} \max_{i \le m} |\cos_i| = \int_0^1 1 - P(|\cos| \le c)^m \, dc
 * ```
 *
 * @param dimension - Entries of each vector, $d \ge 2$.
 * @param pairs - Number of independent pairs $m$ for the largest. Default: 1.
 * @returns Expectations and chances; the largest by quadrature, with an error below 1e-5 of it,
 * chances with one near 1e-15.
 * @throws InputError if `dimension` is not an integer >= 2 or `pairs` not one >= 1.
 * @example
 * ```ts
 * randomCosine(1536, 1536); // mean 0.0204, max 0.0905
 * ```
 * @see Muller: A Note on a Method for Generating Points Uniformly on N-Dimensional Spheres, 1959.
 */
export function randomCosine(dimension: number, pairs = 1): RandomCosine {
  requireInteger({ dimension }, 2);
  requireInteger({ pairs }, 1);
  const share = chanceAbove(dimension, Math.SQRT1_2);
  return Object.freeze({
    mean: expectedSize(dimension),
    ...expectedLargest(dimension, pairs),
    share,
    shareBest: -Math.expm1(pairs * Math.log1p(-share)),
  });
}

/**
 * The size that the largest cosine of independent random directions stays below with a given chance.
 *
 * ```math
 * P\bigl(\max_{i \le m} |\cos_i| \le c\bigr) = P(|\cos| \le c)^m = q
 * ```
 *
 * A largest cosine above that of a chance such as .999 is not one of random directions.
 *
 * @param dimension - Entries of each vector, $d \ge 2$.
 * @param pairs - Number of independent pairs, $m$.
 * @param chance - The chance $q$, between 0 and 1.
 * @returns The cosine $c$, from 0 to 1, by bisection; the chance above it is exact to about 1e-15.
 * @throws InputError if `dimension` is not an integer >= 2, `pairs` not one >= 1, or the chance is not between 0 and 1.
 * @example
 * ```ts
 * randomCosineQuantile(1536, 1536, 0.999); // 0.127
 * ```
 */
export function randomCosineQuantile(dimension: number, pairs: number, chance: number): number {
  requireInteger({ dimension }, 2);
  requireInteger({ pairs }, 1);
  if (!(chance > 0 && chance < 1)) throw new InputError(`chance must be between 0 and 1, got ${chance}`);
  const above = -Math.expm1(Math.log(chance) / pairs) / 2; // of one pair, on one side
  let [low, high] = [0, 1];
  for (let halving = 0; halving < 60; halving++) {
    const middle = (low + high) / 2;
    if (chanceAbove(dimension, middle) > above) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
