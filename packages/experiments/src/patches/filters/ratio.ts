import type { Finding } from '@advml/runs';
import type { FilterMass, FiltersMeasures } from './measures.ts';

/** How many times as much of the filters one kind of features must have. */
export const BAR = 2;

type Kind = 'robust' | 'nonRobust';

/**
 * How much more of the filters lies on one kind of features than on the other.
 *
 * @param mass - What the filters are made of.
 * @param kind - The kind that should have more; it must also have twice its share of a random vector.
 * @param random - That share.
 * @returns Number, verdict and shares.
 */
export function ratioOf(mass: FilterMass, kind: Kind, { random }: Pick<FiltersMeasures, 'random'>): Finding {
  const other = kind === 'robust' ? 'nonRobust' : 'robust';
  const value = mass[other] > 0 ? mass[kind] / mass[other] : 0;
  return {
    value,
    holds: value > BAR && mass[kind] > BAR * random,
    detail: { robust: mass.robust, nonRobust: mass.nonRobust, random, ledByRobust: mass.led.value },
  };
}
