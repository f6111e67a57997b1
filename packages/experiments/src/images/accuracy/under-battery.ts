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
