import { clopperPearson } from '@advml/metrics';
import type { Decomposition } from '@advml/purification';
import type { FilterCosines } from './measures.ts';

const BAR = Math.SQRT1_2;

/**
 * How many filters keep more of what they were than they lose.
 *
 * @param decomposition - Of the filters.
 * @param lengths - Length of what became of it.
 * @returns Shares of the larger half and of all.
 */
export function sharesAbove(
  { cosine, larger }: Pick<Decomposition, 'cosine' | 'larger'>,
  lengths: readonly number[],
): Pick<FilterCosines, 'purified' | 'ofAll' | 'square'> {
  const all = [...lengths.keys()];
  const share = (some: readonly number[]) => clopperPearson(some.filter((at) => cosine[at] > BAR).length, some.length);
  const square = (some: readonly number[]) => some.reduce((sum, at) => sum + lengths[at] ** 2, 0);
  return { purified: share(larger), ofAll: share(all), square: square(all) > 0 ? square(larger) / square(all) : 0 };
}
