import { type Finding, withInterval } from '@advml/runs';
import { signsDetail } from '../../shared/masking.ts';
import type { TrainedName } from '../networks.ts';
import type { AccuracyMeasures } from './measures.ts';

/**
 * The robust accuracy of a network, as a claim has it.
 *
 * @param measures - What a run measured.
 * @param network - The network.
 * @returns All of a finding but the verdict.
 */
export function underAttack(measures: AccuracyMeasures, network: TrainedName): Omit<Finding, 'holds'> {
  const { clean, robust, attack, masking } = measures[network];
  return {
    ...withInterval(robust),
    attack,
    detail: { examples: robust.trials, cleanAccuracy: clean.value, ...signsDetail({ [network]: masking }) },
  };
}
