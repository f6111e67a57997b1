import type { AnyClassifier } from '@advml/core';
import { binomialTest } from '@advml/core/internal';
import type { Tensor } from '@tensorflow/tfjs-core';
import { eachExample } from './each-example.ts';
import { requireSmoothing, SMOOTHING, type SmoothingOptions } from './options.ts';

/**
 * The class that a classifier smoothed by Gaussian noise gives, or none where votes do not tell it surely.
 *
 * The class with the most votes is taken if a two-sided binomial test of the two with the most refuses that both are as
 * probable. So a class that is given is that of the smoothed classifier but with probability `alpha`.
 *
 * @param model - The model.
 * @param x - Inputs [batch, ...]; only read.
 * @param options - See {@link SmoothingOptions}; `samples` is 1000 by default.
 * @returns A class an example, -1 or +1 for scores; null where it abstains.
 * @throws InputError if sigma is not positive, alpha not between 0 and 1, a count is no positive integer, or inputs or outputs
 * are not finite.
 * @throws AbortedError if the signal is aborted.
 * @example
 * ```ts
 * const classes = await smoothedPredict(model, x, { sigma: 0.25, key: key('smoothing', 0) });
 * ```
 * @see Cohen, Rosenfeld, Kolter: Certified Adversarial Robustness via Randomized Smoothing, 2019 (arXiv:1902.02918), PREDICT;
 * Hung, Fithian: Rank Verification for Exponential Families, 2019 (the test).
 */
export async function smoothedPredict(
  model: AnyClassifier,
  x: Tensor,
  options: SmoothingOptions,
): Promise<readonly (number | null)[]> {
  const { samples = 1000, alpha = 0.001, batchSize = 256 } = Object(options);
  requireSmoothing('smoothedPredict', x, options, SMOOTHING, { samples, alpha, batchSize });
  return eachExample(model, x, { ...options, batchSize }, samples, async (poll) => {
    const [first, second] = await poll('prediction', samples);
    if (first === undefined) return null;
    const [label, votes] = first;
    return binomialTest(votes, votes + (second?.[1] ?? 0)) <= alpha ? label : null;
  });
}
