import { meanInterval } from '@advml/metrics';

/**
 * The mean of a number over seeds, with its 95% interval (Student).
 *
 * @param values - The number in each seed.
 * @param own - The interval that each seed gives it by itself; null where there is none.
 * @returns The mean and its interval; `shown` is cut to [0, 1] where all seeds' own intervals lie there, as those of shares do.
 */
export function meanOverSeeds(values: readonly number[], own: readonly (readonly [number, number] | null)[]) {
  const { mean, low, high } = meanInterval(values);
  const isShare = own.every((ends) => ends !== null && ends[0] >= 0 && ends[1] <= 1);
  const interval = [low, high] as const;
  return { mean, interval, shown: isShare ? ([Math.max(low, 0), Math.min(high, 1)] as const) : interval };
}
