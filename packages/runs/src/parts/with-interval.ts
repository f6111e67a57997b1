import type { Measured } from '../table.ts';
import type { Finding } from './claim-rule.ts';

/**
 * A number with its interval, such as a `Proportion` of `@advml/metrics`, as a claim has it.
 *
 * @param measured - The number and the ends of its interval.
 * @returns Number and interval, for the finding of a `ClaimRule`.
 * @example
 * ```ts
 * find: ({ accuracy }) => ({ ...withInterval(accuracy.robust), holds: accuracy.robust.value > 0.9 });
 * ```
 */
export function withInterval({ value, low, high }: Measured): Pick<Finding, 'value' | 'interval'> {
  return { value, interval: [low, high] };
}
