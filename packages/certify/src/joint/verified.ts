import { gramOfRows, type Pace, transposed } from '@advml/core/internal';
import { neuronMinima } from './neuron-minima.ts';
import type { Profile } from './profile.ts';
import type { JointExample, Multipliers } from './search.ts';
import type { Spectrum } from './spectrum.ts';
import { trustRegion } from './trust-region.ts';

/** How far a computed spectrum may be from a true one. */
export interface SpectrumError {
  /** Bound of $`\|V V^\top - I\|`$. */
  readonly basis: number;
  /** Bound of $`\|W V^\top - B\|`$, B being the computed product. */
  readonly turned: number;
  /** Bound of $`\|B^\top B - \operatorname{diag}(e)\|`$. */
  readonly values: number;
  /** Bound of $`\|W\|`$, by Frobenius. */
  readonly weight: number;
}

/** Rounding of one operation in double precision. */
const UNIT = Number.EPSILON / 2;

const errors = new WeakMap<Spectrum, SpectrumError>();

/** Sums of squares are themselves rounded. */
const OUTWARD = 1 + 1e-6;

const frobenius = (a: Float64Array): number => OUTWARD * Math.sqrt(a.reduce((sum, value) => sum + value * value, 0));

/** Size of a Gram matrix less a diagonal one; the matrix is changed. */
function without(gram: Float64Array, size: number, diagonal: (i: number) => number): number {
  for (let i = 0; i < size; i++) gram[i * size + i] -= diagonal(i);
  return frobenius(gram);
}

/**
 * How far a computed spectrum may be from a true one: residuals of the decomposition, and the rounding of their own products, of
 * which an entry of length n is off by at most n roundings of the product of sizes.
 *
 * @param spectrum - What was computed; its errors are found once.
 * @param pace - Awaited as the work goes on.
 * @returns See {@link SpectrumError}.
 */
export async function spectrumError(spectrum: Spectrum, pace: Pace): Promise<SpectrumError> {
  const before = errors.get(spectrum);
  if (before) return before;
  const { neurons, inputs, weight, basis, turned, values } = spectrum;
  const [ofWeight, ofBasis, ofTurned] = [weight, basis, turned].map(frobenius);
  const ofBasisGram = without(await gramOfRows(basis, inputs, pace), inputs, () => 1);
  const columns = transposed(turned, neurons, inputs);
  const ofTurnedGram = without(await gramOfRows(columns, neurons, pace), inputs, (j) => values[j]);
  const error = {
    basis: ofBasisGram + inputs * UNIT * ofBasis ** 2,
    turned: inputs * UNIT * ofWeight * ofBasis,
    values: ofTurnedGram + neurons * UNIT * ofTurned ** 2,
    weight: ofWeight,
  };
  errors.set(spectrum, error);
  return error;
}

/**
 * The dual at given multipliers in double precision, less all that rounding may have added.
 *
 * With $`c = V\delta`$ and $`B \approx W V^\top`$, every $`|\delta| \le r`$ has $`|c| \le R = r\sqrt{1 + \omega}`$ and
 * $`W\delta = Bc + s`$ with $`|s| \le \sigma = \beta R + \|W\| \omega r`$, so that the trust region in c is off by at most
 * $`|g|\sigma + \frac\lambda2(\rho R^2 + 2\sqrt{e_1 + \rho}\,R\sigma + \sigma^2)`$, where $`\omega, \beta, \rho`$ are those of
 * {@link SpectrumError}.
 *
 * @param spectrum - Of the weights.
 * @param error - How far it may be off.
 * @param profile - The function a.
 * @param example - The example.
 * @param multipliers - Any; the bound holds for all.
 * @returns The bound, and how much of it was taken off for rounding.
 */
export function verifiedBound(
  spectrum: Spectrum,
  error: SpectrumError,
  profile: Profile,
  { u, moves, radius, roundings }: JointExample,
  { g, lambda }: Multipliers,
): { bound: number; slack: number } {
  const { neurons, inputs, turned, values } = spectrum;
  const h = new Float64Array(inputs);
  let length = 0;
  for (let i = 0; i < neurons; i++) {
    if (g[i] === 0) continue;
    length += g[i] * g[i];
    for (let j = 0, at = i * inputs; j < inputs; j++, at++) h[j] += g[i] * turned[at];
  }
  const ofG = Math.sqrt(length) * (1 + neurons * UNIT);
  const reach = radius * Math.sqrt(1 + error.basis) * (1 + 4 * UNIT);
  const neuronsPart = neuronMinima(profile, u, g, lambda, moves, new Float64Array(neurons));
  const { value } = trustRegion(h, values, lambda, reach, new Float64Array(inputs));
  const off = error.turned * reach + error.weight * error.basis * radius;
  const largest = Math.sqrt(values[0] + error.values);
  const steepest = profile.slopes.reduce((most, slope) => Math.max(most, Math.abs(slope)), 0);
  const ofTurned = largest * Math.sqrt(Math.min(neurons, inputs));
  const slack =
    ofG * off +
    0.5 * lambda * (error.values * reach ** 2 + 2 * largest * reach * off + off ** 2) +
    neurons * UNIT * ofTurned * ofG * reach + // h itself
    (neurons + 16) * UNIT * neuronsPart.size +
    (inputs + 16) * UNIT * Math.abs(value) +
    steepest * roundings;
  return { bound: neuronsPart.sum + value - 1.01 * slack, slack };
}
