import { addProduct, byRows, gramOfRows, type Pace } from '@advml/core/internal';
import { sizeOf } from './into-ball.ts';
import { neuronMinima } from './neuron-minima.ts';
import type { Profile } from './profile.ts';
import type { JointSearch } from './search.ts';
import { type Spectrum, weightedGram } from './spectrum.ts';
import { trustRegion } from './trust-region.ts';

/** How far a computed spectrum may be from a true one. */
export interface SpectrumError {
  /** Bound of $`\|V V^\top - I\|`$. */
  readonly basis: number;
  /** Bound of $`\|W V^\top - B\|`$, B being the computed product. */
  readonly turned: number;
  /** Bound of $`\|B^\top D B - \operatorname{diag}(e)\|`$. */
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
  const { neurons, inputs, weight, curvatures, basis, turned, values } = spectrum;
  const [ofWeight, ofBasis] = [weight, basis].map(frobenius);
  const ofBasisGram = without(await gramOfRows(basis, inputs, pace), inputs, () => 1);
  const gram = await weightedGram(turned, curvatures, pace);
  const trace = gram.reduce((sum, entry, at) => (at % (inputs + 1) === 0 ? sum + entry : sum), 0);
  const ofTurnedGram = without(gram, inputs, (j) => values[j]);
  const error = {
    basis: ofBasisGram + inputs * UNIT * ofBasis ** 2,
    turned: inputs * UNIT * ofWeight * ofBasis,
    values: ofTurnedGram + (neurons + 8) * UNIT * OUTWARD * trace,
    weight: ofWeight,
  };
  errors.set(spectrum, error);
  return error;
}

/** A search, as far as its bound depends on it. */
type Proposed = Pick<JointSearch, 'example' | 'region' | 'best'>;

/** $`B^\top g`$ for the multipliers g of each, [searches, d], row after row. */
function turnedMultipliers({ neurons, inputs, turned }: Spectrum, searches: readonly Proposed[]): Float64Array {
  const all = new Float64Array(searches.length * neurons);
  for (const [at, { best }] of searches.entries()) all.set(best.g, at * neurons);
  const h = new Float64Array(searches.length * inputs);
  const size = { rows: searches.length, columns: inputs, depth: neurons };
  addProduct(size, byRows(all, neurons), byRows(turned, inputs), byRows(h, inputs));
  return h;
}

/**
 * The dual at the multipliers that searches propose, in double precision, less all that rounding may have added.
 *
 * With $`c = V\delta`$ and $`B \approx W V^\top`$, every $`|\delta| \le r`$ has $`|c| \le R = r\sqrt{1 + \omega}`$ and
 * $`W\delta = Bc + s`$ with $`|s| \le \sigma = \beta R + \|W\| \omega r`$, so that the trust region in c is off by at most
 * $`|g|\sigma + \frac\lambda2(\rho R^2 + 2\sqrt{(e_1 + \rho) d}\,R\sigma + d\sigma^2)`$, where $`\omega, \beta, \rho`$ are those of
 * {@link SpectrumError} and d is the largest share of the curvature.
 *
 * @param spectrum - Of the weights.
 * @param error - How far it may be off.
 * @param profile - The function a.
 * @param searches - Examples, the parts of their balls that are bounded, by ranges of c, and any multipliers: the bound holds for all.
 * @returns Of each the bound, and how much of it was taken off for rounding.
 */
export function verifiedBounds(
  spectrum: Spectrum,
  error: SpectrumError,
  profile: Profile,
  searches: readonly Proposed[],
): { bound: number; slack: number }[] {
  const { neurons, inputs, curvatures, values } = spectrum;
  const turned = turnedMultipliers(spectrum, searches);
  const steepest = profile.slopes.reduce((most, slope) => Math.max(most, Math.abs(slope)), 0);
  const share = curvatures.reduce((most, own) => Math.max(most, own), 0);
  const largest = Math.sqrt((values[0] + error.values) * share); // of D^(1/2) B, times the root of the largest share
  return searches.map(({ example, region, best }, at) => {
    const { radius, reach, roundings } = example;
    const h = turned.subarray(at * inputs, (at + 1) * inputs);
    const ofG = sizeOf(best.g) * (1 + neurons * UNIT);
    const alone = neuronMinima(profile, curvatures, example, best, new Float64Array(neurons));
    const together = trustRegion(h, values, best.lambda, reach, region, new Float64Array(inputs));
    const off = error.turned * reach + error.weight * error.basis * radius;
    const slack =
      ofG * off +
      0.5 * best.lambda * (error.values * reach ** 2 + 2 * largest * reach * off + share * off ** 2) +
      neurons * UNIT * (error.weight * (1 + error.basis) + error.turned) * ofG * reach + // h itself
      (neurons + 16) * UNIT * alone.size +
      (inputs + 16) * UNIT * together.size +
      steepest * roundings;
    return { bound: alone.sum + together.value - 1.01 * slack, slack };
  });
}
