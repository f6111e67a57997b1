import { normalRows } from '@advml/core';
import { requireNonNegative } from '@advml/core/internal';
import type { StartFunction } from './start.ts';

/**
 * A start beside the input: independent Gaussian noise in every entry, projected into the threat.
 *
 * TRADES and MART start their inner attacks so, with a deviation of 0.001, for their loss has no slope at the input itself.
 *
 * @param deviation - Standard deviation of an entry, in input units.
 * @returns A `start` for `pgd`.
 * @throws InputError if `deviation` is negative or not finite.
 * @example
 * ```ts
 * const attack = pgd({ threat: ball(linf, 0.031), steps: 10, stepSize: 0.007 / 0.031, start: gaussianStart(0.001) });
 * ```
 * @see Zhang, Yu, Jiao, Xing, El Ghaoui, Jordan: Theoretically Principled Trade-off between Robustness and Accuracy, 2019
 * (arXiv:1901.08573), algorithm 1.
 */
export function gaussianStart(deviation: number): StartFunction {
  requireNonNegative({ deviation }, 'input units');
  return (x, _labels, keys) =>
    normalRows(
      keys.map((key) => key.child('start')),
      x.shape.slice(1),
      deviation,
    );
}
