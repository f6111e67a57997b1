import type { AnyClassifier } from '@advml/core';
import { binomialLowerLimit, normalQuantile, requireInteger } from '@advml/core/internal';
import type { Tensor } from '@tensorflow/tfjs-core';
import { eachExample } from './each-example.ts';
import { requireSmoothing, SMOOTHING, type SmoothingOptions } from './options.ts';

/** What {@link certifySmoothed} takes. */
export interface CertifySmoothedOptions extends SmoothingOptions {
  /** Noisy inputs that choose the class, before its votes are counted on others. Default: 100. */
  readonly selection?: number;
}

/** What is certified of each example: plain data. */
export interface SmoothedCertificates {
  /** The class that the smoothed classifier gives, -1 or +1 for scores; null where it abstains, for votes too divided. */
  readonly prediction: readonly (number | null)[];
  /** l2 radius, in input units, within which the smoothed classifier gives that class; 0 where it abstains, [batch]. */
  readonly radius: Float64Array;
  /** Votes of that class, out of `samples`, [batch]. */
  readonly votes: Int32Array;
  /** What it is with its settings. */
  readonly label: string;
}

/** More than the beta quantile is off for a million trials. */
const NUMERICS = 1e-9;

/**
 * Certifies a classifier smoothed by Gaussian noise: the class that a model gives most often around an input.
 *
 * It works with any model, as large and as odd as it may be, at the price of many evaluations. What it speaks of is the smoothed
 * classifier, not the model: that is what must be used then, by {@link smoothedPredict}.
 *
 * ```math
 * g(x) = \operatorname*{argmax}_k P\bigl(f(x + \xi) = k\bigr), \; \xi \sim N(0, \sigma^2 I); \qquad
 * g(x + \delta) = g(x) \text{ for all } \|\delta\|_2 < R = \sigma \Phi^{-1}(\underline{p})
 * ```
 *
 * Some draws choose the class; others, independent of them, give $`\underline p`$, a lower limit of its probability (Clopper and
 * Pearson, one-sided, at `alpha`). It abstains where that is not above one half. A certificate is wrong with probability `alpha` at
 * most, each by itself. The limit is lowered by 1e-9 for the rounding of the beta function; the noise is that of float32
 * normal numbers on a grid of $`2^{32}`$ probabilities, in the place of exact ones. A score of zero is a vote for none.
 *
 * @param model - The model; inputs with noise may leave their box, and it must take them.
 * @param x - Inputs [batch, ...]; only read.
 * @param options - See {@link CertifySmoothedOptions}; `samples` is 100000 by default.
 * @returns Classes and radii.
 * @throws InputError if sigma is not positive, alpha not between 0 and 1, a count is no positive integer, or inputs or outputs
 * are not finite.
 * @throws AbortedError if the signal is aborted.
 * @example
 * ```ts
 * const { prediction, radius } = await certifySmoothed(model, x, { sigma: 0.25, key: key('smoothing', 0), samples: 10_000 });
 * const certified = labels.filter((label, at) => prediction[at] === label && radius[at] > 0.5).length;
 * ```
 * @see Cohen, Rosenfeld, Kolter: Certified Adversarial Robustness via Randomized Smoothing, 2019 (arXiv:1902.02918), CERTIFY.
 */
export async function certifySmoothed(
  model: AnyClassifier,
  x: Tensor,
  options: CertifySmoothedOptions,
): Promise<SmoothedCertificates> {
  const { samples = 100_000, alpha = 0.001, batchSize = 256, selection = 100 } = Object(options);
  requireSmoothing('certifySmoothed', x, options, { ...SMOOTHING, selection: true }, { samples, alpha, batchSize });
  requireInteger({ selection }, 1);
  const { sigma } = options;
  const found = await eachExample(model, x, { ...options, batchSize }, selection + samples, async (poll) => {
    const [first] = await poll('selection', selection);
    const counted = await poll('estimation', samples);
    const votes = first && (counted.find(([label]) => label === first[0])?.[1] ?? 0);
    if (first === undefined) return { prediction: null, radius: 0, votes: 0 };
    const limit = binomialLowerLimit(votes, samples, alpha) - NUMERICS;
    if (!(limit > 0.5)) return { prediction: null, radius: 0, votes };
    return { prediction: first[0], radius: sigma * normalQuantile(limit), votes };
  });
  return Object.freeze({
    prediction: found.map(({ prediction }) => prediction),
    radius: Float64Array.from(found, ({ radius }) => radius),
    votes: Int32Array.from(found, ({ votes }) => votes),
    label: `smoothing, sigma ${sigma}, ${samples} samples, alpha ${alpha}${selection === 100 ? '' : `, ${selection} for selection`}`,
  });
}
