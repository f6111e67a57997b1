import type { Classifier, Key } from '@advml/core';
import { requireInteger, requireKey, requireOptions } from '@advml/core/internal';
import { addN, mul, type Tensor, tidy } from '@tensorflow/tfjs-core';

/** A model that draws random numbers, such as one with dropout or noise on its inputs: all of them come from the key. */
export type NoisyClassifier = (x: Tensor, key: Key) => Tensor;

/** How an expectation is taken. */
export interface ExpectationOptions {
  /** Draws of the model to average over, at least 1. */
  readonly draws: number;
  /** Source of the draws. */
  readonly key: Key;
}

/**
 * A noisy model's expected outputs: the mean over some draws, as a model that any attack can take.
 *
 * The gradient is the mean of the draws' gradients, through one forward pass for each. The draws are fixed by the key: the
 * same at every step and for every example of a batch, if the model gives each example the same numbers. So the
 * attack is as reproducible as any other, and may fit the draws if they are few: grade what it finds with draws of another key.
 *
 * ```math
 * \bar f(x) = \frac1k \sum_{i=1}^k f(x; \omega_i)
 * ```
 *
 * Athalye et al. and AutoAttack average the gradients of each draw's loss; for a margin between two classes this is the same.
 *
 * @param model - The noisy model; two calls with one key give the same.
 * @param options - See {@link ExpectationOptions}.
 * @returns A model without noise.
 * @throws InputError if `draws` is not a positive integer.
 * @example
 * ```ts
 * const steady = expectation(noisy, { draws: 20, key: key('draws', 7) });
 * const attack = transfer(pgd({ threat, steps: 100, earlyStop: false }), steady); // found on the mean
 * const { success } = attack((x) => noisy(x, key('fresh', 0)), x, y, options); // graded on a fresh draw
 * ```
 * @see Athalye, Engstrom, Ilyas, Kwok: Synthesizing Robust Adversarial Examples, 2017 (arXiv:1707.07397).
 */
export function expectation(model: NoisyClassifier, options: ExpectationOptions): Classifier {
  requireOptions<ExpectationOptions>('expectation', options, { draws: true, key: true });
  const { draws, key } = options;
  requireInteger({ draws }, 1);
  requireKey('key', key);
  const keys = Array.from({ length: draws }, (_, draw) => key.child('draw', draw));
  return (x) => tidy(() => mul(addN(keys.map((own) => model(x, own))), 1 / draws));
}
