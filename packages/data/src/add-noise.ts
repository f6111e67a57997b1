import { type Box, normalRows } from '@advml/core';
import { intoBox, requireBox, requireNonNegative, requireOptions } from '@advml/core/internal';
import { add, tidy } from '@tensorflow/tfjs-core';
import { type Augmentation, requireKeys } from './augmentation.ts';

/** What {@link addNoise} is told. */
export interface AddNoiseOptions {
  /** Standard deviation of an entry's noise, in input units. */
  readonly deviation: number;
  /** Where inputs must stay. Default: anywhere. */
  readonly box?: Box;
}

/**
 * Adds independent Gaussian noise to every entry.
 *
 * @param options - See {@link AddNoiseOptions}.
 * @returns An {@link Augmentation} of inputs of any shape.
 * @throws InputError if `deviation` is negative or not finite, or `box` is no range.
 * @example
 * ```ts
 * const augment = addNoise({ deviation: 0.25, box: { low: 0, high: 1 } });
 * ```
 * @see Cohen, Rosenfeld, Kolter: Certified Adversarial Robustness via Randomized Smoothing, 2019 (arXiv:1902.02918).
 */
export function addNoise(options: AddNoiseOptions): Augmentation {
  requireOptions<AddNoiseOptions>('addNoise', options, { deviation: true, box: true });
  const { deviation, box } = options;
  requireNonNegative({ deviation }, 'input units');
  if (box) requireBox(box);
  return (x, keys) => {
    requireKeys(x, keys);
    return tidy(() => intoBox(add(x, normalRows(keys, x.shape.slice(1), deviation)), box));
  };
}
