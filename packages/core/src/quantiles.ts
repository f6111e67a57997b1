import { InputError } from './errors.ts';
import { requireShare } from './require.ts';

function sorted(values: ArrayLike<number>): Float64Array {
  const numbers = Float64Array.from(values).sort(); // NaN last
  if (Number.isNaN(numbers.at(-1)))
    throw new InputError(`quantiles need numbers, got NaN at entry ${Array.from(values).findIndex(Number.isNaN)}`);
  return numbers;
}

/**
 * Quantiles of some numbers, with linear interpolation between neighbours (the default of NumPy and R, type 7).
 *
 * ```math
 * q_p = x_{(\lfloor h \rfloor)} + (h - \lfloor h \rfloor)\,(x_{(\lfloor h \rfloor + 1)} - x_{(\lfloor h \rfloor)}), \qquad h = p\,(n - 1)
 * ```
 *
 * with $`x_{(0)} \le \dots \le x_{(n-1)}`$ the numbers in order.
 *
 * @param values - The numbers, in any order; only read.
 * @param probabilities - One a quantile, each between 0 (the smallest number) and 1 (the largest).
 * @returns The quantiles in the order of `probabilities`; NaN where there are no numbers.
 * @throws {@link InputError} if a number is NaN or a probability is outside [0, 1].
 * @example
 * ```ts
 * quantiles([4, 1, 3, 2], [0, 0.5, 1]); // [1, 2.5, 4]
 * ```
 * @see Hyndman, Fan: Sample Quantiles in Statistical Packages, 1996 (definition 7).
 */
export function quantiles(values: ArrayLike<number>, probabilities: readonly number[]): number[] {
  for (const probability of probabilities) requireShare({ probability });
  const numbers = sorted(values);
  return probabilities.map((probability) => {
    if (numbers.length === 0) return Number.NaN;
    const place = probability * (numbers.length - 1);
    const below = Math.floor(place);
    const share = place - below;
    return share === 0 ? numbers[below] : (1 - share) * numbers[below] + share * numbers[below + 1];
  });
}
