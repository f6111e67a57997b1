import { InputError } from '@advml/core';
import { binomialLowerLimit, requireInteger } from '@advml/core/internal';
import { requireConfidence } from './confidence.ts';

/** A share of some trials, with an interval that covers the true share. */
export interface Proportion {
  /** How many trials succeeded. */
  readonly successes: number;
  /** How many there were. */
  readonly trials: number;
  /** The share itself, between 0 and 1. */
  readonly value: number;
  /** Lower end of the interval. */
  readonly low: number;
  /** Upper end of the interval. */
  readonly high: number;
  /** Probability with which such intervals cover the true share, at least. */
  readonly confidence: number;
}

/**
 * The exact binomial interval of a share, by Clopper and Pearson.
 *
 * Its ends are the shares at which a count as high, or as low, as the one seen has probability $\alpha/2$,
 * $\alpha = 1 - {}$`confidence`. It never covers with less than its confidence, whatever the share and the number of trials.
 *
 * ```math
 * I_{\text{low}}(s,\, n - s + 1) = \tfrac{\alpha}{2}, \qquad I_{\text{high}}(s + 1,\, n - s) = 1 - \tfrac{\alpha}{2}
 * ```
 *
 * @param successes - How many trials succeeded, $s$.
 * @param trials - How many there were, $n \ge 1$.
 * @param confidence - Coverage of the two-sided interval. Default: 0.95.
 * @returns A frozen record.
 * @throws InputError if the counts are not integers with 0 <= successes <= trials, there are no trials, or the
 * confidence is not between 0 and 1.
 * @example
 * ```ts
 * clopperPearson(5, 10); // value 0.5, low 0.187, high 0.813
 * ```
 * @see Clopper, Pearson: The Use of Confidence or Fiducial Limits Illustrated in the Case of the Binomial, 1934.
 */
export function clopperPearson(successes: number, trials: number, confidence = 0.95): Proportion {
  requireInteger({ trials }, 1);
  requireInteger({ successes });
  requireConfidence(confidence);
  if (successes > trials) throw new InputError(`successes must be at most trials = ${trials}, got ${successes}`);
  const tail = (1 - confidence) / 2;
  return Object.freeze({
    successes,
    trials,
    value: successes / trials,
    low: binomialLowerLimit(successes, trials, tail),
    high: 1 - binomialLowerLimit(trials - successes, trials, tail),
    confidence,
  });
}
