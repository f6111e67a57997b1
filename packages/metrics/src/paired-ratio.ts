import { InputError } from '@advml/core';
import { normalQuantile } from '@advml/core/internal';
import { requireConfidence } from './confidence.ts';

/** The ratio of two shares of the same trials, with its interval. */
export interface PairedRatio {
  /** How many trials there were. */
  readonly trials: number;
  /** Share of the first over share of the second. */
  readonly value: number;
  /** Lower end of the interval. */
  readonly low: number;
  /** Upper end. */
  readonly high: number;
  /** Probability with which such intervals cover the true ratio, about. */
  readonly confidence: number;
}

/** Ratios beyond which an end is not looked for, and halvings of the logarithm that find it to the last bits. */
const LARGEST = 1e9;
const HALVINGS = 100;

/**
 * The ratio of two shares that are measured on the same trials, such as robust accuracies of two networks on the same examples.
 *
 * Trials on which both succeed or both fail tell little, so the interval is narrower than one of independent shares: it has the ratios
 * $\theta$ that the score test does not refuse. With $\hat p_1, \hat p_2$ the shares and $\tilde p_{10}, \tilde p_{01}$ the most likely
 * shares of trials on which only the first, or only the second, succeeds if the ratio is $\theta$:
 *
 * ```math
 * \frac{\sqrt n\, |\hat p_1 - \theta \hat p_2|}{\sqrt{\theta\, (\tilde p_{10} + \tilde p_{01})}} \le z_{1-\alpha/2}
 * ```
 *
 * @param first - Whether each trial succeeds the first way.
 * @param second - Whether each succeeds the second way, in the same order.
 * @param confidence - Coverage of the two-sided interval, nearly. Default: 0.95.
 * @returns A frozen record.
 * @throws InputError if there are no trials, the lists differ in length, none succeeds the second way, or the confidence is not between
 * 0 and 1.
 * @example
 * ```ts
 * const [ofUpdate, ofAll] = [await robustAccuracy(small, batch, attack, options), await robustAccuracy(whole, batch, attack, options)];
 * const { value, low } = pairedRatio(ofUpdate.robust, ofAll.robust); // the share that the update recovers
 * ```
 * @see Nam, Blackwelder: Analysis of the ratio of marginal probabilities in a matched-pair setting, 2002; Tang, Tang, Chan: On tests of
 * equivalence via non-unity relative risk for matched-pair design, 2003.
 */
export function pairedRatio(first: readonly boolean[], second: readonly boolean[], confidence = 0.95): PairedRatio {
  requireConfidence(confidence);
  const trials = first.length;
  if (trials !== second.length)
    throw new InputError(`both ways must have the same trials, got ${trials} and ${second.length}`);
  const share = (of: (at: number) => boolean) => first.filter((_, at) => of(at)).length / trials;
  const [one, other] = [share((at) => first[at]), share((at) => second[at])];
  if (!(other > 0)) throw new InputError(`a ratio needs a trial that succeeds the second way, got none of ${trials}`);
  const score = scoreOf(
    one,
    other,
    share((at) => first[at] && !second[at]),
    trials,
  );
  const z = normalQuantile((1 + confidence) / 2);
  return Object.freeze({
    trials,
    value: one / other,
    low: one > 0 ? ratioAt(score, z) : 0,
    high: ratioAt(score, -z),
    confidence,
  });
}

/** The statistic of the score test of a ratio, which falls as the ratio grows. */
function scoreOf(one: number, other: number, onlyFirst: number, trials: number): (ratio: number) => number {
  const onlySecond = Math.max(0, other - one + onlyFirst);
  const some = other + onlyFirst; // trials that succeed in some way
  return (ratio) => {
    const gap = one - ratio * other;
    const square = ratio * ratio;
    const root = Math.sqrt((one - square * other) ** 2 + 4 * square * onlyFirst * onlySecond);
    const likelyFirst = (square * (other + 2 * onlyFirst) - one + root) / (2 * ratio * (ratio + 1));
    const likelySecond = ratio * likelyFirst - (ratio - 1) * some;
    const variance = (ratio * (likelyFirst + likelySecond)) / trials;
    return gap === 0 ? 0 : gap / Math.sqrt(Math.max(variance, 0));
  };
}

/** The ratio at which a falling statistic takes a value. */
function ratioAt(score: (ratio: number) => number, value: number): number {
  let [low, high] = [1 / LARGEST, LARGEST];
  for (let round = 0; round < HALVINGS; round++) {
    const middle = Math.sqrt(low * high);
    if (score(middle) > value) low = middle;
    else high = middle;
  }
  return low;
}
