import { clopperPearson } from '@advml/metrics';
import type { FilterCosines } from './measures.ts';

const BAR = Math.SQRT1_2;

/**
 * How many filters keep more of what they were than they lose.
 *
 * @param cosines - Cosine of each filter with what became of it.
 * @param lengths - Length of what became of it.
 * @returns Shares of the larger half and of all.
 */
export function sharesAbove(
  cosines: ArrayLike<number>,
  lengths: readonly number[],
): Pick<FilterCosines, 'purified' | 'ofAll' | 'square'> {
  const all = [...lengths.keys()].sort((a, b) => lengths[b] - lengths[a] || a - b);
  const large = all.slice(0, Math.ceil(all.length / 2));
  const share = (some: readonly number[]) => clopperPearson(some.filter((at) => cosines[at] > BAR).length, some.length);
  const square = (some: readonly number[]) => some.reduce((sum, at) => sum + lengths[at] ** 2, 0);
  return { purified: share(large), ofAll: share(all), square: square(all) > 0 ? square(large) / square(all) : 0 };
}
