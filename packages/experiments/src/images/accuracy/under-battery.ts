import type { Masking } from '../../shared/masking.ts';
import type { NetworkName } from '../networks.ts';
import type { AccuracyMeasures, Robust } from './measures.ts';

/**
 * How some network fares in each norm, the first of the setting first.
 *
 * @param robust - All that the battery measured.
 * @param network - Which network, by the norm.
 * @returns One entry a norm.
 */
export function underBattery(
  robust: AccuracyMeasures['robust'],
  network: (norm: Robust['norm']) => NetworkName,
): readonly Robust[] {
  return robust.filter((at) => at.network === network(at.norm));
}

/**
 * What was seen of some network in each norm.
 *
 * @param masking - All that was looked for; runs of earlier versions have none.
 * @param network - Which network, by the norm.
 * @returns What was seen, by the threat.
 */
export function maskingUnder(
  masking: AccuracyMeasures['masking'],
  network: (norm: Robust['norm']) => NetworkName,
): Readonly<Record<string, Masking | undefined>> {
  const own = masking?.filter((at) => at.network === network(at.norm)) ?? [];
  return Object.fromEntries(own.map(({ norm, eps, found }) => [`${norm} ${eps}`, found]));
}
