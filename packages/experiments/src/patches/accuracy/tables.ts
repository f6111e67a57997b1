import type { Table } from '@advml/runs';
import { maskingTables } from '../../shared/masking.ts';
import type { MainSetting } from '../main-setting.ts';
import { symbols, trainedNetworks } from '../networks.ts';
import type { AccuracyMeasures } from './measures.ts';

/**
 * The networks in numbers.
 *
 * @param measures - What a run measured.
 * @param setting - Its setting.
 * @returns A table, and the signs of a masked gradient.
 */
export function accuracyTables(measures: AccuracyMeasures, { eps, evaluation }: MainSetting): readonly Table[] {
  const cells = (of: (network: (typeof trainedNetworks)[number]) => AccuracyMeasures['clean']['clean']) =>
    trainedNetworks.map(of);
  return [
    {
      name: 'accuracy',
      title: 'The networks with and without an attacker',
      note: `${evaluation.examples} fresh examples, l2 radius ${eps}; attack: ${measures.clean.attack}. Along features: the worst of the perturbations of that size that move the feature of an example's class to that of another class, in the patches that hold it.`,
      columns: ['accuracy', ...trainedNetworks.map((network) => symbols[network])],
      rows: [
        ['clean', ...cells((network) => measures[network].clean)],
        ['under attack', ...cells((network) => measures[network].robust)],
        ['along non-robust features', ...cells((network) => measures[network].along.nonRobust)],
        ['along robust features', ...cells((network) => measures[network].along.robust)],
      ],
    },
    ...maskingTables(
      'masking',
      trainedNetworks.map((network) => ({
        network: symbols[network],
        threat: `l2 ${eps}`,
        found: measures[network].masking,
      })),
    ),
  ];
}
